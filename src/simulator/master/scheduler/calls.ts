import type { WrittenResource } from '../../mesos/reservations.js';
import type { ExecutorInfo, FrameworkInfo, Id, KillPolicy, TaskInfo } from '../../mesos/shapes.js';
import { isAtLeast } from '../../mesos/version.js';

export interface Filters {
  refuse_seconds?: number;
}

/** One thing that a framework does with what it was offered. */
export interface Operation {
  type?: string;
  /** Whoever gives one wants to know how it went. */
  id?: Id;
  launch?: { task_infos?: TaskInfo[] };
  launch_group?: { executor: ExecutorInfo; task_group: { tasks?: TaskInfo[] } };
  reserve?: { source?: WrittenResource[]; resources?: WrittenResource[] };
  unreserve?: { resources?: WrittenResource[] };
  create?: { volumes?: WrittenResource[] };
  destroy?: { volumes?: WrittenResource[] };
}

export interface Subscribing {
  framework_info: FrameworkInfo;
  suppressed_roles?: string[];
}

/** A call of the scheduler API as it was read by its .proto: fields have their types, and the required ones are there. */
export interface SchedulerCall {
  type?: string;
  framework_id?: Id;
  subscribe?: Subscribing;
  accept?: { offer_ids?: Id[]; operations?: Operation[]; filters?: Filters };
  decline?: { offer_ids?: Id[]; filters?: Filters };
  revive?: { roles?: string[] };
  suppress?: { roles?: string[] };
  kill?: { task_id: Id; agent_id?: Id; kill_policy?: KillPolicy };
  shutdown?: { executor_id: Id; agent_id: Id };
  acknowledge?: { agent_id: Id; task_id: Id; uuid: string };
  reconcile?: { tasks?: { task_id: Id; agent_id?: Id }[] };
  message?: { agent_id: Id; executor_id: Id; data: string };
  request?: object;
  accept_inverse_offers?: object;
  decline_inverse_offers?: object;
  acknowledge_operation_status?: { uuid: string };
  reconcile_operations?: { operations?: { operation_id: Id; agent_id?: Id }[] };
  update_framework?: Subscribing;
}

/** The calls that need a part of their own name. */
const WITH_A_PART: readonly string[] = [
  'SUBSCRIBE',
  'ACCEPT',
  'DECLINE',
  'ACCEPT_INVERSE_OFFERS',
  'DECLINE_INVERSE_OFFERS',
  'KILL',
  'SHUTDOWN',
  'ACKNOWLEDGE',
  'RECONCILE',
  'MESSAGE',
  'REQUEST',
  'ACKNOWLEDGE_OPERATION_STATUS',
  'RECONCILE_OPERATIONS',
  'UPDATE_FRAMEWORK',
];

/** The version of Mesos that brought a call; the others have always been there. */
const SINCE: { readonly [type: string]: string } = {
  ACKNOWLEDGE_OPERATION_STATUS: '1.6.0',
  RECONCILE_OPERATIONS: '1.6.0',
  UPDATE_FRAMEWORK: '1.9.0',
};

const UUID_BYTES = 16;

/** What is wrong with a call, in Mesos' words; null for nothing. */
export function callProblem(call: SchedulerCall, version: string): string | null {
  const { type, framework_id, subscribe, update_framework } = call;
  // An enum's value that is not known is dropped where it is read.
  if (type === undefined || !isAtLeast(version, SINCE[type] ?? '0.0.0')) return "Expecting 'type' to be present";
  const part = type.toLowerCase() as keyof SchedulerCall;
  const lacksPart = WITH_A_PART.includes(type) && call[part] === undefined;
  if (type === 'SUBSCRIBE') {
    if (lacksPart) return "Expecting 'subscribe' to be present";
    const ids = [subscribe?.framework_info.id?.value ?? '', framework_id?.value ?? ''];
    return ids[0] === ids[1] ? null : "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  if (framework_id === undefined) return "Expecting 'framework_id' to be present";
  if (lacksPart) return `Expecting '${part}' to be present`;
  if (type === 'UPDATE_FRAMEWORK' && update_framework?.framework_info.id?.value !== framework_id.value) {
    return "'framework_id' differs from 'update_framework.framework_info.id'";
  }
  return uuidProblem(call.acknowledge?.uuid ?? call.acknowledge_operation_status?.uuid);
}

function uuidProblem(uuid: string | undefined): string | null {
  if (uuid === undefined) return null;
  const { length } = Buffer.from(uuid, 'base64');
  return length === UUID_BYTES ? null : `Expecting 16 bytes but got ${length} bytes`;
}
