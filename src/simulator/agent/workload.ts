import { durationFlag } from '../flags.js';
import type { AgentWorkload, MasterMessage } from '../mesos/agent-protocol.js';
import type { AllocatedResource, FrameworkInfo, KillPolicy, TaskInfo } from '../mesos/shapes.js';
import type { Executor } from './executors/executor.js';
import { Progress, type ProgressOptions } from './progress.js';
import type { Book, ExecutorEntry, FrameworkEntry } from './tasks/book.js';
import { keepFramework, keepRun } from './tasks/checkpoint.js';
import { executorIdOf, newExecutor, newTask } from './tasks/launch.js';
import { recoverBook } from './tasks/recovery.js';
import { DEFAULT_GRACE_MS } from './tasks/task-execution.js';
import { durationOf } from './tasks/time.js';
import { isOver } from './tasks/updates.js';

type RunTasks = Extract<MasterMessage, { type: 'RUN_TASKS' }>;
type WorkloadOptions = Omit<ProgressOptions, 'onGone'>;

/** What an agent runs for its master: frameworks, their executors, their tasks. */
export class Workload {
  readonly book: Book;
  readonly counters: Progress['counters'];
  readonly #options: WorkloadOptions;
  readonly #progress: Progress;
  /** For frameworks whose earlier tasks are still being ended. */
  #later: RunTasks[] = [];
  #total: AllocatedResource[] | undefined;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#progress = new Progress({ ...options, onGone: (frameworkId) => this.#runLater(frameworkId) });
    this.book = this.#progress.book;
    this.counters = this.#progress.counters;
  }

  /** With dynamic reservations and volumes; undefined where there never were any. */
  get totalResources(): AllocatedResource[] | undefined {
    return this.#total;
  }

  handle(message: MasterMessage): void {
    switch (message.type) {
      case 'RUN_TASKS':
        this.#run(message);
        break;
      case 'KILL_TASK':
        this.#kill(message.frameworkId, message.taskId, message.killPolicy);
        break;
      case 'ACKNOWLEDGE':
        this.#acknowledge(message.frameworkId, message.taskId, message.uuid);
        break;
      case 'FRAMEWORK_MESSAGE':
        this.#message(message.frameworkId, message.executorId, message.data);
        break;
      case 'SHUTDOWN_EXECUTOR':
        this.#shutdown(this.book.executor(message.frameworkId, message.executorId));
        break;
      case 'SHUTDOWN_FRAMEWORK':
        this.#forgetLater(message.frameworkId);
        this.#shutdownFramework(this.book.frameworks.get(message.frameworkId));
        break;
      case 'UPDATE_FRAMEWORK':
        this.#updateFramework(message.framework);
        break;
      case 'DRAIN':
        this.#drain(message.maxGraceNanoseconds);
        break;
      case 'UPDATE_RESOURCES':
        this.#total = message.totalResources;
        this.#options.sandboxes.keepResources(message.totalResources);
        break;
    }
  }

  /** What a master must know that this agent comes back to. */
  announcement(): AgentWorkload {
    const brought = [...this.book.executors()].filter(
      ({ kind, state }) => kind !== 'command' && state !== 'TERMINATED',
    );
    const frameworks = [...this.book.frameworks.values()].filter(({ over }) => !over);
    return {
      frameworks: frameworks.map(({ info }) => info),
      executors: brought.map(({ framework, info }) => ({ frameworkId: framework.id, executor: info })),
      tasks: [...this.book.tasks()].filter(({ executor }) => !executor.framework.over).map(({ entry }) => entry.task),
      ...(this.#total === undefined ? {} : { totalResources: this.#total }),
    };
  }

  /** A master has this agent now. */
  registered(): void {
    this.#progress.resend();
  }

  /** Goes on with what an earlier life left: adopts what lives, and tells the end of what does not. */
  recover(): void {
    const { sandboxes, place } = this.#options;
    this.#total = sandboxes.keptResources();
    const recovered = recoverBook(this.book, place);
    for (const entry of recovered) sandboxes.show(entry);
    for (const entry of recovered) this.#resume(entry);
    sandboxes.collectLeft(new Set(recovered.map(({ directory }) => directory)));
  }

  /** Ends all that runs; told when nothing does. */
  shutdown(onIdle: () => void): void {
    this.#later = [];
    for (const framework of [...this.book.frameworks.values()]) this.#shutdownFramework(framework);
    this.#progress.whenIdle(onIdle);
  }

  /** The framework and the executor that live under these ids, as far as there are such. */
  find(frameworkId: string, executorId: string): { framework: boolean; executor: Executor | undefined } {
    const entry = this.book.executor(frameworkId, executorId);
    const executor = entry === undefined ? undefined : this.#progress.living(entry);
    return { framework: this.book.frameworks.has(frameworkId), executor };
  }

  /** The agent ends; what runs runs on. */
  release(): void {
    this.#progress.release();
  }

  #run(message: RunTasks): void {
    const framework = this.book.framework(message.framework);
    if (framework.over) {
      this.#later.push(message);
      return;
    }
    keepFramework(this.#progress.folder(), framework);
    if (message.group) this.#launch(framework, message.tasks);
    else for (const task of message.tasks) this.#launch(framework, [task]);
  }

  #runLater(frameworkId: string): void {
    const waiting = this.#later;
    this.#forgetLater(frameworkId);
    for (const message of waiting) if (!this.#later.includes(message)) this.#run(message);
  }

  #forgetLater(frameworkId: string): void {
    this.#later = this.#later.filter(({ framework }) => framework.id?.value !== frameworkId);
  }

  #launch(framework: FrameworkEntry, group: readonly TaskInfo[]): void {
    const [first] = group;
    if (first === undefined) return;
    const known = framework.executors.get(executorIdOf(first));
    if (known?.state === 'TERMINATING' || known?.state === 'TERMINATED') {
      this.#drop(known, group);
      return;
    }
    const entry = known ?? newExecutor(framework, first, this.#options.place);
    const tasks = group.map((info) => newTask(entry, info, group));
    for (const task of tasks) entry.tasks.set(task.info.task_id.value, task);
    if (known === undefined) {
      framework.executors.set(entry.info.executor_id.value, entry);
      this.#options.sandboxes.show(entry);
    }
    keepRun(entry);
    this.#progress.executor(entry).launch(tasks);
  }

  /** The executor is on its way out and takes nothing more. */
  #drop(entry: ExecutorEntry, group: readonly TaskInfo[]): void {
    const aware = entry.framework.info.capabilities?.some(({ type }) => type === 'PARTITION_AWARE') === true;
    for (const info of group) {
      const task = newTask(entry, info, group);
      entry.tasks.set(info.task_id.value, task);
      this.#progress.change(entry, task, {
        state: aware ? 'TASK_DROPPED' : 'TASK_LOST',
        source: 'SOURCE_AGENT',
        reason: 'REASON_EXECUTOR_TERMINATED',
        message: `Executor ${entry.state.toLowerCase()}`,
      });
    }
  }

  /** The tasks of a framework without checkpoints do not outlive their agent. */
  #resume(entry: ExecutorEntry): void {
    if (entry.state === 'TERMINATED') return;
    const { framework, tasks } = entry;
    const cleanup = this.#options.place.flags.get('recover') === 'cleanup';
    if (cleanup || framework.info.checkpoint !== true) {
      framework.over = true;
      for (const task of tasks.values()) task.kill ??= {};
      this.#progress.forgetEnded(entry);
    }
    this.#progress.executor(entry).resume();
  }

  #kill(
    frameworkId: string,
    taskId: string,
    policy: KillPolicy | undefined,
    longestMs = Number.POSITIVE_INFINITY,
  ): void {
    const found = this.book.task(frameworkId, taskId);
    if (found === undefined || isOver(found.entry)) return;
    const { executor, entry } = found;
    const own = durationOf(policy?.grace_period) ?? durationOf(entry.info.kill_policy?.grace_period);
    entry.kill ??= {};
    keepRun(executor);
    this.#progress.living(executor)?.kill(entry, Math.min(own ?? DEFAULT_GRACE_MS, longestMs));
  }

  #drain(maxGraceNanoseconds: number | undefined): void {
    const longestMs = maxGraceNanoseconds === undefined ? undefined : maxGraceNanoseconds / 1e6;
    for (const { executor, entry } of [...this.book.tasks()]) {
      entry.kill ??= { reason: 'REASON_AGENT_DRAINING' };
      this.#kill(executor.framework.id, entry.info.task_id.value, undefined, longestMs);
    }
  }

  #acknowledge(frameworkId: string, taskId: string, uuid: string): void {
    const found = this.book.task(frameworkId, taskId);
    if (found !== undefined) this.#progress.acknowledge(found.executor, found.entry, uuid);
  }

  #message(frameworkId: string, executorId: string, data: string): void {
    const { executor } = this.find(frameworkId, executorId);
    this.counters[executor === undefined ? 'invalid_framework_messages' : 'valid_framework_messages'] += 1;
    executor?.message(data);
  }

  #shutdown(entry: ExecutorEntry | undefined): void {
    if (entry === undefined) return;
    for (const task of entry.tasks.values()) task.kill ??= {};
    keepRun(entry);
    const usual = durationFlag(this.#options.place.flags, 'executor_shutdown_grace_period');
    this.#progress.living(entry)?.shutdown(durationOf(entry.info.shutdown_grace_period) ?? usual);
  }

  #shutdownFramework(framework: FrameworkEntry | undefined): void {
    if (framework === undefined) return;
    framework.over = true;
    for (const entry of [...framework.executors.values()]) {
      this.#progress.forgetEnded(entry);
      this.#shutdown(entry);
      this.#progress.settle(entry);
    }
  }

  #updateFramework(info: FrameworkInfo): void {
    const framework = this.book.frameworks.get(info.id?.value ?? '');
    if (framework === undefined) return;
    framework.info = info;
    keepFramework(this.#progress.folder(), framework);
  }
}
