import type { TaskState } from '../../mesos/shapes.js';
import type { Change } from './activity.js';
import type { TaskEntry } from './book.js';

/** What an agent counted since it started, as `/metrics/snapshot` names it. */
export interface Counters {
  tasks_failed: number;
  tasks_finished: number;
  tasks_gone: number;
  tasks_killed: number;
  tasks_lost: number;
  executors_terminated: number;
  container_launch_errors: number;
  valid_status_updates: number;
  invalid_status_updates: number;
  valid_framework_messages: number;
  invalid_framework_messages: number;
  'containerizer/fetcher/task_fetches_failed': number;
  'containerizer/fetcher/task_fetches_succeeded': number;
}

export function newCounters(): Counters {
  return {
    tasks_failed: 0,
    tasks_finished: 0,
    tasks_gone: 0,
    tasks_killed: 0,
    tasks_lost: 0,
    executors_terminated: 0,
    container_launch_errors: 0,
    valid_status_updates: 0,
    invalid_status_updates: 0,
    valid_framework_messages: 0,
    invalid_framework_messages: 0,
    'containerizer/fetcher/task_fetches_failed': 0,
    'containerizer/fetcher/task_fetches_succeeded': 0,
  };
}

const COUNTED: { readonly [state in TaskState]?: keyof Counters } = {
  TASK_FAILED: 'tasks_failed',
  TASK_FINISHED: 'tasks_finished',
  TASK_GONE: 'tasks_gone',
  TASK_KILLED: 'tasks_killed',
  TASK_LOST: 'tasks_lost',
};

export function countUpdate(counters: Counters, state: TaskState): void {
  counters.valid_status_updates += 1;
  const name = COUNTED[state];
  if (name !== undefined) counters[name] += 1;
}

/** A task that runs had all fetched that it wanted. */
export function countLaunch(counters: Counters, { task }: TaskEntry, { state, reason, message = '' }: Change): void {
  const launched = task.state === 'TASK_STAGING' || task.state === 'TASK_STARTING';
  if (state === 'TASK_RUNNING' && launched) counters['containerizer/fetcher/task_fetches_succeeded'] += 1;
  if (reason !== 'REASON_CONTAINER_LAUNCH_FAILED') return;
  counters.container_launch_errors += 1;
  if (message.includes('fetch')) counters['containerizer/fetcher/task_fetches_failed'] += 1;
}
