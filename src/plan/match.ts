/** Which container is which block: agents are matched, not counted, so that taking one block out touches one agent. */

import { kindOf } from '../components/registry.js';
import { type DesiredComponent, KINDS, type Kind, type ObservedComponent } from '../model.js';

export interface Match {
  kind: Kind;
  /** Of the component; a component keeps it for life, wherever its block moves in the file. */
  index: number;
  desired?: DesiredComponent | undefined;
  observed?: ObservedComponent | undefined;
}

/**
 * By what a block and a container are the same, strongest first. Of equal ones the first in order are taken, so that of
 * equal agents the last ones are those that go.
 */
const SAMENESS: ((want: DesiredComponent, have: ObservedComponent) => boolean)[] = [
  (want, have) => want.hash === have.container?.hash,
  (want, have) => want.name !== undefined && want.name === have.name,
  // Of those without a name that fits, whoever Mesos would let keep its id.
  (want, have) => hasVolumeOf(want, have),
  (want, have) => accepts(want, have),
  (want, have) => want.position === have.index,
  () => true,
];

/** Pairs blocks with what is there, in the order of kinds and indexes; each of both appears exactly once. */
export function match(desired: readonly DesiredComponent[], observed: readonly ObservedComponent[]): Match[] {
  return KINDS.flatMap((kind) =>
    matchKind(
      kind,
      desired.filter((each) => each.kind === kind),
      observed.filter((each) => each.kind === kind).sort((a, b) => a.index - b.index),
    ),
  );
}

function matchKind(kind: Kind, desired: DesiredComponent[], observed: ObservedComponent[]): Match[] {
  const wanted = new Set(desired);
  const left = new Set(observed);
  const matches: Match[] = [];
  for (const same of SAMENESS) {
    for (const want of wanted) {
      const have = find(left, (each) => same(want, each));
      if (!have) continue;
      wanted.delete(want);
      left.delete(have);
      matches.push({ kind, index: have.index, desired: want, observed: have });
    }
  }
  const extra = [...left].map((have) => ({ kind, index: have.index, observed: have }));
  const free = freeIndexes(observed);
  const fresh = [...wanted].map((want) => ({ kind, index: free(), desired: want }));
  return [...matches, ...extra, ...fresh].sort((a, b) => a.index - b.index);
}

function find<T>(all: ReadonlySet<T>, test: (each: T) => boolean): T | undefined {
  for (const each of all) if (test(each)) return each;
  return undefined;
}

/** Whether the volume was first used with just what is wanted now. */
function hasVolumeOf({ volume }: DesiredComponent, have: ObservedComponent): boolean {
  const labels = have.volume?.labels;
  return (
    volume !== undefined &&
    labels !== undefined &&
    Object.entries(volume.labels).every(([key, value]) => labels[key] === value)
  );
}

function accepts({ kind, volume }: DesiredComponent, { volume: left }: ObservedComponent): boolean {
  const { recovery } = kindOf(kind);
  return volume !== undefined && left !== undefined && recovery?.refuses(volume, left) === undefined;
}

function freeIndexes(observed: ObservedComponent[]): () => number {
  const taken = new Set(observed.map(({ index }) => index));
  let next = 0;
  return () => {
    while (taken.has(next)) next++;
    return next++;
  };
}
