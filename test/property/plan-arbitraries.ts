/** Files, edits of files, and what happens to clusters, at random; small, so that equal and similar agents meet often. */

import fc from 'fast-check';
import type { Desired, Observed, ObservedComponent, ObservedContainer, Readiness } from '../../src/model.js';
import type { AgentSpec, BlockSpec, ClusterSpec, MarathonSpec } from '../../src/spec.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt, NOTHING, resources } from '../support/worlds.js';

const cpus = (value: number) => resources({ cpus: [{ role: '*', value }] });

const agent: fc.Arbitrary<AgentSpec> = fc
  .record({
    attributes: fc.constantFrom('', 'rack:a', 'rack:b', 'rack:a;ssd:1'),
    resources: fc.constantFrom(cpus(1), cpus(2)),
    portNumber: fc.constantFrom(5051, 5051, 5052),
    loggingLevel: fc.constantFrom('INFO' as const, 'ERROR' as const),
  })
  .map(agentSpec);

interface AgentBlock {
  agent: AgentSpec;
  name: string | undefined;
  instances: number;
}

/** As far as it matters here, what a minimesosFile says. */
export interface File extends Omit<Partial<ClusterSpec>, 'agents' | 'zookeeper' | 'master'> {
  blocks: AgentBlock[];
  zookeepers: number;
  masters: number;
}

const block: BlockSpec = { env: {} };
const marathon: MarathonSpec = { ...block, cmd: '--master x', apps: [] };
const maybe = <Block>(it: Block) => fc.constantFrom(undefined, it);

export function fileWith(blocks: fc.Arbitrary<AgentBlock[]>): fc.Arbitrary<File> {
  const file = fc.record({
    blocks,
    zookeepers: fc.constantFrom(1, 1, 1, 3, 5),
    masters: fc.constantFrom(1, 1, 1, 3, 5),
    distribution: fc.constantFrom('simulator', 'custom'),
    mesosVersion: fc.constantFrom('1.0.0', '1.11.0'),
    mapPortsToHost: fc.boolean(),
    marathon: maybe(marathon),
    consul: maybe(block),
    registrator: maybe(block),
    mesosDns: maybe(block),
  });
  return file.map((each) => ({ ...each, registrator: each.consul && each.registrator }));
}

/** Names differ, as the language asks for. */
export const file = fileWith(
  fc.uniqueArray(
    fc.record({ agent, name: fc.constantFrom('a', 'b', 'c', undefined), instances: fc.constantFrom(1, 2) }),
    { minLength: 1, maxLength: 3, comparator: (one, other) => one.name !== undefined && one.name === other.name },
  ),
);

/** Agents of which no two are alike. */
export const fileOfDifferentAgents = fileWith(
  fc
    .uniqueArray(agent, { minLength: 1, maxLength: 5, selector: (each) => JSON.stringify(each) })
    .map((agents) => agents.map((each) => ({ agent: each, name: undefined, instances: 1 }))),
);

export function specOf({ blocks, zookeepers, masters, ...others }: File): ClusterSpec {
  const agents = blocks.flatMap(({ agent, name, instances }) =>
    Array.from({ length: instances }, () => ({ ...agent, name })),
  );
  const zookeeper = { env: {}, instances: zookeepers };
  const master = { env: {}, instances: masters, authenticate: false, aclJson: null };
  return clusterSpec({ ...others, zookeeper, master, agents });
}

export const wanted = (each: File): Desired => desiredFrom(specOf(each));

/** `at` and `to` count the blocks, and begin anew behind the last. */
const edit = fc.record({
  what: fc.constantFrom('all', 'version', 'size', 'order', 'names', 'count', 'change', 'addition', 'removal' as const),
  at: fc.nat(5),
  to: fc.nat(5),
  agent,
  file,
});
export type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;
export const edits = fc.array(edit, { maxLength: 3 });

export function edited(before: File, changes: readonly Edit[]): File {
  return changes.reduce(once, before);
}

function once(before: File, { what, at, to, agent, file: other }: Edit): File {
  const { blocks } = before;
  const [one, two] = [blocks[at % blocks.length], blocks[to % blocks.length]];
  const others = blocks.filter((each) => each !== one);
  if (what === 'all' || !one || !two) return other;
  if (what === 'version') return { ...before, mesosVersion: before.mesosVersion === '1.0.0' ? '1.11.0' : '1.0.0' };
  if (what === 'size') return { ...before, zookeepers: other.zookeepers, masters: other.masters };
  if (what === 'order') return { ...before, blocks: [one, ...others] };
  if (what === 'count') return { ...before, blocks: [{ ...one, instances: 3 - one.instances }, ...others] };
  if (what === 'change') return { ...before, blocks: [{ ...one, agent }, ...others] };
  if (what === 'addition') return { ...before, blocks: [...blocks, { agent, name: undefined, instances: 1 }] };
  if (what === 'removal') return others.length > 0 ? { ...before, blocks: others } : before;
  const swapped = blocks.map((each) => {
    if (each === one) return { ...each, name: two.name };
    return each === two ? { ...each, name: one.name } : each;
  });
  return { ...before, blocks: swapped };
}

type Hurt = (component: ObservedComponent) => ObservedComponent;
const NOT_RUNNING = { ready: false, reason: 'not running' };

function withContainer(change: Partial<ObservedContainer>, readiness?: Readiness): Hurt {
  return ({ container, ...component }) => ({
    ...component,
    container: container && { ...container, ...change },
    readiness: readiness ?? component.readiness,
  });
}

/** What happens to containers, and the plan can mend. */
const HURTS: Record<string, Hurt> = {
  stopped: exited(137),
  paused: withContainer({ state: 'paused' }, NOT_RUNNING),
  'never started': withContainer({ state: 'created' }, NOT_RUNNING),
  removed: ({ container: _, ...component }) => ({ ...component, readiness: NOT_RUNNING }),
  'robbed of its volume': ({ volume: _, ...component }) => component,
  'removed with its volume': ({ container: _, volume: __, ...component }) => component,
  'made by another minimesos': withContainer({ hash: 'other' }),
};

/** Only time, or a person, makes it serve. */
const SILENT: Hurt = (component) => ({ ...component, readiness: { ready: false, reason: 'does not answer' } });

/** What a file was before, step by step into the past, and what happened to its cluster since. */
export interface Story {
  past: Edit[][];
  hurts: { whose: number; what: string }[];
  network: boolean;
  images: boolean;
}

/** `silence` lets components run that do not serve. */
export function story(silence: boolean): fc.Arbitrary<Story> {
  const what = fc.constantFrom(...Object.keys(HURTS), ...(silence ? ['silent'] : []));
  return fc.record({
    past: fc.array(edits, { maxLength: 2 }),
    hurts: fc.array(fc.record({ whose: fc.nat(11), what }), { maxLength: 4 }),
    network: fc.boolean(),
    images: fc.boolean(),
  });
}

/** The cluster of a file after its story. */
export function worldOf(now: File, { past, hurts, network, images }: Story): Observed {
  let then = now;
  const files = past.map((changes) => {
    then = edited(then, changes);
    return then;
  });
  let world = NOTHING;
  for (const each of files.reverse()) world = converged(wanted(each), world);
  for (const { whose, what } of hurts) {
    const id = world.components[whose % world.components.length]?.id ?? '';
    world = hurt(world, id, HURTS[what] ?? SILENT);
  }
  return {
    network: network ? world.network : undefined,
    // What has neither container nor volume is not there to be seen.
    components: world.components.filter(({ container, volume }) => container ?? volume),
    images: images ? world.images : new Set(),
  };
}
