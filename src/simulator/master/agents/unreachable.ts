import type { Standing } from './standing.js';

interface Unreachable {
  standing: Standing;
  /** Seconds since the epoch. */
  since: number;
}

/** The agents that left their pings without an answer, and what operators decided about them. */
export class UnreachableAgents {
  readonly #agents = new Map<string, Unreachable>();

  get count(): number {
    return this.#agents.size;
  }

  standing(id: string): Standing | undefined {
    return this.#agents.get(id)?.standing;
  }

  /** Since when, in seconds since the epoch; undefined for an agent that is not unreachable. */
  since(id: string): number | undefined {
    return this.#agents.get(id)?.since;
  }

  add(id: string, { deactivated, drain }: Standing, since: number): void {
    this.#agents.set(id, { standing: drain === undefined ? { deactivated } : { deactivated, drain }, since });
  }

  /** False where it was not unreachable. */
  forget(id: string): boolean {
    return this.#agents.delete(id);
  }
}
