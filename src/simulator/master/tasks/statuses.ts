import type { Task, TaskState, TaskStatus } from '../../mesos/shapes.js';
import { type Framework, hasCapability } from '../frameworks/framework.js';

/** States that only frameworks with PARTITION_AWARE know; others are told that the task is lost. */
const FOR_THE_AWARE: readonly TaskState[] = [
  'TASK_DROPPED',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
];

export function stateFor({ info }: Pick<Framework, 'info'>, state: TaskState): TaskState {
  return FOR_THE_AWARE.includes(state) && !hasCapability(info, 'PARTITION_AWARE') ? 'TASK_LOST' : state;
}

/** What a master says of a task by itself; nobody needs to acknowledge it. */
export interface Verdict {
  taskId: string;
  state: TaskState;
  message: string;
  reason: string;
  agentId?: string | undefined;
  executorId?: string | undefined;
  /** Seconds since the epoch. */
  unreachableTime?: number | undefined;
  /** What is known of the task besides. */
  about?: Pick<TaskStatus, 'healthy' | 'check_status' | 'labels' | 'container_status'>;
}

export function masterStatus(verdict: Verdict, now: number): TaskStatus {
  const { taskId, state, message, reason, agentId, executorId, unreachableTime, about } = verdict;
  return {
    task_id: { value: taskId },
    state,
    message,
    source: 'SOURCE_MASTER',
    reason,
    ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
    ...(executorId === undefined ? {} : { executor_id: { value: executorId } }),
    timestamp: now,
    ...about,
    ...(unreachableTime === undefined
      ? {}
      : { unreachable_time: { nanoseconds: Math.round(unreachableTime * 1e3) * 1e6 } }),
  };
}

/** Adds a status to those of a task, where each state in a row is kept once, and without data, which may be large. */
export function recordStatus(task: Task, status: TaskStatus): void {
  const { data: _data, ...kept } = status;
  if (task.statuses.at(-1)?.state === status.state) task.statuses.pop();
  task.statuses.push(kept);
}
