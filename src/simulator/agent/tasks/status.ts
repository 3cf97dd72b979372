import { randomBytes } from 'node:crypto';
import type { Change } from './activity.js';
import type { ExecutorEntry, TaskEntry, Update } from './book.js';
import type { Surroundings } from './surroundings.js';

const UUID_BYTES = 16;

/** A task's status as an agent sends it for an executor that is its own. */
export function statusOf(executor: ExecutorEntry, entry: TaskEntry, change: Change, place: Surroundings): Update {
  const { state, message, reason = reasonOf(entry, change), source = 'SOURCE_EXECUTOR', ip, ...more } = change;
  return {
    task_id: entry.info.task_id,
    state,
    ...(message === undefined ? {} : { message }),
    source,
    ...(reason === undefined ? {} : { reason }),
    agent_id: { value: place.agentId() },
    executor_id: executor.info.executor_id,
    timestamp: Date.now() / 1000,
    uuid: randomBytes(UUID_BYTES).toString('base64'),
    ...more,
    container_status: containerStatus(executor, entry, ip ?? place.address().ip),
  };
}

export function containerStatus({ pid, containerId, kind }: ExecutorEntry, entry: TaskEntry, ip: string) {
  const nested = kind === 'default' ? { parent: { value: containerId } } : {};
  const executorPid = pid ?? entry.pid;
  return {
    container_id: { value: entry.containerId, ...nested },
    network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: ip }] }],
    ...(executorPid === undefined ? {} : { executor_pid: executorPid }),
  };
}

/** Why it was to end, while and after it does. */
function reasonOf({ kill }: TaskEntry, { state }: Change): string | undefined {
  return state === 'TASK_KILLING' || state === 'TASK_KILLED' ? kill?.reason : undefined;
}
