import { type HttpAnswer, type HttpRequest, json, text } from '../../http.js';
import { isObject } from '../../json.js';
import { type App, definitionOf } from '../app/definition.js';
import { unreadable } from '../app/reading.js';
import { servicePorts } from '../app/service-ports.js';
import { withApp } from '../group/root.js';
import type { Leadership } from '../leadership.js';
import type { TaskRecord } from '../tasks/tasks.js';
import { bodyOf, changed, flag, refusal, refused } from './answers.js';
import { shownTask, shownTaskOfAll } from './shown.js';

/** `/v2/apps/<id>/tasks` and `/v2/apps/<id>/tasks/<task>`. */
export async function appTasks(
  request: HttpRequest,
  app: App,
  taskId: string | null,
  leadership: Leadership,
): Promise<HttpAnswer> {
  const own = leadership.tasks.of(app.id);
  if (request.method === 'GET' && taskId === null) {
    if (wantsText(request)) return text(200, lines([app], leadership));
    return json({ tasks: own.map((task) => shownTaskOfAll(task, leadership)) });
  }
  if (request.method !== 'DELETE') return refusal(405);
  if (taskId !== null) {
    const task = own.find(({ id }) => id === taskId);
    if (task === undefined) return json({ message: `Task '${taskId}' does not exist` }, 404);
    return killed(request, [task], leadership, (shown) => ({ task: shown[0] }));
  }
  const host = request.query.get('host');
  const chosen = own.filter((task) => host === null || host === '*' || task.hostname === host);
  return killed(request, chosen, leadership, (tasks) => ({ tasks }));
}

/** `/v2/tasks`. */
export function allTasks(request: HttpRequest, leadership: Leadership): HttpAnswer {
  if (wantsText(request)) return text(200, lines([...leadership.changes.root.apps.values()], leadership));
  const asked = [...request.query.getAll('status'), ...request.query.getAll('status[]')];
  const states: { [word: string]: readonly string[] } = {
    running: ['TASK_RUNNING', 'TASK_KILLING'],
    staging: ['TASK_STAGING', 'TASK_STARTING'],
  };
  const wanted = asked.flatMap((word) => states[word] ?? []);
  const chosen = [...leadership.tasks.all].filter(({ state }) => asked.length === 0 || wanted.includes(state));
  return json({ tasks: chosen.map((task) => shownTaskOfAll(task, leadership)) });
}

/** `POST /v2/tasks/delete`. */
export async function deleteTasks(request: HttpRequest, leadership: Leadership): Promise<HttpAnswer> {
  const body = bodyOf(request);
  if (!isObject(body) || !Array.isArray(body.ids)) {
    return refused(unreadable([{ path: '/ids', errors: ['error.path.missing'] }]).complaint);
  }
  const chosen = body.ids.flatMap((id) => leadership.tasks.find(String(id)) ?? []);
  return killed(request, chosen, leadership, (tasks) => ({ tasks }));
}

/** Kills tasks; with `scale=true` as many fewer are wanted, which is a deployment. */
async function killed(
  request: HttpRequest,
  chosen: readonly TaskRecord[],
  leadership: Leadership,
  answer: (shown: object[]) => object,
): Promise<HttpAnswer> {
  const shown = chosen.map((task) => shownTask(task, leadership));
  if (!flag(request, 'scale')) {
    for (const task of chosen) leadership.kill(task);
    return json(answer(shown));
  }
  const outcome = await leadership.changes.change(
    (root, { settle }) => {
      const fewer = new Map<string, number>();
      for (const { appId } of chosen) fewer.set(appId, (fewer.get(appId) ?? 0) + 1);
      const scaled = [...fewer].reduce((rest, [id, count]) => {
        const app = rest.apps.get(id);
        if (app === undefined) return rest;
        return withApp(rest, settle({ ...definitionOf(app), instances: Math.max(0, app.instances - count) }));
      }, root);
      return { root: scaled };
    },
    flag(request, 'force'),
  );
  if ('deployment' in outcome) for (const task of chosen) leadership.kill(task);
  return changed(outcome);
}

function wantsText({ headers }: HttpRequest): boolean {
  return /^text\/plain/.test(headers.accept ?? '');
}

/** A line for each port of each app, with where it is served: what load balancers read. */
function lines(apps: readonly App[], { tasks }: Leadership): string {
  return apps
    .flatMap((app) => {
      const name = app.id.slice(1).replaceAll('/', '_');
      const running = tasks.of(app.id).filter(({ state }) => state === 'TASK_RUNNING');
      const ports = servicePorts(app);
      if (ports.length === 0) return [`${name}\t \t${running.map(({ hostname }) => `${hostname}\t`).join('')}`];
      return ports.map((port, at) => {
        const served = running.flatMap(({ hostname, hostPorts }) => {
          const hostPort = hostPorts[at] ?? null;
          return hostPort === null ? [] : [`${hostname}:${hostPort}\t`];
        });
        return `${name}\t${port}\t${served.join('')}`;
      });
    })
    .map((line) => `${line}\n`)
    .join('');
}
