import { shownFlags } from '../../flags.js';
import { type HttpAnswer, type HttpRequest, json, text } from '../../http.js';
import { numberField, objectField, stringField } from '../../json.js';
import { LEVELS } from '../../log.js';
import { missing, namedValues, notConverted, notSimulated, readCall } from '../../mesos/calls.js';
import { listFiles, readFile } from '../../mesos/file-calls.js';
import { words } from '../../mesos/system.js';
import { isAtLeast, versionInfo } from '../../mesos/version.js';
import { masterMetrics } from '../metrics/metrics.js';
import type { MasterView } from '../view.js';
import { agentCalls } from './agent-calls.js';
import { type CallHandler, DONE, type MasterContext } from './context.js';
import { subscribe } from './events.js';
import { maintenanceCalls } from './maintenance-calls.js';
import { agentsPart, executorsPart, frameworksPart, masterPart, rolesPart, statePart, tasksPart } from './reads.js';
import { teardown } from './teardown.js';

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
  // Known from the recordings of 1.11.0 only.
  READ_LOG: '1.11.0',
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
    read('GET_FRAMEWORKS', frameworksPart),
    read('GET_TASKS', tasksPart),
    read('GET_EXECUTORS', executorsPart),
    read('GET_STATE', statePart),
    read('GET_ROLES', rolesPart),
    read('GET_WEIGHTS', () => ({})),
    read('GET_QUOTA', () => ({ status: {} })),
    read('GET_OPERATIONS', () => ({})),
    read('GET_MAINTENANCE_SCHEDULE', (_view, { maintenance }) => ({ schedule: maintenance.schedule })),
    read('GET_MAINTENANCE_STATUS', (_view, { maintenance }) => ({ status: maintenance.status })),
  ]),
  GET_METRICS: ({ view, counted }, body) =>
    objectField(body, 'get_metrics') === undefined
      ? missing('master', 'get_metrics')
      : json({
          type: 'GET_METRICS',
          get_metrics: { metrics: namedValues(masterMetrics(view, counted)) },
        }),
  SET_LOGGING_LEVEL: ({ setLevel }, body) => {
    const asked = objectField(body, 'set_logging_level');
    if (asked === undefined) return missing('master', 'set_logging_level');
    // A higher number says more, as glog's verbosity does; INFO is all that there is here.
    if (numberField(asked, 'level') === undefined) return missing('master', 'set_logging_level.level');
    setLevel(LEVELS[0]);
    return DONE;
  },
  LIST_FILES: ({ files }, body) => listFiles(files, 'master', body),
  READ_FILE: ({ files }, body) => readFile(files, 'master', body),
  READ_LOG: (_context, body) =>
    objectField(body, 'read_log') === undefined ? missing('master', 'read_log') : text(404, ''),
  SUBSCRIBE: (context) => subscribe(context),
  TEARDOWN: (context, body) => {
    const asked = objectField(body, 'teardown');
    if (asked === undefined) return missing('master', 'teardown');
    const frameworkId = objectField(asked, 'framework_id');
    if (frameworkId === undefined) return notConverted('Missing required fields: teardown.framework_id');
    const id = stringField(frameworkId, 'value');
    if (id === undefined) return notConverted('Missing required fields: teardown.framework_id.value');
    return teardown(context, id);
  },
  ...agentCalls,
  ...maintenanceCalls,
};
