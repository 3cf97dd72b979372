import { shownFlags } from '../flags.js';
import { type HttpAnswer, type HttpRequest, json } from '../http.js';
import { numberField, objectField } from '../json.js';
import { LEVELS } from '../log.js';
import { AGENT_CAPABILITIES } from '../mesos/agent-protocol.js';
import { missing, namedValues, notSimulated, readCall } from '../mesos/calls.js';
import { masterInfoJson } from '../mesos/master-info.js';
import { fullResource, type Resource } from '../mesos/resources.js';
import { words } from '../mesos/system.js';
import { isAtLeast, versionInfo } from '../mesos/version.js';
import { type Agent, agentPid, isActive } from './agent.js';
import { agentCalls } from './agent-calls.js';
import { type CallHandler, DONE, type MasterContext } from './context.js';
import { maintenanceCalls } from './maintenance-calls.js';
import { masterMetrics } from './metrics.js';
import { drainInfoJson } from './standing.js';
import type { MasterView } from './view.js';

/** The calls of master::Call, with the version that brought each. */
const SINCE: { readonly [type: string]: string } = {
  ...Object.fromEntries(
    words(`GET_HEALTH GET_FLAGS GET_VERSION GET_METRICS GET_LOGGING_LEVEL SET_LOGGING_LEVEL LIST_FILES READ_FILE GET_STATE
      GET_AGENTS GET_FRAMEWORKS GET_EXECUTORS GET_TASKS GET_ROLES GET_WEIGHTS UPDATE_WEIGHTS GET_MASTER SUBSCRIBE
      RESERVE_RESOURCES UNRESERVE_RESOURCES CREATE_VOLUMES DESTROY_VOLUMES GET_MAINTENANCE_STATUS GET_MAINTENANCE_SCHEDULE
      UPDATE_MAINTENANCE_SCHEDULE START_MAINTENANCE STOP_MAINTENANCE GET_QUOTA SET_QUOTA REMOVE_QUOTA`).map((type) => [
      type,
      '1.0.0',
    ]),
  ),
  TEARDOWN: '1.4.0',
  MARK_AGENT_GONE: '1.5.0',
  GET_OPERATIONS: '1.6.0',
  GROW_VOLUME: '1.6.0',
  SHRINK_VOLUME: '1.6.0',
  DRAIN_AGENT: '1.9.0',
  DEACTIVATE_AGENT: '1.9.0',
  REACTIVATE_AGENT: '1.9.0',
};

/** Answers `POST /api/v1` on the leading master. */
export function operatorCall(request: HttpRequest, context: MasterContext): HttpAnswer {
  const { version } = context.view.self;
  const call = readCall(request, 'master', (type) => {
    const since = Object.hasOwn(SINCE, type) ? SINCE[type] : undefined;
    return since !== undefined && isAtLeast(version, since);
  });
  if ('status' in call) return call;
  const handle = Object.hasOwn(calls, call.type) ? calls[call.type] : undefined;
  return handle?.(context, call.body) ?? notSimulated(call.type);
}

/** A call that only reads: the answer repeats its type and holds its result under the type's name in lower case. */
function read(type: string, show: (view: MasterView, context: MasterContext) => object): [string, CallHandler] {
  return [type, (context) => json({ type, [type.toLowerCase()]: show(context.view, context) })];
}

const calls: { readonly [type: string]: CallHandler } = {
  ...Object.fromEntries([
    read('GET_HEALTH', () => ({ healthy: true })),
    read('GET_VERSION', ({ self }) => ({ version_info: versionInfo(self.version) })),
    read('GET_FLAGS', ({ flags }) => ({ flags: namedValues(shownFlags(flags)) })),
    read('GET_LOGGING_LEVEL', () => ({ level: 0 })),
    read('GET_MASTER', masterPart),
    read('GET_AGENTS', agentsPart),
    read('GET_FRAMEWORKS', () => FRAMEWORKS),
    read('GET_TASKS', () => TASKS),
    read('GET_EXECUTORS', () => EXECUTORS),
    read('GET_ROLES', () => ({})),
    read('GET_QUOTA', () => ({ status: {} })),
    read('GET_OPERATIONS', () => ({})),
    read('GET_MAINTENANCE_SCHEDULE', (_view, { maintenance }) => ({ schedule: maintenance.schedule })),
    read('GET_MAINTENANCE_STATUS', (_view, { maintenance }) => ({ status: maintenance.status })),
    read('GET_STATE', (view) => ({
      get_tasks: TASKS,
      get_executors: EXECUTORS,
      get_frameworks: FRAMEWORKS,
      get_agents: agentsPart(view),
    })),
  ]),
  GET_METRICS: ({ view }, body) =>
    objectField(body, 'get_metrics') === undefined
      ? missing('master', 'get_metrics')
      : json({ type: 'GET_METRICS', get_metrics: { metrics: namedValues(masterMetrics(view)) } }),
  SET_LOGGING_LEVEL: ({ setLevel }, body) => {
    const asked = objectField(body, 'set_logging_level');
    if (asked === undefined) return missing('master', 'set_logging_level');
    // A higher number says more, as glog's verbosity does; INFO is all that there is here.
    if (numberField(asked, 'level') === undefined) return missing('master', 'set_logging_level.level');
    setLevel(LEVELS[0]);
    return DONE;
  },
  ...agentCalls,
  ...maintenanceCalls,
};

const TASKS = { tasks: [], unreachable_tasks: [], completed_tasks: [] };
const FRAMEWORKS = { frameworks: [], completed_frameworks: [] };
const EXECUTORS = { executors: [] };

function masterPart(view: MasterView): object {
  const elected = view.electedTime === null ? {} : { elected_time: view.electedTime };
  return { master_info: masterInfoJson(view.self), start_time: view.startTime, ...elected };
}

function agentsPart({ agents, self }: MasterView): object {
  const recovered = isAtLeast(self.version, '1.2.0') ? { recovered_agents: [] } : {};
  return { agents: agents.map((agent) => agentJson(agent, self.version)), ...recovered };
}

function agentJson(agent: Agent, masterVersion: string): object {
  const { info, drain } = agent;
  const modern = isAtLeast(agent.version, '1.2.0');
  const attributes = info.attributes.length === 0 ? {} : { attributes: info.attributes };
  return {
    agent_info: {
      hostname: info.hostname,
      port: info.port,
      resources: info.resources.map(resourceJson),
      ...attributes,
      id: { value: agent.id },
      checkpoint: true,
    },
    active: isActive(agent),
    ...(isAtLeast(masterVersion, '1.9.0') ? { deactivated: agent.deactivated } : {}),
    version: agent.version,
    pid: agentPid(agent),
    registered_time: nanoseconds(agent.registeredTime),
    ...(agent.reregisteredTime === undefined ? {} : { reregistered_time: nanoseconds(agent.reregisteredTime) }),
    total_resources: info.resources.map(fullResource),
    ...(modern ? { capabilities: AGENT_CAPABILITIES.map((type) => ({ type })) } : {}),
    ...(drain === undefined ? {} : { drain_info: drainInfoJson(drain) }),
    ...(drain?.startedAt === undefined ? {} : { estimated_drain_start_time: nanoseconds(drain.startedAt) }),
  };
}

/** An AgentInfo's resource names its role only in its reservation. */
function resourceJson(resource: Resource): object {
  const { role: _role, ...rest } = fullResource(resource) as { role: string };
  return rest;
}

function nanoseconds(seconds: number): object {
  return { nanoseconds: Math.round(seconds * 1e6) * 1000 };
}
