/** Small files at random, and the desired states that they mean. */

import fc from 'fast-check';
import { nothingOf } from '../../../src/desired.js';
import { type Desired, type DesiredComponent, KINDS } from '../../../src/model.js';
import type { AgentSpec } from '../../../src/spec.js';
import { agentSpec, clusterSpec, desiredFrom, resources } from '../../support/worlds.js';

export interface Wish {
  /** Which of the variants. */
  agents: number[];
  mesosVersion: string;
  distribution: string;
  /** Of the other kinds. */
  extras: ('marathon' | 'consul' | 'registrator' | 'mesosDns')[];
  masterEnv: Record<string, string>;
  /** Of ZooKeeper, and of masters. */
  ensemble: number;
}

const cpus = (value: number) => resources({ cpus: [{ role: '*', value }] });

/** Equal and similar ones meet often. */
const VARIANTS: readonly AgentSpec[] = [
  agentSpec(),
  agentSpec({ resources: cpus(2) }),
  agentSpec({ attributes: 'rack:a' }),
  agentSpec({ attributes: 'rack:a;ssd:1', name: 'a' }),
  agentSpec({ portNumber: 5052 }),
  agentSpec({ loggingLevel: 'ERROR', name: 'b' }),
];

const EXTRAS: Wish['extras'][] = [
  [],
  [],
  [],
  ['marathon'],
  ['consul', 'registrator'],
  ['mesosDns'],
  ['marathon', 'consul', 'mesosDns'],
];

export const wish: fc.Arbitrary<Wish> = fc.record({
  agents: fc.array(fc.nat(VARIANTS.length - 1), { maxLength: 3 }),
  mesosVersion: fc.constantFrom('1.0.0', '1.11.0'),
  distribution: fc.constantFrom('simulator', 'simulator', 'custom'),
  extras: fc.constantFrom(...EXTRAS),
  masterEnv: fc.constantFrom({}, {}, { MESOS_ROLES: 'web' }),
  ensemble: fc.constantFrom(1, 1, 1, 3),
});

const { cluster } = desiredFrom(clusterSpec());
export const CLUSTER = cluster.id;
export const NOTHING_WANTED = nothingOf(cluster);

/** What wishes mean, put together from parts that are made once: rendering and hashing takes longer than a whole run. */
export class Wishes {
  readonly #agents = new Map<string, DesiredComponent[]>();
  readonly #others = new Map<string, Desired>();

  /** Null: that all goes. */
  means(wish: Wish | null): Desired {
    if (!wish) return NOTHING_WANTED;
    const { agents, mesosVersion, distribution, ensemble } = wish;
    const others = once(this.#others, JSON.stringify({ ...wish, agents: [] }), () => othersOf(wish));
    const blocks = agents.flatMap((variant, position) =>
      once(this.#agents, `${variant} ${mesosVersion} ${distribution} ${ensemble}`, () => agentOf(variant, wish)).map(
        (agent) => ({
          ...agent,
          position,
        }),
      ),
    );
    const components = [...others.components, ...blocks];
    return { ...others, components: components.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)) };
  }
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function agentOf(variant: number, { mesosVersion, distribution, ensemble }: Wish): DesiredComponent[] {
  const agents = VARIANTS.slice(variant, variant + 1);
  const { components } = withParts(
    desiredFrom(clusterSpec({ agents, mesosVersion, distribution, zookeeper: { env: {}, instances: ensemble } })),
  );
  return components.filter(({ kind }) => kind === 'agent');
}

function othersOf({ mesosVersion, distribution, extras, masterEnv, ensemble }: Wish): Desired {
  const block = { env: {} };
  const others = {
    marathon: { ...block, cmd: '--master x', apps: [] },
    consul: block,
    registrator: block,
    mesosDns: block,
  };
  return withParts(
    desiredFrom(
      clusterSpec({
        agents: [],
        mesosVersion,
        distribution,
        ...Object.fromEntries(extras.map((each) => [each, others[each]])),
        zookeeper: { env: {}, instances: ensemble },
        master: { env: masterEnv, instances: ensemble, authenticate: false, aclJson: null },
      }),
    ),
  );
}

function withParts(desired: Desired): Desired {
  const components = desired.components.map((component) => {
    const parts = component.parts();
    return { ...component, parts: () => parts };
  });
  return { ...desired, components };
}
