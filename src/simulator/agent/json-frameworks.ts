import { plainResources } from '../mesos/resources.js';
import { type AllocatedResource, hasEnded, type Task } from '../mesos/shapes.js';
import { type Shape, taskJson } from '../mesos/shown-task.js';
import { isAtLeast } from '../mesos/version.js';
import type { Book, ExecutorEntry, FrameworkEntry, TaskEntry } from './tasks/book.js';

/** What an executor holds: its own, and its tasks' until they have ended. */
export function heldBy({ info, tasks, state }: ExecutorEntry): AllocatedResource[] {
  const live = [...tasks.values()].filter(({ task }) => !hasEnded(task.state));
  const own = state === 'TERMINATED' && tasks.size === 0 ? [] : (info.resources ?? []);
  return [...own, ...live.flatMap(({ task }) => task.resources)];
}

export function heldByAll(book: Book): AllocatedResource[] {
  return [...book.executors()].filter(({ state }) => state !== 'TERMINATED').flatMap(heldBy);
}

/** A task that waits for its executor. */
export function isQueued({ state }: ExecutorEntry, { task }: TaskEntry): boolean {
  return state === 'REGISTERING' && task.state === 'TASK_STAGING';
}

/** A framework as an agent's `/state` shows it. */
export function frameworkJson({ id, info, executors, completed }: FrameworkEntry, shape: Shape): object {
  const { name, user, failover_timeout = 0, checkpoint = false, hostname = '', principal, roles, role = '*' } = info;
  const multi = shape.generation === 'modern' && info.capabilities?.some(({ type }) => type === 'MULTI_ROLE') === true;
  return {
    id,
    name,
    user,
    failover_timeout,
    checkpoint,
    hostname,
    ...(principal === undefined ? {} : { principal }),
    ...(multi ? { roles: roles ?? [] } : { role }),
    executors: [...executors.values()].map((executor) => executorJson(executor, shape)),
    completed_executors: completed.map((executor) => executorJson(executor, shape)),
  };
}

function executorJson(executor: ExecutorEntry, shape: Shape): object {
  const { info, containerId, directory, completed } = executor;
  const entries = [...executor.tasks.values()];
  const held = executor.state === 'TERMINATED' ? (info.resources ?? []) : heldBy(executor);
  const role = held.find(({ allocation_info }) => allocation_info !== undefined)?.allocation_info?.role;
  const labels = Array.isArray(info.labels?.labels) ? { labels: info.labels.labels } : {};
  const show = (tasks: readonly Task[]): object[] => tasks.map((task) => taskJson(task, shape));
  return {
    id: info.executor_id.value,
    name: info.name ?? '',
    source: info.source ?? '',
    container: containerId,
    directory,
    resources: plainResources(held),
    ...(role === undefined || shape.generation === 'classic' ? {} : { role }),
    ...labels,
    ...(info.type === undefined || !isAtLeast(shape.version, '1.3.0') ? {} : { type: info.type }),
    tasks: show(entries.filter((entry) => !isQueued(executor, entry)).map(({ task }) => task)),
    queued_tasks: entries.filter((entry) => isQueued(executor, entry)).map(({ task }) => queuedJson(task, shape)),
    completed_tasks: show(completed),
  };
}

/** A queued task has no history yet. */
function queuedJson(task: Task, shape: Shape): object {
  const {
    state: _state,
    statuses: _statuses,
    ...queued
  } = taskJson(task, shape) as { state: string; statuses: object };
  return queued;
}
