import { inForm } from '../../mesos/reservations.js';
import type { Bag } from '../../mesos/resource-math.js';
import { resourcesOf } from '../../mesos/resource-math.js';
import type { Offer } from '../../mesos/shapes.js';
import type { Agent } from '../agents/agent.js';
import type { MachineId } from '../agents/machines.js';
import { machineOf } from '../agents/machines.js';
import { hasCapability } from '../frameworks/framework.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import { type Ledgers, offerClaim } from './ledger.js';

/** An offer that a framework did not answer yet. */
export interface Outstanding {
  offer: Offer;
  framework: FrameworkRecord;
  agent: Agent;
  role: string;
  bag: Bag;
  timeout: NodeJS.Timeout | undefined;
}

export interface OfferBookOptions {
  masterId: string;
  ledgers: Ledgers;
  /** Null: offers stand until they are answered. */
  timeoutMs: number | null;
  /** When maintenance takes a machine away, as Mesos' Unavailability. */
  unavailability: (machine: MachineId) => object | undefined;
  /** Called with what a framework kept too long. */
  onTimeout: (outstanding: Outstanding) => void;
}

/** The offers that stand. What is offered is claimed in its agent's ledger. */
export class OfferBook {
  readonly #options: OfferBookOptions;
  readonly #standing = new Map<string, Outstanding>();
  #next = 0;

  constructor(options: OfferBookOptions) {
    this.#options = options;
  }

  get all(): readonly Outstanding[] {
    return [...this.#standing.values()];
  }

  find(offerId: string): Outstanding | undefined {
    return this.#standing.get(offerId);
  }

  make(framework: FrameworkRecord, role: string, agent: Agent, bag: Bag): Outstanding {
    const { masterId, ledgers, timeoutMs, onTimeout } = this.#options;
    const id = `${masterId}-O${this.#next}`;
    this.#next += 1;
    ledgers.find(agent.id)?.claim(offerClaim(id), bag);
    const offer = this.#write(id, framework, role, agent, bag);
    const outstanding: Outstanding = { offer, framework, agent, role, bag, timeout: undefined };
    if (timeoutMs !== null) outstanding.timeout = setTimeout(() => onTimeout(outstanding), timeoutMs);
    this.#standing.set(id, outstanding);
    framework.offers.set(id, offer);
    framework.offersMade += 1;
    return outstanding;
  }

  /** Ends an offer; what was offered is free. */
  remove({ offer, framework, agent, timeout }: Outstanding): void {
    clearTimeout(timeout);
    this.#standing.delete(offer.id.value);
    framework.offers.delete(offer.id.value);
    this.#options.ledgers.find(agent.id)?.release(offerClaim(offer.id.value));
  }

  /** Ends an offer and tells its framework. */
  rescind(outstanding: Outstanding): void {
    this.remove(outstanding);
    outstanding.framework.send({ type: 'RESCIND', rescind: { offer_id: outstanding.offer.id } });
  }

  rescindWhere(matches: (outstanding: Outstanding) => boolean): void {
    for (const outstanding of this.all.filter(matches)) this.rescind(outstanding);
  }

  close(): void {
    for (const { timeout } of this.#standing.values()) clearTimeout(timeout);
  }

  #write(id: string, framework: FrameworkRecord, role: string, agent: Agent, bag: Bag): Offer {
    const { hostname, port, attributes } = agent.info;
    const executors = framework.executors.filter(({ agentId }) => agentId === agent.id);
    const unavailability = this.#options.unavailability(machineOf(agent));
    return {
      id: { value: id },
      framework_id: { value: framework.id },
      agent_id: { value: agent.id },
      hostname,
      url: { scheme: 'http', address: { hostname, ip: agent.ip, port }, path: '/slave(1)' },
      resources: resourcesOf(bag, role),
      ...(attributes.length === 0 ? {} : { attributes }),
      ...(executors.length === 0 ? {} : { executor_ids: executors.map(({ info }) => info.executor_id) }),
      ...(unavailability === undefined
        ? {}
        : { unavailability: unavailability as NonNullable<Offer['unavailability']> }),
      allocation_info: { role },
    };
  }
}

/** An offer in the form that its framework reads. */
export function offerJson(offer: Offer, { info }: FrameworkRecord): object {
  const allocated = hasCapability(info, 'MULTI_ROLE');
  const refined = hasCapability(info, 'RESERVATION_REFINEMENT');
  const { allocation_info, resources, ...plain } = offer;
  const form = { refined, allocated };
  return {
    ...plain,
    resources: resources.map((resource) => inForm(resource, form)),
    ...(allocated ? { allocation_info } : {}),
  };
}
