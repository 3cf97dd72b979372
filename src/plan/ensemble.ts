/**
 * Kinds of which several decide by majority: who comes, goes and is replaced before whom, so that a majority is always
 * there, and has what the one before it had.
 */

import { kindOf } from '../components/registry.js';
import type { ComponentId, Kind, ObservedNetwork } from '../model.js';
import { isStale } from './causes.js';
import type { Match } from './match.js';

type Awaited = ComponentId | undefined;

export class Ensembles {
  readonly #members = new Map<Kind, Match[]>();
  readonly #away = new Set<ComponentId>();
  readonly #network: ObservedNetwork | undefined;

  /** `busy`: under way already. */
  constructor(matches: readonly Match[], busy: Iterable<ComponentId>, network: ObservedNetwork | undefined) {
    for (const match of matches) {
      if (!kindOf(match.kind).ensemble) continue;
      this.#members.set(match.kind, [...(this.#members.get(match.kind) ?? []), match]);
    }
    this.#away = new Set(busy);
    this.#network = network;
  }

  /** A step of this pass creates this one or takes it away. */
  touch(id: ComponentId): void {
    this.#away.add(id);
  }

  /** Whether the kind does its work, whoever of it is missing. */
  serves(kind: Kind): boolean {
    return this.#wanted(kind).some((each) => this.#isReady(each));
  }

  /** Whom one without a container waits for before it is created. */
  beforeJoining(match: Match): Awaited {
    const { kind, desired, observed } = match;
    if (!desired || observed?.container) return undefined;
    const others = this.#wanted(kind).filter(({ id }) => id !== match.id);
    const older = others.find((each) => isNewTo(each, match));
    if (older) return older.id;
    if (!desired.blankVotes || observed?.volume) return undefined;
    // As many without data as make a majority would agree that there is none, and those who have it would follow them.
    const stored = others.filter((each) => each.observed?.volume);
    const unready = others.filter((each) => !this.#isReady(each) && (isThere(each) || this.#away.has(each.id)));
    return stored.length > 0 && unready.length >= majorityOf(desired.ensemble) ? unready[0]?.id : undefined;
  }

  /** Whom one that is not wanted any more waits for: those that stay take over first, then one goes after the other. */
  beforeLeaving(match: Match): Awaited {
    const wanted = this.#wanted(match.kind);
    if (match.desired || wanted.length === 0 || !this.#isReady(match)) return undefined;
    const unready = wanted.find((each) => !this.#isReady(each));
    const order = this.#leaving(match.kind);
    const ahead = order.slice(
      0,
      order.findIndex(({ id }) => id === match.id),
    );
    return unready?.id ?? ahead[0]?.id;
  }

  /** Whom a stale one waits for before it goes: followers first, the leader last, one after the other. */
  beforeReplacing(match: Match, served: boolean, maxUnavailable: number): Awaited {
    const others = this.#wanted(match.kind).filter((each) => each.id !== match.id && !isNewTo(match, each));
    // Whoever never served is missed by nobody; but all at once would be too many, if they only wait for a leader.
    if (!served) return others.find(({ id }) => this.#away.has(id))?.id;
    const leaving = this.#isReady(match) ? this.#leaving(match.kind)[0] : undefined;
    const unready = others.filter((each) => !this.#isReady(each));
    if (leaving || unready.length >= maxUnavailable) return leaving?.id ?? unready[0]?.id;
    if (!this.#isLast(match)) return undefined;
    return others.find((each) => isStale(each, this.#network))?.id;
  }

  /** Where nobody is known to lead, the first in order. */
  #isLast({ id, kind }: Match): boolean {
    const wanted = this.#wanted(kind);
    const ready = wanted.filter((each) => this.#isReady(each));
    return (ready.find(leads) ?? wanted[0])?.id === id;
  }

  #wanted(kind: Kind): Match[] {
    return (this.#members.get(kind) ?? []).filter(({ desired }) => desired);
  }

  /** In the order in which they go: who is on the way already, then the highest number first, and the leader last. */
  #leaving(kind: Kind): Match[] {
    const goes = (each: Match) => this.#away.has(each.id) && isThere(each);
    const unwanted = (this.#members.get(kind) ?? []).filter((each) => !each.desired && (goes(each) || serves(each)));
    const rank = (each: Match) => (goes(each) ? 0 : leads(each) ? 2 : 1);
    return unwanted.sort((a, b) => rank(a) - rank(b) || b.index - a.index);
  }

  #isReady(match: Match): boolean {
    return serves(match) && !this.#away.has(match.id);
  }
}

/**
 * Whether `one`, as it runs, knows nothing of `other` and would only be in its way: it was made alone, or of fewer in a
 * kind of which the old ones go first. Then it is replaced before the other is created.
 */
function isNewTo(one: Match, other: Match): boolean {
  const { container } = one.observed ?? {};
  if (!container || other.observed?.container) return false;
  const { ensemble: before = 1 } = container;
  const grows = before < (one.desired?.ensemble ?? 1) && other.index >= before;
  return grows && (before === 1 || kindOf(one.kind).ensemble?.grows === 'old ones first');
}

const isThere = ({ observed }: Match): boolean => observed?.container !== undefined || observed?.volume !== undefined;

const leads = ({ observed }: Match): boolean => observed?.readiness.leads === true;

function serves({ observed }: Match): boolean {
  return observed?.container?.state === 'running' && observed.readiness.ready;
}

function majorityOf(size = 1): number {
  return Math.floor(size / 2) + 1;
}
