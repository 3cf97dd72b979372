import { escapeHtml, type HttpAnswer, html } from '../../http.js';
import type { Leadership } from '../leadership.js';

/** What runs, for people. */
export function page(leader: string | null, leading: Leadership | null): HttpAnswer {
  const head = `<h1>Marathon</h1><p>Played by the minimesos simulator. Leader: ${escapeHtml(leader ?? 'none')}.</p>`;
  return html('Marathon (minimesos simulator)', leading === null ? head : `${head}${apps(leading)}${tasks(leading)}`);
}

function apps({ changes, tasks, deployments }: Leadership): string {
  const rows = [...changes.root.apps.values()].map((app) => {
    const running = tasks.of(app.id).filter(({ state }) => state === 'TASK_RUNNING').length;
    const isDeploying = deployments.touching([app.id]).length > 0;
    return [
      app.id,
      app.cmd ?? (app.args ?? []).join(' '),
      `${running} of ${app.instances}`,
      isDeploying ? 'deploying' : '',
    ];
  });
  return table('Apps', ['App', 'Command', 'Running', 'State'], rows);
}

function tasks({ tasks: { all } }: Leadership): string {
  const rows = [...all].map(({ id, hostname, hostPorts, state }) => [id, `${hostname} ${hostPorts.join(' ')}`, state]);
  return table('Tasks', ['Task', 'Where', 'State'], rows);
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<h2>${title}</h2><table>${line(heads, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}
