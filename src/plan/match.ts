/** Which container is which block: agents are matched, not counted, so that taking one block out touches one agent. */

import { type DesiredComponent, KINDS, type Kind, type ObservedComponent } from '../model.js';

export interface Match {
  kind: Kind;
  /** Of the component; a component keeps it for life, wherever its block moves in the file. */
  index: number;
  desired?: DesiredComponent | undefined;
  observed?: ObservedComponent | undefined;
}

interface Identity {
  name: string | undefined;
  hash: string | undefined;
  /** What the volume was first used with: of equal ones, Mesos keeps the agent's id. */
  first: string | undefined;
}

/** By what a block and a container are the same, strongest first; what gives undefined matches nothing. */
const SAMENESS: ((identity: Identity) => string | undefined)[] = [
  ({ name, hash }) => name && hash && `${name} ${hash}`,
  ({ name }) => name,
  ({ hash }) => hash,
  ({ first }) => first,
  () => 'the next in order',
];

/** Pairs blocks with what is there, in the order of kinds and indexes; each of both appears exactly once. */
export function match(desired: readonly DesiredComponent[], observed: readonly ObservedComponent[]): Match[] {
  return KINDS.flatMap((kind) =>
    matchKind(
      kind,
      desired.filter((each) => each.kind === kind),
      observed.filter((each) => each.kind === kind),
    ),
  );
}

function matchKind(kind: Kind, desired: DesiredComponent[], observed: ObservedComponent[]): Match[] {
  const firstLabels = Object.keys(desired[0]?.volume?.labels ?? {});
  const wanted = new Map(desired.map((each) => [each, identityWanted(each, firstLabels)]));
  const left = new Map(observed.map((each) => [each, identityHad(each, firstLabels)]));
  const matches: Match[] = [];
  for (const sameness of SAMENESS) {
    const queues = queueBy(left, sameness);
    for (const [want, identity] of wanted) {
      const have = queues.get(sameness(identity))?.shift();
      if (!have) continue;
      wanted.delete(want);
      left.delete(have);
      matches.push({ kind, index: have.index, desired: want, observed: have });
    }
  }
  const extra = [...left.keys()].map((have) => ({ kind, index: have.index, observed: have }));
  const free = freeIndexes(observed);
  const fresh = [...wanted.keys()].map((want) => ({ kind, index: free(), desired: want }));
  return [...matches, ...extra, ...fresh].sort((a, b) => a.index - b.index);
}

function identityWanted({ name, hash, volume }: DesiredComponent, labels: string[]): Identity {
  return { name, hash, first: valuesOf(volume?.labels, labels) };
}

function identityHad({ name, container, volume }: ObservedComponent, labels: string[]): Identity {
  return { name, hash: container?.hash, first: valuesOf(volume?.labels, labels) };
}

function valuesOf(labels: Record<string, string> | undefined, keys: string[]): string | undefined {
  return labels && JSON.stringify(keys.map((key) => labels[key]));
}

/** In order within each queue: of equal agents, the last ones are those that go. */
function queueBy(
  left: Map<ObservedComponent, Identity>,
  sameness: (identity: Identity) => string | undefined,
): Map<string | undefined, ObservedComponent[]> {
  const queues = new Map<string | undefined, ObservedComponent[]>();
  for (const [have, identity] of left) {
    const key = sameness(identity);
    if (key === undefined) continue;
    const queue = queues.get(key);
    if (queue) queue.push(have);
    else queues.set(key, [have]);
  }
  return queues;
}

function freeIndexes(observed: ObservedComponent[]): () => number {
  const taken = new Set(observed.map(({ index }) => index));
  let next = 0;
  return () => {
    while (taken.has(next)) next++;
    return next++;
  };
}
