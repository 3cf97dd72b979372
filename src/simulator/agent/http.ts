import { shownFlags } from '../flags.js';
import { type HttpAnswer, type HttpRequest, html, json, plainError } from '../http.js';
import { objectField } from '../json.js';
import { missing, namedValues, notSimulated, readCall } from '../mesos/calls.js';
import { systemStats, words } from '../mesos/system.js';
import { generationOf, versionInfo } from '../mesos/version.js';
import { type AgentView, agentMetrics, agentState } from './json.js';

type Route = (view: AgentView, request: HttpRequest) => HttpAnswer;

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
  '/containers': () => json([]),
  '/monitor/statistics': () => json([]),
  '/api/v1': agentCall,
};

/** Not under `/slave(1)`: other parts of the process answer them. */
const OUTSIDE_AGENT = ['/', '/version', '/metrics/snapshot', '/system/stats.json'];

/** Before the JSON endpoints lost their suffix, both forms answered. */
const SUFFIXED = ['/state', '/monitor/statistics'];

export function agentHttp(view: () => AgentView): (request: HttpRequest) => HttpAnswer {
  return (request) => {
    const now = view();
    const path = canonical(request.path, now.version);
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

const TASKS = { pending_tasks: [], queued_tasks: [], launched_tasks: [], terminated_tasks: [], completed_tasks: [] };
const EXECUTORS = { executors: [], completed_executors: [] };
const FRAMEWORKS = { frameworks: [], completed_frameworks: [] };

const reads: { readonly [type: string]: (view: AgentView) => object } = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_VERSION: ({ version }) => ({ version_info: versionInfo(version) }),
  GET_FLAGS: ({ flags }) => ({ flags: namedValues(shownFlags(flags)) }),
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
  GET_METRICS: (view) => ({ metrics: namedValues(agentMetrics(view)) }),
  GET_FRAMEWORKS: () => FRAMEWORKS,
  GET_EXECUTORS: () => EXECUTORS,
  GET_TASKS: () => TASKS,
  GET_OPERATIONS: () => ({}),
  GET_CONTAINERS: () => ({}),
  GET_STATE: () => ({ get_tasks: TASKS, get_executors: EXECUTORS, get_frameworks: FRAMEWORKS }),
};

/** Calls of agent::Call that the simulator knows of and does not do. */
const OTHERS =
  words(`SET_LOGGING_LEVEL LIST_FILES READ_FILE LAUNCH_NESTED_CONTAINER WAIT_NESTED_CONTAINER KILL_NESTED_CONTAINER
  REMOVE_NESTED_CONTAINER LAUNCH_NESTED_CONTAINER_SESSION ATTACH_CONTAINER_INPUT ATTACH_CONTAINER_OUTPUT PRUNE_IMAGES
  LAUNCH_CONTAINER WAIT_CONTAINER KILL_CONTAINER REMOVE_CONTAINER GET_RESOURCE_PROVIDERS`);

function agentCall(view: AgentView, request: HttpRequest): HttpAnswer {
  const call = readCall(request, 'agent', (type) => Object.hasOwn(reads, type) || OTHERS.includes(type));
  if ('status' in call) return call;
  const { type, body } = call;
  if (type === 'GET_METRICS' && objectField(body, 'get_metrics') === undefined) return missing('agent', 'get_metrics');
  const show = reads[type];
  return show === undefined ? notSimulated(type) : json({ type, [type.toLowerCase()]: show(view) });
}
