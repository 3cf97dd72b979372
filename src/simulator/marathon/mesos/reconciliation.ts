import type { TaskStatus } from '../../mesos/shapes.js';

export interface ReconciliationOptions {
  /** For how long after a subscription a master that knows nothing of a task is not believed. */
  patienceMs: number;
  /** The tasks that are there. */
  tasks(): Iterable<{ id: string; agentId: string }>;
  ask(tasks: { id: string; agentId: string }[]): void;
}

const FIRST_AGAIN_MS = 500;
const LONGEST_AGAIN_MS = 600_000;

/** Asks the master about each task, after each subscription and until it told, and now and then later on. */
export class Reconciliation {
  readonly #options: ReconciliationOptions;
  readonly #told = new Set<string>();
  #subscribedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReconciliationOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#told.clear();
    this.#subscribedAt = performance.now();
    this.#ask(FIRST_AGAIN_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Whether an update may be believed. A new master knows the tasks of those agents only that came back to it. */
  believes({ task_id, state, reason }: TaskStatus): boolean {
    const knowsNothing = (state === 'TASK_LOST' || state === 'TASK_UNKNOWN') && reason === 'REASON_RECONCILIATION';
    const isEarly = performance.now() - this.#subscribedAt < this.#options.patienceMs;
    if (knowsNothing && isEarly) return false;
    this.#told.add(task_id.value);
    return true;
  }

  #ask(againMs: number): void {
    clearTimeout(this.#timer);
    const open = [...this.#options.tasks()].filter(({ id }) => !this.#told.has(id));
    // Asked of none, a master tells of all, those too that nobody here knows.
    this.#options.ask(open);
    const nextMs = open.length > 0 ? againMs : LONGEST_AGAIN_MS;
    if (open.length === 0) this.#told.clear();
    this.#timer = setTimeout(() => this.#ask(Math.min(LONGEST_AGAIN_MS, againMs * 2)), nextMs);
    this.#timer.unref();
  }
}
