import { durationFlag } from '../flags.js';
import type { AgentMessage } from '../mesos/agent-protocol.js';
import { hasEnded, type TaskState } from '../mesos/shapes.js';
import type { Executor, ExecutorListener } from './executors/executor.js';
import type { Change } from './tasks/activity.js';
import { Book, type ExecutorEntry, type TaskEntry, type Update } from './tasks/book.js';
import { dropFramework, dropRun, keepRun } from './tasks/checkpoint.js';
import { countLaunch, countUpdate, newCounters } from './tasks/counters.js';
import { type Ending, waitStatus } from './tasks/ending.js';
import { metaFrameworks } from './tasks/layout.js';
import type { Sandboxes } from './tasks/sandboxes.js';
import { statusOf } from './tasks/status.js';
import type { Surroundings } from './tasks/surroundings.js';
import { isOver, noteStatus, Updates } from './tasks/updates.js';

export interface ProgressOptions {
  place: Surroundings;
  sandboxes: Sandboxes;
  send(message: AgentMessage): void;
  /** Makes the executor that runs what the entry says. */
  executor(entry: ExecutorEntry, listener: ExecutorListener): Executor;
  /** Nothing of a framework runs here any more. */
  onGone(frameworkId: string): void;
}

const MAX_RETRY_MS = 600_000;

/** What becomes of executors and tasks: noted, kept, told, and in the end history. */
export class Progress {
  readonly book: Book;
  readonly counters = newCounters();
  readonly #options: ProgressOptions;
  readonly #executors = new Map<ExecutorEntry, Executor>();
  readonly #updates: Updates;
  #idle: (() => void) | null = null;

  constructor(options: ProgressOptions) {
    this.#options = options;
    const { flags } = options.place;
    this.book = new Book({
      maxCompletedExecutors: Number(flags.get('max_completed_executors_per_framework') ?? 150),
      onForgotten: (executor) => options.sandboxes.forget(executor),
    });
    this.#updates = new Updates({
      retryMs: durationFlag(flags, 'status_update_retry_interval'),
      maxRetryMs: MAX_RETRY_MS,
      send: (frameworkId, status, latestState) => options.send({ type: 'UPDATE', frameworkId, status, latestState }),
    });
  }

  /** The executor of an entry, made where there was none. */
  executor(entry: ExecutorEntry): Executor {
    const known = this.#executors.get(entry);
    if (known !== undefined) return known;
    const executor = this.#options.executor(entry, {
      onChange: (...told) => this.change(...told),
      onStatus: (...told) => this.#note(...told),
      onExit: (...told) => this.#exited(...told),
    });
    this.#executors.set(entry, executor);
    return executor;
  }

  /** The executor of an entry, as long as it lives. */
  living(entry: ExecutorEntry): Executor | undefined {
    return this.#executors.get(entry);
  }

  change(executor: ExecutorEntry, entry: TaskEntry, change: Change): void {
    countLaunch(this.counters, entry, change);
    this.#note(executor, entry, statusOf(executor, entry, change, this.#options.place));
  }

  acknowledge(executor: ExecutorEntry, entry: TaskEntry, uuid: string): void {
    if (!this.#updates.acknowledge(entry, uuid)) return;
    if (isOver(entry) && entry.pending.length === 0) this.book.completeTask(executor, entry);
    keepRun(executor);
    this.settle(executor);
  }

  /** There is a master that may not know what is outstanding. */
  resend(): void {
    for (const { entry } of this.book.tasks()) this.#updates.resend(entry);
  }

  /** Nobody waits for the ends of these tasks. */
  forgetEnded(executor: ExecutorEntry): void {
    for (const entry of [...executor.tasks.values()].filter(isOver)) this.#complete(executor, entry);
  }

  /** An executor that is gone, and whose tasks' ends are all known, is history. */
  settle(executor: ExecutorEntry): void {
    const { framework, info, state, tasks } = executor;
    if (state !== 'TERMINATED' || tasks.size > 0) return;
    if (framework.executors.get(info.executor_id.value) !== executor) return;
    dropRun(executor.meta);
    this.#options.sandboxes.collectLater(executor);
    this.book.completeExecutor(executor);
    if (this.book.frameworks.has(framework.id)) return;
    dropFramework(this.folder(), framework.id);
    this.#options.onGone(framework.id);
  }

  /** Told once, when no executor lives. */
  whenIdle(onIdle: () => void): void {
    this.#idle = onIdle;
    this.#tellIdle();
  }

  /** The agent ends; what runs runs on. */
  release(): void {
    for (const executor of this.#executors.values()) executor.release();
    this.#executors.clear();
    this.#updates.close();
  }

  /** Where the frameworks are kept. */
  folder(): string {
    return metaFrameworks(this.#options.place.workDirectory, this.#options.place.agentId());
  }

  #note(executor: ExecutorEntry, entry: TaskEntry, status: Update): void {
    noteStatus(entry, status);
    countUpdate(this.counters, status.state);
    if (executor.framework.over) {
      if (isOver(entry)) this.#complete(executor, entry);
      return;
    }
    entry.pending.push(status);
    keepRun(executor);
    this.#updates.offer(entry);
  }

  #exited(executor: ExecutorEntry, ending: Ending | null): void {
    if (!this.#executors.delete(executor)) return;
    executor.state = 'TERMINATED';
    this.counters.executors_terminated += 1;
    const message = ending === null ? 'Abnormal executor termination: unknown container' : 'Executor terminated';
    for (const entry of [...executor.tasks.values()].filter(({ task }) => !hasEnded(task.state))) {
      const state: TaskState = entry.kill === null ? 'TASK_FAILED' : 'TASK_KILLED';
      this.change(executor, entry, { state, source: 'SOURCE_AGENT', reason: 'REASON_EXECUTOR_TERMINATED', message });
    }
    keepRun(executor);
    this.#tellExit(executor, ending);
    this.settle(executor);
    this.#tellIdle();
  }

  #tellExit({ kind, framework, info }: ExecutorEntry, ending: Ending | null): void {
    if (kind === 'command' || framework.over) return;
    const [frameworkId, executorId] = [framework.id, info.executor_id.value];
    const status = ending === null ? 0 : waitStatus(ending);
    this.#options.send({ type: 'EXITED_EXECUTOR', frameworkId, executorId, status });
  }

  #complete(executor: ExecutorEntry, entry: TaskEntry): void {
    this.#updates.forget(entry);
    this.book.completeTask(executor, entry);
  }

  #tellIdle(): void {
    if (this.#executors.size > 0) return;
    this.#idle?.();
    this.#idle = null;
  }
}
