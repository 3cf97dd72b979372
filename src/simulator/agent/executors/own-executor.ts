import { hasEnded } from '../../mesos/shapes.js';
import type { Change } from '../tasks/activity.js';
import type { ExecutorEntry, TaskEntry } from '../tasks/book.js';
import type { Surroundings } from '../tasks/surroundings.js';
import { DEFAULT_GRACE_MS, TaskExecution } from '../tasks/task-execution.js';
import type { Executor, ExecutorListener } from './executor.js';

/** The agent itself as an executor of command tasks and of task groups. It is over with the last of its tasks. */
export class OwnExecutor implements Executor {
  readonly #executor: ExecutorEntry;
  readonly #place: Surroundings;
  readonly #listener: ExecutorListener;
  readonly #executions = new Map<string, TaskExecution>();

  constructor(executor: ExecutorEntry, place: Surroundings, listener: ExecutorListener) {
    this.#executor = executor;
    this.#place = place;
    this.#listener = listener;
    executor.state = 'RUNNING';
  }

  launch(group: readonly TaskEntry[]): void {
    // All of a group are there before the first of them can fail.
    const executions = group.map((entry) => this.#execution(entry));
    for (const execution of executions) void execution.start();
  }

  resume(): void {
    const left = [...this.#executor.tasks.values()].filter(({ task }) => !hasEnded(task.state));
    const executions = left.map((entry) => this.#execution(entry));
    for (const execution of executions) void execution.resume();
    if (left.length === 0) this.#listener.onExit(this.#executor, { code: 0 });
  }

  kill(entry: TaskEntry, graceMs: number): void {
    // A group lives and dies as one.
    for (const id of entry.siblings) this.#executions.get(id)?.kill(graceMs);
  }

  shutdown(graceMs: number): void {
    this.#executor.state = 'TERMINATING';
    for (const execution of this.#executions.values()) execution.kill(graceMs);
  }

  message(): void {}

  release(): void {
    for (const execution of this.#executions.values()) execution.release();
    this.#executions.clear();
  }

  #execution(entry: TaskEntry): TaskExecution {
    const [executor, place] = [this.#executor, this.#place];
    const onChange = (change: Change): void => this.#changed(entry, change);
    const execution = new TaskExecution({ entry, executor, place, onChange });
    this.#executions.set(entry.info.task_id.value, execution);
    return execution;
  }

  #changed(entry: TaskEntry, change: Change): void {
    const over = hasEnded(change.state);
    if (over) this.#executions.delete(entry.info.task_id.value);
    if (entry.pid !== undefined && this.#executor.kind === 'command') this.#executor.pid = entry.pid;
    this.#listener.onChange(this.#executor, entry, change);
    if (!over) return;
    if (change.state !== 'TASK_FINISHED') this.#endGroup(entry);
    if (this.#executions.size === 0) this.#listener.onExit(this.#executor, { code: 0 });
  }

  /** One that fails or is killed takes the others with it. */
  #endGroup({ siblings }: TaskEntry): void {
    for (const id of siblings) this.#executions.get(id)?.kill(DEFAULT_GRACE_MS);
  }
}
