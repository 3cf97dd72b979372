import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converge, type Outcome } from '../../src/controller.js';
import { nothingOf } from '../../src/desired.js';
import type { Desired } from '../../src/model.js';
import { selector } from '../../src/observed/labels.js';
import { NOBODY } from '../support/fake-world.js';
import { connect, type FateOf, type Method, type When, WRITES } from '../support/faulty-docker.js';
import { FakeMesos, faultyWorld, OpenDocker, withoutHost } from '../support/faulty-world.js';
import { agentSpec, clusterSpec, desiredFrom, resources } from '../support/worlds.js';

const OPTIONS = { timeoutMs: 60_000, listener: NOBODY };
const block = { env: {} };
const racks = ['a', 'b', 'c', 'd'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const all = { marathon: { env: {}, cmd: '--master x', apps: [] }, consul: block, registrator: block, mesosDns: block };
const file = (over: Parameters<typeof clusterSpec>[0]) => desiredFrom(clusterSpec({ agents: racks, ...over }));
const { cluster } = file({});
const [CLUSTER] = Object.keys(selector(cluster.id));

/** What the file was, and is. */
interface Change {
  what: string;
  before?: Desired;
  after: Desired;
  /** As many are to be found at least. */
  points: number;
}

const CHANGES: Change[] = [
  { what: 'a cold start', after: file(all), points: 50 },
  { what: 'a cold start of custom images', after: file({ ...all, distribution: 'custom' }), points: 50 },
  { what: 'a scale up', before: file({ agents: racks.slice(0, 1) }), after: file({}), points: 18 },
  { what: 'a scale down', before: file({}), after: file({ agents: racks.slice(1, 2) }), points: 18 },
  { what: 'a version bump', before: file({}), after: file({ mesosVersion: '1.11.0' }), points: 48 },
  {
    what: 'a version bump of custom images',
    before: file({ distribution: 'custom' }),
    after: file({ distribution: 'custom', mesosVersion: '1.11.0' }),
    points: 50,
  },
  {
    what: 'a change that resets work directories',
    before: file({}),
    after: file({ agents: racks.map((rack) => ({ ...rack, resources: resources({ cpus: [] }) })) }),
    points: 48,
  },
  { what: 'a destruction', before: file(all), after: nothingOf(cluster), points: 50 },
];

const WRITING: ReadonlySet<Method> = new Set(WRITES);
const UNDISTURBED: FateOf = () => undefined;

let withHost = () => {};
beforeAll(() => {
  withHost = withoutHost();
});
afterAll(() => withHost());

/** One cluster, and what becomes of it. */
class Scene {
  readonly engine = new OpenDocker();
  readonly #mesos = new FakeMesos(this.engine, cluster.id);
  /** Agents that were stopped with tasks on them, though their cluster stays. */
  readonly harmed: string[] = [];

  constructor(private readonly change: Change) {}

  /** Before the change, with a task on each agent. */
  async begin(): Promise<void> {
    const { before } = this.change;
    if (before) await this.#run(before, UNDISTURBED);
    for (const { id, spec } of this.#containers())
      if (/agent/.test(spec.name)) this.#mesos.tasks.set(id, [`task on ${spec.name}`]);
    this.engine.writes.length = 0;
  }

  run(fateOf = UNDISTURBED): Promise<Outcome | 'killed'> {
    const { after } = this.change;
    return this.#run(after, (method, target) => {
      const stopped = method === 'stopContainer' && after.components.length > 0;
      if (stopped && this.#mesos.tasks.has(String(target))) this.harmed.push(String(target));
      return fateOf(method, target);
    });
  }

  #run(desired: Desired, fateOf: FateOf): Promise<Outcome | 'killed'> {
    const connection = connect(this.engine, fateOf);
    const world = faultyWorld({ connection, mesos: this.#mesos, desired: () => desired });
    return Promise.race([converge(world, OPTIONS), connection.killed]);
  }

  #containers() {
    return this.engine.everyContainer().filter(({ spec }) => spec.labels[CLUSTER ?? ''] === cluster.id);
  }

  /** In words that do not differ from run to run. */
  get left() {
    const containers = this.#containers().map(({ spec, state, attachments }) => {
      const stands = [...attachments].map(([name, { address, aliases }]) => [name, address, [...aliases].sort()]);
      return { name: spec.name, state, spec, stands };
    });
    return {
      containers: containers.sort(byName),
      volumes: this.engine
        .everyVolume()
        .map(({ name, labels }) => ({ name, labels }))
        .sort(byName),
      networks: this.engine.everyNetwork().map(({ name, labels, subnets }) => ({ name, labels, subnets })),
    };
  }

  /** Agents that are there, and are still told to take no offers. */
  get idle(): string[] {
    const drained = this.#containers().filter((each) => this.#mesos.deactivated.has(this.#mesos.agentId(each)));
    return drained.map(({ spec }) => spec.name);
  }
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

const killAt = (write: number, when: When): FateOf => {
  let writes = 0;
  return (method) => {
    if (!WRITING.has(method)) return undefined;
    writes++;
    return writes === write ? { kills: true, when } : undefined;
  };
};

/** Everything of an uninterrupted run, and the number of its writes. */
async function straightThrough(change: Change) {
  const scene = new Scene(change);
  await scene.begin();
  expect(await scene.run()).toMatchObject({ converged: true });
  return { writes: scene.engine.writes.length, left: scene.left };
}

/** Each point at which its controller dies, and the scene after the next run. */
async function* afterEachDeath(change: Change, writes: number) {
  for (let write = 1; write <= writes; write++) {
    for (const when of ['before', 'after'] as const) {
      const scene = new Scene(change);
      await scene.begin();
      const died = await scene.run(killAt(write, when));
      const point = `killed ${when} ${write}, ${scene.engine.writes.at(-1)}`;
      expect(died, point).toBe('killed');
      expect(await scene.run(), point).toMatchObject({ converged: true, timedOut: false });
      yield { point, scene };
    }
  }
}

describe.each(CHANGES)('$what, whose controller is killed at any write and begun anew,', (change) => {
  it('L18 L33 ends as without the crash: nothing doubled, nothing orphaned, nothing left to write', async () => {
    const { writes, left } = await straightThrough(change);
    let points = 0;
    for await (const { point, scene } of afterEachDeath(change, writes)) {
      points++;
      expect(scene.left, point).toEqual(left);
      expect(scene.harmed, point).toEqual([]);
      scene.engine.writes.length = 0;
      expect(await scene.run(), point).toMatchObject({ converged: true, steps: [] });
      expect(scene.engine.writes, point).toEqual([]);
    }
    expect(points).toBeGreaterThanOrEqual(change.points);
  });
});

describe('an agent that was drained', () => {
  const drained = CHANGES.filter(({ what }) => /scale down|bump|resets/.test(what));
  it.each(drained)('L18 takes offers again after $what, wherever the controller was killed', async (change) => {
    const { writes } = await straightThrough(change);
    const idle: string[] = [];
    for await (const { point, scene } of afterEachDeath(change, writes))
      idle.push(...scene.idle.map((name) => `${point}: ${name} takes no offers`));
    expect(idle).toEqual([]);
  });
});
