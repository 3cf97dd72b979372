import { hasEnded, type TaskState, type TaskStatus } from '../../mesos/shapes.js';
import type { Announcements } from '../announcements.js';

/** Frameworks that are no more are shown for a while; beyond so many the oldest are forgotten. */
const MAX_FRAMEWORKS = 2000;

/** How many tasks ended in which state and why since the master began, counted from what is announced. */
export class TaskTally {
  readonly #byFramework = new Map<string, Map<TaskState, number>>();
  readonly #all = new Map<TaskState, number>();
  readonly #reasons = new Map<string, number>();

  constructor(announcements: Announcements) {
    announcements.listen((announcement) => {
      if (announcement.type === 'TASK_UPDATED') this.#count(announcement.frameworkId, announcement.status);
    });
  }

  /** Of all frameworks, or of one. */
  ended(state: TaskState, frameworkId?: string): number {
    const counts = frameworkId === undefined ? this.#all : this.#byFramework.get(frameworkId);
    return counts?.get(state) ?? 0;
  }

  /** As `task_lost/source_master/reason_slave_removed`. */
  get reasons(): ReadonlyMap<string, number> {
    return this.#reasons;
  }

  #count(frameworkId: string, status: TaskStatus): void {
    const { state } = status;
    const reason = reasonOf(status);
    if (reason !== null && (hasEnded(state) || state === 'TASK_UNREACHABLE')) increment(this.#reasons, reason);
    if (!hasEnded(state)) return;
    const own = this.#byFramework.get(frameworkId) ?? new Map<TaskState, number>();
    this.#byFramework.set(frameworkId, own);
    for (const counts of [own, this.#all]) increment(counts, state);
    const [oldest] = this.#byFramework.keys();
    if (this.#byFramework.size > MAX_FRAMEWORKS && oldest !== undefined) this.#byFramework.delete(oldest);
  }
}

/** Metrics call an agent a slave still. */
function reasonOf({ state, source, reason }: TaskStatus): string | null {
  if (source === undefined || reason === undefined) return null;
  return `${state}/${source}/${reason}`.toLowerCase().replaceAll('agent', 'slave');
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
