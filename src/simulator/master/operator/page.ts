import { escapeHtml, type HttpAnswer } from '../../http.js';
import type { MasterView } from '../view.js';

/**
 * The page at `/`: it needs nothing but this master, which it asks for `/state` every two seconds. Whatever comes from there is put
 * into the page as text, never as HTML.
 */
export function page({ self, flags, electedTime, leader }: MasterView): HttpAnswer {
  const cluster = flags.get('cluster');
  const title = cluster === undefined ? 'Mesos' : `Mesos: ${cluster}`;
  const led = leader === null ? 'no master leads' : `${leader.hostname}:${leader.port} leads`;
  const role = electedTime === null ? escapeHtml(led) : 'leading';
  const body = `<header><h1>${escapeHtml(title)}</h1>
<p>Version ${escapeHtml(self.version)}, played by the minimesos simulator; ${role}. <span id="news" role="status"></span></p></header>
<main>
<section><h2>Agents</h2><table id="agents"></table></section>
<section><h2>Frameworks</h2><table id="frameworks"></table></section>
<section><h2>Tasks</h2><table id="tasks"></table></section>
<section><h2>Ended tasks</h2><table id="ended"></table></section>
</main>
<noscript>This page fills itself by script; <a href="/state">/state</a> has the same as JSON.</noscript>`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>`;
  const text = `<!DOCTYPE html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head><body>${body}<script>${SCRIPT}</script></body></html>\n`;
  return { status: 200, body: text, type: 'text/html' };
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --faint: #888; --good: #2a8a4a; --bad: #c0392b; }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
header p { margin: .2rem 0 0; color: var(--faint); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--faint); font-size: .85rem; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .none { color: var(--faint); }
`;

/** Runs in the browser. */
const SCRIPT = `
'use strict';
const MOST_ROWS = 500;
const byId = (id) => document.getElementById(id);
const cell = (content, kind) => ({ content, kind });
const good = (state) => /^(TASK_RUNNING|TASK_FINISHED|active)$/.test(state) ? 'good' : /FAILED|LOST|ERROR|UNREACHABLE|GONE|inactive/.test(state) ? 'bad' : '';
function element(name, content, kind) {
  const made = document.createElement(name);
  if (content instanceof Node) made.append(content); else made.textContent = String(content ?? '');
  if (kind) made.className = kind;
  return made;
}
function fill(id, names, rows) {
  const head = document.createElement('tr');
  head.append(...names.map((name) => element('th', name)));
  const lines = rows.slice(0, MOST_ROWS).map((cells) => {
    const line = document.createElement('tr');
    line.append(...cells.map((each) => element('td', each?.content ?? each, each?.kind)));
    return line;
  });
  if (rows.length === 0) lines.push(element('td', 'none', 'none'));
  if (rows.length > MOST_ROWS) lines.push(element('td', 'and ' + (rows.length - MOST_ROWS) + ' more', 'none'));
  byId(id).replaceChildren(head, ...lines);
}
const share = (used, all) => cell(Math.round(used * 1000) / 1000 + ' / ' + all, 'number');
function sandbox(agent, frameworkId, task) {
  if (!agent) return '';
  const address = /@(.*)$/.exec(agent.pid);
  if (!address) return '';
  const executor = task.executor_id || task.id;
  const path = '/frameworks/' + frameworkId + '/executors/' + executor + '/runs/latest';
  const links = document.createElement('span');
  const link = (name, kind, file) => {
    const made = element('a', name);
    made.href = 'http://' + address[1] + '/files/' + kind + '?path=' + encodeURIComponent(path + file);
    links.append(made, ' ');
  };
  link('files', 'browse', '');
  link('stdout', 'download', '/stdout');
  link('stderr', 'download', '/stderr');
  return links;
}
function show(state) {
  const agents = new Map(state.slaves.map((agent) => [agent.id, agent]));
  fill('agents', ['Agent', 'Host', 'Address', 'State', 'CPUs', 'Memory (MB)', 'Disk (MB)'], state.slaves.map((agent) => {
    const condition = agent.deactivated ? 'deactivated' : agent.active ? 'active' : 'inactive';
    const { used_resources: used, resources: all } = agent;
    return [agent.id, agent.hostname, agent.pid, cell(condition, good(condition)), share(used.cpus, all.cpus), share(used.mem, all.mem), share(used.disk, all.disk)];
  }));
  fill('frameworks', ['Framework', 'Name', 'User', 'State', 'Tasks', 'CPUs', 'Memory (MB)'], state.frameworks.map((framework) => {
    const { used_resources: used } = framework;
    const condition = framework.active ? 'active' : 'inactive';
    return [framework.id, framework.name, framework.user, cell(condition, good(condition)), cell(framework.tasks.length, 'number'), cell(used.cpus, 'number'), cell(used.mem, 'number')];
  }));
  const row = (framework) => (task) => [task.id, task.name, framework.name, cell(task.state, good(task.state)), agents.get(task.slave_id)?.hostname ?? task.slave_id, sandbox(agents.get(task.slave_id), framework.id, task)];
  const names = ['Task', 'Name', 'Framework', 'State', 'Host', 'Sandbox'];
  fill('tasks', names, state.frameworks.flatMap((framework) => [...framework.tasks, ...(framework.unreachable_tasks ?? [])].map(row(framework))));
  const all = [...state.frameworks, ...state.completed_frameworks];
  fill('ended', names, all.flatMap((framework) => framework.completed_tasks.map(row(framework))).reverse());
}
async function look() {
  try {
    const answer = await fetch('/state');
    if (!answer.ok) throw new Error('the master answers ' + answer.status);
    show(await answer.json());
    byId('news').textContent = '';
  } catch (error) {
    byId('news').textContent = 'No news: ' + error.message;
  }
  setTimeout(look, 2000);
}
look();
`;
