import type { FrameworkInfo } from '../../mesos/shapes.js';
import { FrameworkRecord } from './record.js';

export interface FrameworkTableOptions {
  masterId: string;
  maxCompleted: number;
  /** Seconds since the epoch. */
  now: () => number;
}

/** The frameworks that a leading master knows, and those that are no more. */
export class FrameworkTable {
  readonly #options: FrameworkTableOptions;
  readonly #frameworks = new Map<string, FrameworkRecord>();
  readonly #completed: FrameworkRecord[] = [];
  #next = 0;

  constructor(options: FrameworkTableOptions) {
    this.#options = options;
  }

  get all(): readonly FrameworkRecord[] {
    return [...this.#frameworks.values()];
  }

  get completed(): readonly FrameworkRecord[] {
    return this.#completed;
  }

  find(id: string): FrameworkRecord | undefined {
    return this.#frameworks.get(id);
  }

  isCompleted(id: string): boolean {
    return this.#completed.some((each) => each.id === id);
  }

  /** A framework with the next id, or with the one that another master gave it. */
  add(info: FrameworkInfo): FrameworkRecord {
    const id = info.id?.value || this.#nextId();
    const framework = new FrameworkRecord(id, info, this.#options.now());
    this.#frameworks.set(id, framework);
    return framework;
  }

  complete(framework: FrameworkRecord): void {
    this.#frameworks.delete(framework.id);
    framework.unregisteredTime = this.#options.now();
    this.#completed.push(framework);
    while (this.#completed.length > this.#options.maxCompleted) this.#completed.shift();
  }

  #nextId(): string {
    const id = `${this.#options.masterId}-${String(this.#next).padStart(4, '0')}`;
    this.#next += 1;
    // A framework may have brought an id that this master did not give it.
    return this.#frameworks.has(id) || this.isCompleted(id) ? this.#nextId() : id;
  }
}
