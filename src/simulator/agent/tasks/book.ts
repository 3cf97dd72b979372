import type { ExecutorInfo, FrameworkInfo, Task, TaskInfo, TaskStatus } from '../../mesos/shapes.js';

export type Update = TaskStatus & { uuid: string };

/** Which executor runs a task: ours for one command, ours for a group, or one that the framework brought. */
export type ExecutorKind = 'command' | 'default' | 'custom';

/** A task on this agent until its end was acknowledged. */
export interface TaskEntry {
  readonly info: TaskInfo;
  readonly task: Task;
  /** What nobody acknowledged yet, the oldest first. */
  readonly pending: Update[];
  /** Its executor's, or its own within a group. */
  readonly containerId: string;
  readonly directory: string;
  readonly meta: string;
  /** The ids of those that were launched with it, itself among them; a lone one for what is no group. */
  readonly siblings: readonly string[];
  /** Somebody asked for its end; with what it ends then, where that is not as usual. */
  kill: { reason?: string } | null;
  /** Of its process, while there is one. */
  pid?: number;
}

/** One life of an executor on this agent. */
export interface ExecutorEntry {
  readonly framework: FrameworkEntry;
  readonly kind: ExecutorKind;
  info: ExecutorInfo;
  readonly containerId: string;
  readonly directory: string;
  readonly meta: string;
  readonly tasks: Map<string, TaskEntry>;
  readonly completed: Task[];
  /** As Mesos' agent goes through them. */
  state: 'REGISTERING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED';
  pid?: number;
}

export interface FrameworkEntry {
  readonly id: string;
  info: FrameworkInfo;
  /** It is no more: its tasks are ended, and nobody waits for their updates. */
  over: boolean;
  readonly executors: Map<string, ExecutorEntry>;
  readonly completed: ExecutorEntry[];
}

/** As Mesos bounds them. */
const MAX_COMPLETED_FRAMEWORKS = 50;
const MAX_COMPLETED_TASKS = 200;

export interface BookOptions {
  maxCompletedExecutors: number;
  /** An executor is shown no more. */
  onForgotten(executor: ExecutorEntry): void;
}

/** What runs and what ran on an agent. What ended is bounded. */
export class Book {
  readonly frameworks = new Map<string, FrameworkEntry>();
  readonly completedFrameworks: FrameworkEntry[] = [];
  readonly #options: BookOptions;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  framework(info: FrameworkInfo): FrameworkEntry {
    const id = info.id?.value ?? '';
    const known = this.frameworks.get(id);
    if (known !== undefined) return known;
    // One that had nothing here for a while keeps what it ran before.
    const at = this.completedFrameworks.findIndex((each) => each.id === id);
    const [before] = at === -1 ? [] : this.completedFrameworks.splice(at, 1);
    const framework = before ?? { id, info, over: false, executors: new Map(), completed: [] };
    framework.info = info;
    framework.over = false;
    this.frameworks.set(id, framework);
    return framework;
  }

  executor(frameworkId: string, executorId: string): ExecutorEntry | undefined {
    return this.frameworks.get(frameworkId)?.executors.get(executorId);
  }

  *executors(): Generator<ExecutorEntry> {
    for (const { executors } of this.frameworks.values()) yield* executors.values();
  }

  *tasks(): Generator<{ executor: ExecutorEntry; entry: TaskEntry }> {
    for (const executor of this.executors()) for (const entry of executor.tasks.values()) yield { executor, entry };
  }

  task(frameworkId: string, taskId: string): { executor: ExecutorEntry; entry: TaskEntry } | undefined {
    for (const executor of this.frameworks.get(frameworkId)?.executors.values() ?? []) {
      const entry = executor.tasks.get(taskId);
      if (entry !== undefined) return { executor, entry };
    }
    return undefined;
  }

  completeTask(executor: ExecutorEntry, entry: TaskEntry): void {
    executor.tasks.delete(entry.info.task_id.value);
    executor.completed.push(entry.task);
    if (executor.completed.length > MAX_COMPLETED_TASKS) executor.completed.shift();
  }

  completeExecutor(executor: ExecutorEntry): void {
    const { framework, info } = executor;
    framework.executors.delete(info.executor_id.value);
    executor.state = 'TERMINATED';
    framework.completed.push(executor);
    while (framework.completed.length > this.#options.maxCompletedExecutors) this.#forget(framework.completed.shift());
    if (framework.executors.size > 0) return;
    this.frameworks.delete(framework.id);
    this.completedFrameworks.push(framework);
    if (this.completedFrameworks.length <= MAX_COMPLETED_FRAMEWORKS) return;
    for (const each of this.completedFrameworks.shift()?.completed ?? []) this.#forget(each);
  }

  #forget(executor: ExecutorEntry | undefined): void {
    if (executor !== undefined) this.#options.onForgotten(executor);
  }
}
