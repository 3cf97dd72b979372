/** Which container is which block: agents are matched, not counted, so that taking one block out touches one agent. */

import { kindOf } from '../components/registry.js';
import { type ComponentId, type DesiredComponent, KINDS, type Kind, type ObservedComponent } from '../model.js';
import { componentId } from '../observed/labels.js';

export interface Match {
  id: ComponentId;
  kind: Kind;
  /** Of the component; a component keeps it for life, wherever its block moves in the file. */
  index: number;
  desired?: DesiredComponent | undefined;
  observed?: ObservedComponent | undefined;
}

/**
 * Takes for a block the first of those left that is the same; `labels` are the keys of those that the kind's volumes
 * bear. None compares each block with each container, so that the cost grows with their number and not its square.
 */
type Sameness = (left: readonly ObservedComponent[], labels: readonly string[]) => Taker;
type Taker = (block: DesiredComponent) => ObservedComponent | undefined;

/**
 * By what a block and a container are the same, strongest first. Of equal ones the first in order are taken, so that of
 * equal agents the last ones are those that go.
 */
const SAMENESS: Sameness[] = [
  equal({ want: ({ hash }) => hash, have: ({ container }) => container?.hash }),
  equal({ want: ({ name }) => name, have: ({ name }) => name }),
  // Of those without a name that fits, whoever Mesos would let keep its id.
  equal({ want: firstUse, have: firstUse }),
  recoverable,
  equal({ want: ({ position }) => position, have: ({ index }) => index }),
  equal({ want: () => 'any', have: () => 'any' }),
];

/** Pairs blocks with what is there, in the order of kinds and indexes; each of both appears exactly once. */
export function match(desired: readonly DesiredComponent[], observed: readonly ObservedComponent[]): Match[] {
  const wanted = grouped(desired, ({ kind }) => kind);
  const there = grouped(observed, ({ kind }) => kind);
  return KINDS.flatMap((kind) => {
    const inOrder = (there.get(kind) ?? []).sort((a, b) => a.index - b.index);
    return matchKind(kind, wanted.get(kind) ?? [], inOrder);
  });
}

function matchKind(kind: Kind, desired: DesiredComponent[], observed: ObservedComponent[]): Match[] {
  const matches: Match[] = [];
  const labels = Object.keys(desired[0]?.volume?.labels ?? {});
  let [wanted, left] = [desired, observed];
  for (const sameness of SAMENESS) {
    const takeFor = sameness(left, labels);
    const taken = new Set<ObservedComponent>();
    wanted = wanted.filter((want) => {
      const have = takeFor(want);
      if (!have) return true;
      matches.push({ id: have.id, kind, index: have.index, desired: want, observed: have });
      taken.add(have);
      return false;
    });
    left = left.filter((have) => !taken.has(have));
  }
  const extra = left.map((have) => ({ id: have.id, kind, index: have.index, observed: have }));
  const free = freeIndexes(observed);
  const fresh = wanted.map((want) => {
    const index = free.next().value;
    return { id: componentId(kind, index), kind, index, desired: want };
  });
  return [...matches, ...extra, ...fresh].sort((a, b) => a.index - b.index);
}

type KeyOf<Component> = (component: Component, labels: readonly string[]) => unknown;

/** By equal keys; one without a key is the same as nobody. Those left queue up by key, the first at the end. */
function equal({ want, have }: { want: KeyOf<DesiredComponent>; have: KeyOf<ObservedComponent> }): Sameness {
  return (left, labels) => {
    const queues = grouped(left.toReversed(), (each) => have(each, labels));
    queues.delete(undefined);
    return (block) => queues.get(want(block, labels))?.pop();
  };
}

/** By volumes that the process would carry on with. Blocks that are used alike go through those left together, once. */
function recoverable(left: readonly ObservedComponent[], labels: readonly string[]): Taker {
  const keys = new Map(left.map((each) => [each, firstUse(each, labels)]));
  const searches = new Map<string | undefined, Iterator<ObservedComponent, undefined>>();
  return (block) => {
    const key = firstUse(block, labels);
    const search = searches.get(key) ?? acceptedBy(block, keys);
    searches.set(key, search);
    const found = search.next().value;
    if (found) keys.delete(found);
    return found;
  };
}

/** Passes over who is deleted meanwhile. */
function* acceptedBy({ kind, volume }: DesiredComponent, keys: ReadonlyMap<ObservedComponent, string | undefined>) {
  const { recovery } = kindOf(kind);
  const refused = new Map<string | undefined, boolean>();
  for (const [each, key] of keys) {
    if (!volume || !each.volume) continue;
    const refuses = refused.get(key) ?? recovery?.refuses(volume, each.volume) !== undefined;
    refused.set(key, refuses);
    if (!refuses) yield each;
  }
  return undefined;
}

/** What a volume is first used with, which is all that recovery compares. */
function firstUse({ volume }: DesiredComponent | ObservedComponent, labels: readonly string[]): string | undefined {
  return volume && JSON.stringify(labels.map((label) => volume.labels[label]));
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The lowest numbers that nobody has. */
function* freeIndexes(observed: readonly ObservedComponent[]): Generator<number, never> {
  const taken = new Set(observed.map(({ index }) => index));
  for (let index = 0; ; index++) if (!taken.has(index)) yield index;
}
