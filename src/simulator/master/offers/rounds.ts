import { type Bag, bagOf, scalarsOf } from '../../mesos/resource-math.js';
import { hasEnded } from '../../mesos/shapes.js';
import type { AgentTable } from '../agents/agents.js';
import type { FrameworkTable } from '../frameworks/frameworks.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import { allocate, sum } from './allocator.js';
import type { Ledgers } from './ledger.js';
import { type OfferBook, offerJson } from './offers.js';

export interface RoundsOptions {
  agents: AgentTable;
  frameworks: FrameworkTable;
  ledgers: Ledgers;
  offers: OfferBook;
  /** Between two rounds in which nothing happened but that refusals ran out. */
  intervalMs: number;
  /** Seconds since the epoch. */
  now: () => number;
}

/** The rounds in which what is free is offered. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #ticks: NodeJS.Timeout;
  #soon: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#ticks = setInterval(() => this.hold(), options.intervalMs);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#ticks);
    clearImmediate(this.#soon);
  }

  /** One round after everything that is under way in this moment. */
  soon(): void {
    if (!this.#closed) this.#soon ??= setImmediate(() => this.hold());
  }

  hold(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const { agents, frameworks, ledgers, offers, now } = this.#options;
    for (const framework of frameworks.all) framework.refusals.expire(now());
    const candidates = agents.all.flatMap((agent) => {
      const ledger = ledgers.find(agent.id);
      return ledger === undefined || ledger.free.size === 0 ? [] : [{ agent, ledger }];
    });
    if (candidates.length === 0) return;
    const totals = sum([...ledgers.all.values()].map(({ total }) => scalarsOf(total)));
    const made = new Map<FrameworkRecord, object[]>();
    for (const { framework, role, agent, bag } of allocate(frameworks.all, candidates, totals, holding)) {
      const { offer } = offers.make(framework, role, agent, bag);
      made.set(framework, [...(made.get(framework) ?? []), offerJson(offer, framework)]);
    }
    for (const [framework, several] of made) framework.send({ type: 'OFFERS', offers: { offers: several } });
  }
}

/** What a framework holds in a role: offers, tasks that run, executors. */
function holding(framework: FrameworkRecord, role: string): Bag {
  const running = [...framework.tasks.values()].filter(({ state }) => !hasEnded(state));
  const lists = [
    ...[...framework.offers.values(), ...running].map(({ resources }) => resources),
    ...framework.executors.map(({ info }) => info.resources ?? []),
  ];
  return bagOf(lists.flat().filter(({ allocation_info }) => (allocation_info?.role ?? role) === role));
}
