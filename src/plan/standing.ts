/** How the kinds stand: what others may rely on, and what a rolling change may take away. */

import { kindOf } from '../components/registry.js';
import type { ComponentId, Kind, Need, ObservedComponent, ObservedNetwork } from '../model.js';
import type { Policy } from '../policy.js';
import { isStale } from './causes.js';
import { Ensembles } from './ensemble.js';
import type { Match } from './match.js';
import type { Memory } from './memory.js';

export interface Standing {
  /** The first component that a need waits for; undefined where all are met. */
  unmet(needs: readonly Need[]): ComponentId | undefined;
  /** Without whom a running component of this kind cannot become ready; undefined where they all are. */
  lacks(kind: Kind): ComponentId | undefined;
  /** What taking this stale, running component away would have to wait for; undefined where it may go now. */
  holds(match: Match): ComponentId | undefined;
  /** Whom one that has no container waits for among its own kind; undefined where it may be created. */
  beforeJoining(match: Match): ComponentId | undefined;
  /** Whom one that is not wanted waits for among its own kind; undefined where it may go. */
  beforeLeaving(match: Match): ComponentId | undefined;
  /** A step of this pass creates it. */
  bring(id: ComponentId): void;
  /** From here on this component counts as under way: a step of this pass takes it away. */
  takeAway(id: ComponentId): void;
}

interface Member {
  id: ComponentId;
  kind: Kind;
  index: number;
  running: boolean;
  ready: boolean;
  /** Is ready, or can be reached and was ready when it was last looked at. */
  served: boolean;
  current: boolean;
  busy: boolean;
}

export function standingOf(
  matches: readonly Match[],
  memory: Memory,
  policy: Policy,
  network: ObservedNetwork | undefined,
): Standing {
  const members = new Map<ComponentId, Member>();
  const kinds = new Map<Kind, Missing>();
  const missing = (kind: Kind) => kinds.get(kind) ?? new Missing();

  const note = (member: Member) => {
    const ofKind = missing(member.kind);
    ofKind.note(member);
    kinds.set(member.kind, ofKind);
    members.set(member.id, member);
  };
  for (const match of matches) if (match.desired) note(memberOf(match, memory, network));
  const ensembles = new Ensembles(matches, busyIn(memory), network);

  // Of several that decide together, a majority does.
  const unmet = (needs: readonly Need[]) =>
    needs.map(({ kind, is }) => (ensembles.serves(kind) ? undefined : missing(kind)[is].first)).find(Boolean)?.id;

  const lacks = (kind: Kind) => unmet(kindOf(kind).waitsFor.map((each): Need => ({ kind: each, is: 'ready' })));

  const holds = (match: Match) => {
    const { id, kind } = match;
    const unsettled = kindOf(kind).waitsFor.map((each) => missing(each).settled.first);
    const member = members.get(id);
    const { maxUnavailable } = policy.kinds[kind];
    if (kindOf(kind).ensemble)
      return unsettled.find(Boolean)?.id ?? ensembles.beforeReplacing(match, member?.served ?? false, maxUnavailable);
    // One that serves, or did so until its master went, goes only while all others serve. One that never served waits
    // only for those on their way, or two of them would wait for each other.
    const others = missing(kind)[member?.served ? 'ready' : 'coming'].without(member);
    const away = others.count >= maxUnavailable ? others.first : undefined;
    return [...unsettled, away].find(Boolean)?.id;
  };

  const takeAway = (id: ComponentId) => {
    const member = members.get(id);
    if (member) note({ ...member, running: false, ready: false, busy: true });
    ensembles.touch(id);
  };

  return {
    unmet,
    lacks,
    holds,
    beforeJoining: (match) => ensembles.beforeJoining(match),
    beforeLeaving: (match) => ensembles.beforeLeaving(match),
    bring: (id) => ensembles.touch(id),
    takeAway,
  };
}

/** Whom a kind misses. A pass only takes away, so that whoever is missed stays so. */
class Missing {
  readonly running = new Group();
  readonly ready = new Group();
  /** Not ready, or not made from the file's spec. */
  readonly settled = new Group();
  /** Not ready, and on their way. */
  readonly coming = new Group();

  note(member: Member): void {
    const { running, ready, current, busy } = member;
    if (!running) this.running.add(member);
    if (!ready) this.ready.add(member);
    if (!ready || !current) this.settled.add(member);
    if (!ready && (current || busy)) this.coming.add(member);
  }
}

/** Tells how many it has, and the first of them, without a look at each. */
class Group {
  readonly #ids = new Set<ComponentId>();
  /** The second is the first to those who leave out the first. */
  #firstTwo: Member[] = [];

  get first(): Member | undefined {
    return this.#firstTwo[0];
  }

  add(member: Member): void {
    if (this.#ids.has(member.id)) return;
    this.#ids.add(member.id);
    this.#firstTwo = [...this.#firstTwo, member].sort((a, b) => a.index - b.index).slice(0, 2);
  }

  without(member: Member | undefined): { count: number; first: Member | undefined } {
    const has = member !== undefined && this.#ids.has(member.id);
    return { count: this.#ids.size - Number(has), first: this.#firstTwo.find(({ id }) => id !== member?.id) };
  }
}

function busyIn({ running }: Memory): ComponentId[] {
  return [...running.values()].filter(({ verb }) => verb !== 'pull').map(({ component }) => component);
}

function memberOf(
  { id, kind, index, desired, observed }: Match,
  memory: Memory,
  network: ObservedNetwork | undefined,
): Member {
  // An old container serves on while the image of the new one is pulled.
  const step = memory.running.get(id);
  const busy = step !== undefined && step.verb !== 'pull';
  const running = observed?.container?.state === 'running' && !busy;
  const ready = running && observed.readiness.ready;
  const before = memory.components.get(id)?.phase;
  const served = ready || (running && isReachable(observed) && (before === 'ready' || before === 'degraded'));
  const current = observed?.container !== undefined && !isStale({ desired, observed }, network);
  return { id, kind, index, running, ready, served, busy, current };
}

/** Whoever runs off the cluster's network serves nobody, and one whose network moved will not come back by itself. */
function isReachable({ container }: ObservedComponent): boolean {
  return container !== undefined && (container.onHost || container.ip !== '');
}
