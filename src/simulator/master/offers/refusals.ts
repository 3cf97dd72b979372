import { type Bag, containsBag } from '../../mesos/resource-math.js';

interface Refusal {
  role: string;
  agentId: string;
  bag: Bag;
  /** Seconds since the epoch. */
  until: number;
}

const DEFAULT_SECONDS = 5;
const MAX_SECONDS = 365 * 24 * 3600;

/** How long resources that a framework did not take are kept from it, in seconds. */
export function refusalSeconds(filters: { refuse_seconds?: number } | undefined): number {
  const asked = filters?.refuse_seconds ?? DEFAULT_SECONDS;
  // Protobuf has numbers that are none.
  return asked >= 0 ? Math.min(asked, MAX_SECONDS) : DEFAULT_SECONDS;
}

/** What a framework did not want lately: it is not offered that again, nor a part of it; more than that it is. */
export class Refusals {
  #refusals: Refusal[] = [];

  /** How many are in force for a role. */
  count(role: string): number {
    return this.#refusals.filter((each) => each.role === role).length;
  }

  add(refusal: Refusal): void {
    const { role, agentId, bag, until } = refusal;
    const says = (each: Refusal): boolean =>
      each.role === role && each.agentId === agentId && each.until <= until && containsBag(bag, each.bag);
    this.#refusals = [...this.#refusals.filter((each) => !says(each)), refusal];
  }

  cover(role: string, agentId: string, bag: Bag): boolean {
    return this.#refusals.some((each) => each.role === role && each.agentId === agentId && containsBag(each.bag, bag));
  }

  /** Forgets all of these roles. */
  revive(roles: ReadonlySet<string>): void {
    this.#refusals = this.#refusals.filter(({ role }) => !roles.has(role));
  }

  expire(now: number): void {
    if (this.#refusals.some(({ until }) => until <= now)) {
      this.#refusals = this.#refusals.filter(({ until }) => until > now);
    }
  }

  forget(agentId: string): void {
    this.#refusals = this.#refusals.filter((each) => each.agentId !== agentId);
  }
}
