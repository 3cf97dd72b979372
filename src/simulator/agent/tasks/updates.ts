import { hasEnded, type TaskState } from '../../mesos/shapes.js';
import type { TaskEntry, Update } from './book.js';

export interface UpdatesOptions {
  /** How long to wait for the first acknowledgement; doubled up to `maxRetryMs`. */
  retryMs: number;
  maxRetryMs: number;
  send(frameworkId: string, status: Update, latestState: TaskState): void;
}

/** Sends each task's updates in their order, the next one when the one before is acknowledged, and again until then. */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #outstanding = new Map<TaskEntry, { uuid: string; timer: NodeJS.Timeout }>();

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  /** To be called when a task has an update more. */
  offer(entry: TaskEntry): void {
    if (!this.#outstanding.has(entry)) this.#send(entry, this.#options.retryMs);
  }

  /** What is outstanding is sent now: there is a master that may not know of it. */
  resend(entry: TaskEntry): void {
    this.forget(entry);
    this.#send(entry, this.#options.retryMs);
  }

  /** True where it was the acknowledgement that is waited for; the update is then gone. */
  acknowledge(entry: TaskEntry, uuid: string): boolean {
    const [first] = entry.pending;
    if (first?.uuid !== uuid) return false;
    entry.pending.shift();
    this.forget(entry);
    this.#send(entry, this.#options.retryMs);
    return true;
  }

  forget(entry: TaskEntry): void {
    clearTimeout(this.#outstanding.get(entry)?.timer);
    this.#outstanding.delete(entry);
  }

  close(): void {
    for (const { timer } of this.#outstanding.values()) clearTimeout(timer);
    this.#outstanding.clear();
  }

  #send(entry: TaskEntry, waitMs: number): void {
    const [first] = entry.pending;
    if (first === undefined) return;
    const { task } = entry;
    task.status_update_state = first.state;
    task.status_update_uuid = first.uuid;
    this.#options.send(task.framework_id.value, first, task.state);
    const timer = setTimeout(() => this.#send(entry, Math.min(2 * waitMs, this.#options.maxRetryMs)), waitMs);
    timer.unref();
    this.#outstanding.set(entry, { uuid: first.uuid, timer });
  }
}

/** The status becomes the task's latest; of each state only the last one is kept. */
export function noteStatus({ task }: TaskEntry, status: Update): void {
  task.state = status.state;
  const at = task.statuses.findIndex(({ state }) => state === status.state);
  if (at !== -1) task.statuses.splice(at, 1);
  task.statuses.push(status);
}

export function isOver(entry: TaskEntry): boolean {
  return hasEnded(entry.task.state);
}
