import type { Change } from '../tasks/activity.js';
import type { ExecutorEntry, TaskEntry, Update } from '../tasks/book.js';
import type { Ending } from '../tasks/ending.js';

/** What an executor tells the agent. */
export interface ExecutorListener {
  onChange(executor: ExecutorEntry, entry: TaskEntry, change: Change): void;
  /** A whole status, as an executor sent it. */
  onStatus(executor: ExecutorEntry, entry: TaskEntry, status: Update): void;
  /** It is gone, with whatever it ran; null where nobody knows how it ended. */
  onExit(executor: ExecutorEntry, ending: Ending | null): void;
}

/** An executor that lives: ours, or one that a framework brought. */
export interface Executor {
  /** Tasks that are launched together. */
  launch(group: readonly TaskEntry[]): void;
  /** Goes on after the agent was away. */
  resume(): void;
  kill(entry: TaskEntry, graceMs: number): void;
  /** Ends all, and then the executor. */
  shutdown(graceMs: number): void;
  /** From the framework, in base64; nothing for an executor that takes none. */
  message(data: string): void;
  /** The agent looks after it no more; what runs runs on. */
  release(): void;
}
