/** How the kinds stand: what others may rely on, and what a rolling change may take away. */

import { kindOf } from '../components/registry.js';
import type { ComponentId, Kind, Need } from '../model.js';
import { componentId } from '../observed/labels.js';
import type { Match } from './match.js';
import type { Memory } from './memory.js';

export interface Standing {
  /** The first component that a need waits for; undefined where all are met. */
  unmet(needs: readonly Need[]): ComponentId | undefined;
  /** Without whom a running component of this kind cannot become ready; undefined where they all are. */
  lacks(kind: Kind): ComponentId | undefined;
  /** What taking this stale, running component away would have to wait for; undefined where it may go now. */
  holds(match: Match): ComponentId | undefined;
  /** From here on this component counts as under way: a step of this pass takes it away. */
  takeAway(id: ComponentId): void;
}

interface Member {
  id: ComponentId;
  match: Match;
  running: boolean;
  ready: boolean;
  /** Is ready, or was when it was last looked at. */
  served: boolean;
  current: boolean;
  busy: boolean;
}

export function standingOf(matches: readonly Match[], memory: Memory): Standing {
  const byKind = new Map<Kind, Member[]>();
  for (const match of matches) {
    if (!match.desired) continue;
    const members = byKind.get(match.kind) ?? [];
    members.push(member(match, memory));
    byKind.set(match.kind, members);
  }
  const members = (kind: Kind) => byKind.get(kind) ?? [];

  const unmet = (needs: readonly Need[]) =>
    needs.flatMap(({ kind, is }) => members(kind).filter((each) => !each[is])).at(0)?.id;

  const lacks = (kind: Kind) => unmet(kindOf(kind).waitsFor.map((each): Need => ({ kind: each, is: 'ready' })));

  const holds = (match: Match) => {
    const { waitsFor, maxUnavailable } = kindOf(match.kind);
    const unsettled = waitsFor.flatMap(members).find(({ ready, current }) => !ready || !current);
    if (unsettled) return unsettled.id;
    const others = members(match.kind).filter((each) => each.match !== match);
    // One that serves, or did so until its master went, goes only while all others serve. One that never served waits
    // only for those on their way, or two of them would wait for each other.
    const served = members(match.kind).some((each) => each.match === match && each.served);
    const away = others.filter((each) => !each.ready && (served || each.current || each.busy));
    return away.length >= maxUnavailable ? away[0]?.id : undefined;
  };

  const takeAway = (id: ComponentId) => {
    for (const each of [...byKind.values()].flat()) {
      if (each.id === id) Object.assign(each, { running: false, ready: false, busy: true });
    }
  };

  return { unmet, lacks, holds, takeAway };
}

function member(match: Match, memory: Memory): Member {
  const { kind, index, desired, observed } = match;
  const id = componentId(kind, index);
  // An old container serves on while the image of the new one is pulled.
  const step = memory.running.get(id);
  const busy = step !== undefined && step.verb !== 'pull';
  const running = observed?.container?.state === 'running' && !busy;
  const ready = running && observed.readiness.ready;
  const before = memory.components.get(id)?.phase;
  const served = ready || before === 'ready' || before === 'degraded';
  return { id, match, running, ready, served, busy, current: observed?.container?.hash === desired?.hash };
}
