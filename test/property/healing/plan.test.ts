import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressIn } from '../../../src/components/kind.js';
import { kindOf } from '../../../src/components/registry.js';
import {
  CONTAINER_STATES,
  type ComponentId,
  type ContainerState,
  type Desired,
  NETWORK,
  type Observed,
  type ObservedComponent,
  PHASES,
  type Step,
} from '../../../src/model.js';
import { componentId, dockerName, strayId } from '../../../src/observed/labels.js';
import { forecast } from '../../../src/plan/forecast.js';
import { type Memory, NO_MEMORY, type Recollection } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import { bounded } from '../../support/worlds.js';
import { CLUSTER, type Wish, Wishes, wish } from './wishes.js';

const RUNS = 2_000;
const PATIENCE = { timeout: 120_000 };
const wishes = new Wishes();
const network = { id: 'net', name: dockerName(CLUSTER), subnet: '172.30.8.0/21', gateway: '172.30.8.1' };

const rarely = fc.boolean().chain((one) => fc.boolean().map((other) => one && other));

/** A component of a file of old, or what is left of it. */
const remains = fc.record({
  of: fc.nat(8),
  index: fc.nat(3),
  container: fc.option(
    fc.record({
      state: fc.oneof(
        { weight: 2, arbitrary: fc.constant<ContainerState>('running') },
        fc.constantFrom(...CONTAINER_STATES),
      ),
      ip: fc.constantFrom('right', 'right', '', '172.30.8.250'),
      network: fc.constantFrom('net', 'net', 'gone', undefined),
      aliases: fc.constantFrom(undefined, []),
      byHand: rarely,
      strange: rarely,
    }),
    { freq: 5 },
  ),
  volume: fc.constantFrom('right', 'right', 'strange', undefined),
  ready: fc.boolean(),
  tasks: fc.constantFrom([], ['task']),
  deactivated: rarely,
});
type Remains = typeof remains extends fc.Arbitrary<infer Value> ? Value : never;

const world = fc.record({
  file: wish,
  remains: fc.array(remains, { maxLength: 7 }),
  network: fc.boolean(),
  images: fc.boolean(),
  strays: fc.array(fc.constantFrom('agent-0', 'zookeeper-0', undefined), { maxLength: 2 }),
  led: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function observedOf({ file, remains, strays, led, ...there }: World): Observed {
  const desired = wishes.means(file);
  const components = remains.map((each) => componentOf(each, desired));
  const images = new Set(there.images ? desired.components.map(({ image }) => image) : []);
  return {
    network: there.network ? network : undefined,
    components: [...new Map(components.map((each) => [each.id, each])).values()],
    images,
    mesos: led ? { version: '1.11.0', agents: 0, address: '172.30.8.10:5050' } : undefined,
    strays: strays.map((of, number) => ({ id: `stray-${number}`, name: `stray-${number}`, of })),
  };
}

function componentOf(
  { of, index: at, container, volume, ready, ...agent }: Remains,
  desired: Desired,
): ObservedComponent {
  const { components } = desired;
  const want = components[of % components.length] ?? components[0];
  if (!want) throw new Error('every wish has a ZooKeeper');
  const index = want.kind === 'agent' ? at : 0;
  const id = componentId(want.kind, index);
  const first = volume === 'right' ? want.volume?.labels : {};
  return {
    id,
    kind: want.kind,
    index,
    name: want.name,
    container: container
      ? {
          ...container,
          id: `container of ${id}`,
          name: dockerName(CLUSTER, id),
          image: want.image,
          hash: container.strange ? 'strange' : want.hash,
          parts: want.parts,
          ip: container.ip === 'right' ? addressIn(network.subnet, kindOf(want.kind), index) : container.ip,
          port: want.port,
          mesosVersion: '1.0.0',
          distribution: 'simulator',
        }
      : undefined,
    volume: want.volume && volume ? { name: dockerName(CLUSTER, id), labels: first ?? {} } : undefined,
    readiness: { ready: ready && container?.state === 'running', reason: '' },
    ...(want.kind === 'agent' ? { ...agent, agentId: `agent at ${id}` } : {}),
  };
}

const recollection: fc.Arbitrary<Recollection> = fc.record({
  phase: fc.constantFrom(...PHASES),
  failedHash: fc.constantFrom(undefined, 'strange'),
  resting: fc.boolean(),
  relapsed: fc.boolean(),
  sufferedMs: fc.constantFrom(0, 5_000, 200_000),
  onTrial: fc.boolean(),
});
const AGENTS = ['agent-0', 'agent-1', 'agent-2', 'agent-3'];
const IDS = ['zookeeper-0', 'master-0', ...AGENTS, 'marathon-0', NETWORK, strayId({ name: 'stray-0' })];
const memory: fc.Arbitrary<Memory> = fc.record({
  components: fc.dictionary(fc.constantFrom(...IDS), recollection).map((each) => new Map(Object.entries(each))),
  running: fc
    .array(fc.constantFrom(...IDS), { maxLength: 3 })
    .map((ids) => new Map(ids.map((id): [ComponentId, Step] => [id, { verb: 'start', component: id, cause: '' }]))),
});

/** Null: all is to go. */
const wanted: fc.Arbitrary<Wish | null> = fc.option(wish, { freq: 8 });

describe('a pass over any world, with any memory', () => {
  it(
    'plans one step at most for what is there or wanted and nobody is at work on, and for nothing else',
    PATIENCE,
    () => {
      const property = fc.property(wanted, world, memory, (now, there, before) => {
        const [desired, observed] = [wishes.means(now), observedOf(there)];
        const { steps, components } = plan(desired, observed, before);
        const strays = (observed.strays ?? []).map(strayId);
        const known = new Set([NETWORK, ...components.map(({ id }) => id), ...strays]);
        const amiss = steps.filter(({ component, verb }, at) => {
          const twice = steps.findIndex((each) => each.component === component) !== at;
          const early = verb === 'create' && component !== NETWORK && !observed.network;
          return twice || early || !known.has(component) || before.running.has(component);
        });
        expect(amiss).toEqual([]);
      });
      fc.assert(property, { numRuns: RUNS });
    },
  );

  it('leaves nothing to do when each step has done what it should', PATIENCE, () => {
    const property = fc.property(wanted, world, (now, there) => {
      const desired = bounded(wishes.means(now));
      const { observed } = forecast(desired, observedOf(there));
      expect(plan(desired, observed, NO_MEMORY).steps).toEqual([]);
    });
    fc.assert(property, { numRuns: RUNS });
  });
});
