import type { TaskState, TaskStatus } from '../../mesos/shapes.js';
import type { App } from '../app/definition.js';
import { afterUpdate, failureOf, type TaskFailure, type TaskRecord, type Tasks } from './tasks.js';

export interface TaskUpdatesOptions {
  tasks: Tasks;
  app(id: string): App | undefined;
  isLeaving(taskId: string): boolean;
  /** A task that nobody here knows runs on an agent. */
  killStranger(taskId: string, agentId: string): void;
  /** An app's task ended by itself, so that the next one waits a while. */
  slowDown(app: App): void;
  failed(failure: TaskFailure): void;
  gone(taskId: string): void;
  runs(task: TaskRecord): void;
  publish(type: string, fields: object): void;
}

const NOT_BY_ITSELF: readonly TaskState[] = [
  'TASK_KILLED',
  'TASK_UNREACHABLE',
  'TASK_UNKNOWN',
  'TASK_GONE_BY_OPERATOR',
];
const NO_FAILURE: readonly TaskState[] = ['TASK_FINISHED', 'TASK_KILLED'];

/** Takes in what Mesos tells of a task; done when it is kept. */
export async function takeUpdate(status: TaskStatus, options: TaskUpdatesOptions): Promise<void> {
  const { tasks, publish } = options;
  const id = status.task_id.value;
  const task = tasks.find(id);
  const now = new Date().toISOString();
  if (task === undefined) {
    const lives =
      status.state === 'TASK_STAGING' || status.state === 'TASK_STARTING' || status.state === 'TASK_RUNNING';
    if (lives && status.agent_id !== undefined) options.killStranger(id, status.agent_id.value);
    return;
  }
  const next = afterUpdate(task, status, now);
  if (next === null || next.state !== task.state) publish('status_update_event', updateEvent(next ?? task, status));
  if (next !== null) {
    if (next.state === 'TASK_RUNNING') options.runs(next);
    await tasks.put(next);
    return;
  }
  const app = options.app(task.appId);
  const byItself = !NOT_BY_ITSELF.includes(status.state) && !options.isLeaving(id);
  if (app !== undefined && byItself && app.versionInfo.lastConfigChangeAt === task.configuredAt) options.slowDown(app);
  if (!NO_FAILURE.includes(status.state)) options.failed(failureOf(task, status.state, status.message ?? '', now));
  options.gone(id);
  await tasks.remove(id);
}

function updateEvent(task: TaskRecord, { state, message = '' }: TaskStatus): object {
  const { id, appId, agentId, hostname, hostPorts, appVersion, ipAddresses } = task;
  return {
    slaveId: agentId,
    taskId: id,
    taskStatus: state,
    message,
    appId,
    host: hostname,
    ipAddresses,
    ports: hostPorts.filter((port) => port !== null),
    version: appVersion,
  };
}
