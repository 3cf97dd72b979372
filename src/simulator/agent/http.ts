import { shownFlags } from '../flags.js';
import { type Handler, type HttpAnswer, type HttpRequest, html, json, plainError, text } from '../http.js';
import { type JsonObject, objectField } from '../json.js';
import { missing, namedValues, notSimulated, readCall } from '../mesos/calls.js';
import { listFiles, readFile } from '../mesos/file-calls.js';
import type { Files } from '../mesos/files.js';
import { processPage } from '../mesos/process-pages.js';
import { systemStats, words } from '../mesos/system.js';
import { generationOf, versionInfo } from '../mesos/version.js';
import { type AgentView, agentMetrics, agentState } from './json.js';
import { getExecutors, getFrameworks, getTasks } from './reads.js';
import { containers, containersCall, statistics } from './statistics.js';

type Route = (view: AgentView, request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

const routes: { readonly [path: string]: Route } = {
  '/': ({ version }) =>
    html(
      'Mesos agent (minimesos simulator)',
      `<h1>Mesos agent ${version}</h1><p>Played by the minimesos simulator.</p>`,
    ),
  '/health': () => ({ status: 200 }),
  '/state': (view) => json(agentState(view)),
  '/flags': ({ flags }) => json({ flags: shownFlags(flags) }),
  '/version': ({ version }) => json(versionInfo(version)),
  '/metrics/snapshot': (view) => json(agentMetrics(view)),
  '/system/stats.json': () => json(systemStats()),
  '/containers': ({ book }) => json(containers(book)),
  '/monitor/statistics': ({ book }) => json(statistics(book)),
};

/** Not under `/slave(1)`: other parts of the process answer them. */
const OUTSIDE_AGENT = [
  ...['/', '/version', '/metrics/snapshot', '/system/stats.json'],
  ...['/help', '/__processes__', '/logging/toggle'],
];

const PROCESSES = words('files logging metrics profiler slave(1) system version');

/** Before the JSON endpoints lost their suffix, both forms answered. */
const SUFFIXED = ['/state', '/monitor/statistics'];

export interface AgentHttp {
  view(): AgentView;
  files: Files;
  /** The executor API. */
  executors(request: HttpRequest): Promise<HttpAnswer>;
}

export function agentHttp({ view, files, executors }: AgentHttp): Handler {
  return (request) => {
    const now = view();
    const path = canonical(request.path, now.version);
    if (path === '/api/v1/executor') return executors(request);
    const everyProcess = path === null ? null : processPage({ ...request, path }, PROCESSES);
    if (everyProcess !== null) return everyProcess;
    const file = files.answer(request);
    if (file !== null) return file;
    if (path === '/api/v1') return agentCall(now, files, request);
    const route = path !== null && Object.hasOwn(routes, path) ? routes[path] : undefined;
    return route === undefined ? plainError(404) : route(now, request);
  };
}

function canonical(path: string, version: string): string | null {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const inner = trimmed.startsWith('/slave(1)/') ? trimmed.slice('/slave(1)'.length) : trimmed;
  if (inner !== trimmed && OUTSIDE_AGENT.includes(inner)) return null;
  const bare = inner.endsWith('.json') ? inner.slice(0, -'.json'.length) : inner;
  if (bare === inner || !SUFFIXED.includes(bare)) return inner;
  return generationOf(version) === 'classic' ? bare : null;
}

const reads: { readonly [type: string]: (view: AgentView) => object } = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_VERSION: ({ version }) => ({ version_info: versionInfo(version) }),
  GET_FLAGS: ({ flags }) => ({ flags: namedValues(shownFlags(flags)) }),
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
  GET_METRICS: (view) => ({ metrics: namedValues(agentMetrics(view)) }),
  GET_FRAMEWORKS: ({ book }) => getFrameworks(book),
  GET_EXECUTORS: ({ book }) => getExecutors(book),
  GET_TASKS: ({ book }) => getTasks(book),
  GET_OPERATIONS: () => ({}),
  GET_CONTAINERS: ({ book }) => containersCall(book),
  GET_STATE: ({ book }) => ({
    get_tasks: getTasks(book),
    get_executors: getExecutors(book),
    get_frameworks: getFrameworks(book),
  }),
};

/** Calls of agent::Call that the simulator knows of and does not do. */
const OTHERS = words(`SET_LOGGING_LEVEL LAUNCH_NESTED_CONTAINER WAIT_NESTED_CONTAINER KILL_NESTED_CONTAINER
  REMOVE_NESTED_CONTAINER LAUNCH_NESTED_CONTAINER_SESSION ATTACH_CONTAINER_INPUT ATTACH_CONTAINER_OUTPUT PRUNE_IMAGES
  LAUNCH_CONTAINER WAIT_CONTAINER KILL_CONTAINER REMOVE_CONTAINER GET_RESOURCE_PROVIDERS`);

const FILES = ['LIST_FILES', 'READ_FILE', 'READ_LOG'];

function agentCall(view: AgentView, files: Files, request: HttpRequest): HttpAnswer {
  const known = (type: string): boolean => Object.hasOwn(reads, type) || [...FILES, ...OTHERS].includes(type);
  const call = readCall(request, 'agent', known);
  if ('status' in call) return call;
  const { type, body } = call;
  if (type === 'GET_METRICS' && objectField(body, 'get_metrics') === undefined) return missing('agent', 'get_metrics');
  if (type === 'LIST_FILES') return listFiles(files, 'agent', body);
  if (type === 'READ_FILE') return readFile(files, 'agent', body);
  if (type === 'READ_LOG') return readLog(body);
  const show = reads[type];
  return show === undefined ? notSimulated(type) : json({ type, [type.toLowerCase()]: show(view) });
}

/** No log is written that could be read; what is known of the call was recorded of 1.11.0. */
function readLog(body: JsonObject): HttpAnswer {
  const asked = objectField(body, 'read_log');
  if (asked === undefined) return missing('agent', 'read_log');
  return asked.source === undefined ? text(400, 'Missing required fields: read_log.source') : text(404, '');
}
