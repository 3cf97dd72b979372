import { addBags, type Bag, containsBag, EMPTY_BAG, subtractBags } from '../../mesos/resource-math.js';

/** Who holds what of one agent: an offer, a task, an executor. What nobody holds is free; together it is always the total. */
export class Ledger {
  #total: Bag;
  #free: Bag;
  readonly #claims = new Map<string, Bag>();
  #overdrawn = false;

  constructor(total: Bag) {
    this.#total = total;
    this.#free = total;
  }

  get total(): Bag {
    return this.#total;
  }

  get free(): Bag {
    return this.#free;
  }

  get claimed(): Bag {
    return [...this.#claims.values()].reduce(addBags, EMPTY_BAG);
  }

  /** Whether more is claimed than there is, or one port twice, so that what is given back need not be free. */
  get overdrawn(): boolean {
    return this.#overdrawn;
  }

  held(claimant: string): Bag {
    return this.#claims.get(claimant) ?? EMPTY_BAG;
  }

  /** Adds to what the claimant holds. Tasks of an agent that came back hold what they hold, whatever the agent now has. */
  claim(claimant: string, bag: Bag): void {
    this.#claims.set(claimant, addBags(this.held(claimant), bag));
    if (containsBag(this.#free, bag)) this.#free = subtractBags(this.#free, bag);
    else this.#reckon();
  }

  /** Gives back what the claimant holds. */
  release(claimant: string): void {
    const bag = this.#claims.get(claimant);
    if (bag === undefined) return;
    this.#claims.delete(claimant);
    if (this.#overdrawn) this.#reckon();
    else this.#free = addBags(this.#free, bag);
  }

  /** The agent has more or less, or some of it is reserved otherwise. */
  resize(total: Bag): void {
    this.#total = total;
    this.#reckon();
  }

  #reckon(): void {
    this.#free = this.#total;
    this.#overdrawn = false;
    for (const bag of this.#claims.values()) {
      this.#overdrawn ||= !containsBag(this.#free, bag);
      this.#free = subtractBags(this.#free, bag);
    }
  }
}

/** The ledgers of the agents that are registered, by agent id. */
export class Ledgers {
  readonly #ledgers = new Map<string, Ledger>();

  find(agentId: string): Ledger | undefined {
    return this.#ledgers.get(agentId);
  }

  get all(): ReadonlyMap<string, Ledger> {
    return this.#ledgers;
  }

  open(agentId: string, total: Bag): Ledger {
    const ledger = new Ledger(total);
    this.#ledgers.set(agentId, ledger);
    return ledger;
  }

  close(agentId: string): void {
    this.#ledgers.delete(agentId);
  }
}

export const offerClaim = (offerId: string): string => `offer ${offerId}`;
export const taskClaim = (frameworkId: string, taskId: string): string => `task ${frameworkId} ${taskId}`;
export const executorClaim = (frameworkId: string, executorId: string): string =>
  `executor ${frameworkId} ${executorId}`;
