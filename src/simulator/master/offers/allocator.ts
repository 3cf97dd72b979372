import { type Bag, filterBag, type Kind, scalarsOf } from '../../mesos/resource-math.js';
import { type Agent, isActive } from '../agents/agent.js';
import { hasCapability, rolesOf } from '../frameworks/framework.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import type { Ledger } from './ledger.js';

/** Resources of one agent for one framework in one of its roles. */
export interface Allocation {
  framework: FrameworkRecord;
  role: string;
  agent: Agent;
  bag: Bag;
}

/** An agent that has something free. */
export interface Candidate {
  agent: Agent;
  ledger: Ledger;
}

/** What a framework holds in a role, in offers, tasks and executors. */
export type HoldingOf = (framework: FrameworkRecord, role: string) => Bag;

/** Thousandths; less than both of them is not worth an offer. */
const MIN_CPUS = 10;
const MIN_MEM = 32_000;

interface Contender {
  framework: FrameworkRecord;
  role: string;
  /** Thousandths by name. */
  held: Map<string, number>;
}

/**
 * Who is to be offered what is free: agent by agent, to the role with the smallest dominant share, and there the framework with
 * the smallest. `totals` are the cluster's scalars in thousandths.
 */
export function allocate(
  frameworks: readonly FrameworkRecord[],
  candidates: readonly Candidate[],
  totals: ReadonlyMap<string, number>,
  holdingOf: HoldingOf,
): Allocation[] {
  const contenders = frameworks.flatMap((framework) => contendersOf(framework, holdingOf));
  const allocations: Allocation[] = [];
  for (const { agent, ledger } of candidates) {
    if (!isActive(agent)) continue;
    let { free } = ledger;
    for (const contender of fairly(contenders, totals)) {
      const bag = offerable(contender, agent, free);
      if (bag === null) continue;
      const { framework, role } = contender;
      allocations.push({ framework, role, agent, bag });
      contender.held = sum([contender.held, scalarsOf(bag)]);
      free = filterBag(free, (kind) => !isFor(kind, contender));
      if (free.size === 0) break;
    }
  }
  return allocations;
}

function contendersOf(framework: FrameworkRecord, holdingOf: HoldingOf): Contender[] {
  if (!framework.active || !framework.connected) return [];
  return rolesOf(framework.info)
    .filter((role) => !framework.suppressed.has(role))
    .map((role) => ({ framework, role, held: scalarsOf(holdingOf(framework, role)) }));
}

/** Smallest share first: of the role, then of the framework within it; where they are equal, who was made fewer offers. */
function fairly(contenders: readonly Contender[], totals: ReadonlyMap<string, number>): Contender[] {
  const byRole = new Map<string, Map<string, number>>();
  for (const { role, held } of contenders) byRole.set(role, sum([byRole.get(role) ?? new Map(), held]));
  const roleShares = new Map([...byRole].map(([role, held]) => [role, share(held, totals)]));
  const order = contenders.map((contender) => ({
    contender,
    ofRole: roleShares.get(contender.role) ?? 0,
    own: share(contender.held, totals),
  }));
  order.sort(
    (a, b) =>
      a.ofRole - b.ofRole ||
      compare(a.contender.role, b.contender.role) ||
      a.own - b.own ||
      a.contender.framework.offersMade - b.contender.framework.offersMade,
  );
  return order.map(({ contender }) => contender);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The largest part that is held of any resource. */
function share(held: Map<string, number>, totals: ReadonlyMap<string, number>): number {
  const parts = [...held].map(([name, amount]) => amount / (totals.get(name) ?? amount));
  return Math.max(0, ...parts);
}

export function sum(amounts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const each of amounts) {
    for (const [name, amount] of each) total.set(name, (total.get(name) ?? 0) + amount);
  }
  return total;
}

/** The part of what is free that a framework may have in a role; null where it is nothing, too little or refused. */
function offerable(contender: Contender, agent: Agent, free: Bag): Bag | null {
  const { framework, role } = contender;
  if (keepsGpusFrom(framework, agent)) return null;
  const bag = filterBag(free, (kind) => isFor(kind, contender));
  if (!isWorthwhile(bag) || framework.refusals.cover(role, agent.id, bag)) return null;
  return bag;
}

/** Agents with GPUs are for frameworks that know of GPUs. */
function keepsGpusFrom({ info }: FrameworkRecord, agent: Agent): boolean {
  const has = agent.info.resources.some(
    (each) => each.name === 'gpus' && each.type === 'SCALAR' && each.scalar.value > 0,
  );
  return has && !hasCapability(info, 'GPU_RESOURCES');
}

/** Reservations are for their role and those below it. A reservation of a reservation is for those who know of such. */
function isFor(kind: Kind, { framework, role }: Contender): boolean {
  if (kind.role !== '*' && kind.role !== role && !role.startsWith(`${kind.role}/`)) return false;
  if (kind.revocable !== undefined && !hasCapability(framework.info, 'REVOCABLE_RESOURCES')) return false;
  return kind.reservations.length <= 1 || hasCapability(framework.info, 'RESERVATION_REFINEMENT');
}

function isWorthwhile(bag: Bag): boolean {
  const scalars = scalarsOf(bag);
  return (scalars.get('cpus') ?? 0) >= MIN_CPUS || (scalars.get('mem') ?? 0) >= MIN_MEM;
}
