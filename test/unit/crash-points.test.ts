import { describe, expect, it } from 'vitest';
import { converge, type Outcome } from '../../src/controller.js';
import { nothingOf } from '../../src/desired.js';
import type { Desired } from '../../src/model.js';
import { selector } from '../../src/observed/labels.js';
import { FakeDocker } from '../support/fake-docker.js';
import { type FakeWorld, fakeWorld, NOBODY } from '../support/fake-world.js';
import { connect, type FateOf, type Method, type When, WRITES } from '../support/faulty-docker.js';
import { agentSpec, clusterSpec, desiredFrom, resources } from '../support/worlds.js';

const OPTIONS = { timeoutMs: 60_000, listener: NOBODY };
const block = { env: {} };
const racks = ['a', 'b', 'c', 'd'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const all = { marathon: { env: {}, cmd: '--master x', apps: [] }, consul: block, registrator: block, mesosDns: block };
const cluster = (over: Parameters<typeof clusterSpec>[0]) => desiredFrom(clusterSpec({ agents: racks, ...over }));
const ours = selector(cluster({}).cluster.id);

/** What the file was, and is; `points`: no fewer are to be found. */
interface Change {
  what: string;
  before?: Desired;
  after: Desired;
  points: number;
}

const CHANGES: Change[] = [
  { what: 'a cold start', after: cluster(all), points: 50 },
  { what: 'a cold start of custom images', after: cluster({ ...all, distribution: 'custom' }), points: 50 },
  { what: 'a scale up', before: cluster({ agents: racks.slice(0, 1) }), after: cluster({}), points: 18 },
  { what: 'a scale down', before: cluster({}), after: cluster({ agents: racks.slice(1, 2) }), points: 18 },
  { what: 'a version bump', before: cluster({}), after: cluster({ mesosVersion: '1.11.0' }), points: 50 },
  {
    what: 'a version bump of custom images',
    before: cluster({ distribution: 'custom' }),
    after: cluster({ distribution: 'custom', mesosVersion: '1.11.0' }),
    points: 50,
  },
  {
    what: 'a change that resets work directories',
    before: cluster({}),
    after: cluster({ agents: racks.map((rack) => ({ ...rack, resources: resources({ cpus: [] }) })) }),
    points: 48,
  },
  { what: 'a destruction', before: cluster(all), after: nothingOf(cluster({}).cluster), points: 50 },
];

const WRITING: ReadonlySet<Method> = new Set(WRITES);
const UNDISTURBED: FateOf = () => undefined;

/** A cluster before its change, with a task on each agent. */
async function engineBefore({ before }: Change): Promise<{ engine: FakeDocker; tasks: FakeWorld['tasks'] }> {
  const engine = new FakeDocker();
  if (before) await converge(fakeWorld(before, engine), OPTIONS);
  const containers = await engine.listContainers({ ...ours, 'org.minimesos.component': 'agent' });
  return { engine, tasks: new Map(containers.map(({ name }) => [name, [`task on ${name}`]])) };
}

/** What of a run outlives it, in terms that do not differ between runs. */
async function leftBy(engine: FakeDocker) {
  const [containers, volumes, networks] = await Promise.all([
    engine.listContainers({}),
    engine.listVolumes({}),
    engine.listNetworks({}),
  ]);
  const standing = containers.map(({ id, name, image, state, labels, addresses }) => {
    const { spec, attachments } = engine.container(id) ?? {};
    const aliases = [...(attachments ?? [])].map(([network, each]) => [network, [...each.aliases].sort()]);
    return { name, image, state, labels, addresses, aliases, spec };
  });
  return {
    containers: standing.sort(byName),
    volumes: volumes.map(({ name, labels }) => ({ name, labels })).sort(byName),
    networks: networks.map(({ name, labels, subnets }) => ({ name, labels, subnets })).sort(byName),
  };
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

/** A run of its own, with the tasks that those before have left. */
async function run(
  { after }: Change,
  engine: FakeDocker,
  tasks: FakeWorld['tasks'],
  fateOf: FateOf,
): Promise<{ outcome: Outcome | 'killed'; asked: string[] }> {
  const dying: FateOf = (method, target) => {
    const name = engine.container(String(target))?.spec.name ?? '';
    const ends = method === 'stopContainer' && after.components.length > 0;
    if (ends && world.tasks.has(name)) throw new Error(`${name} is stopped with tasks on it`);
    return fateOf(method, target);
  };
  const { docker, killed } = connect(engine, dying);
  const world = fakeWorld(after, docker);
  for (const [name, names] of tasks) world.tasks.set(name, names);
  const outcome = await Promise.race([converge(world, OPTIONS), killed]);
  for (const name of tasks.keys()) if (!world.tasks.has(name)) tasks.delete(name);
  return { outcome, asked: world.asked };
}

const killAt = (write: number, when: When): FateOf => {
  let writes = 0;
  return (method) => {
    if (!WRITING.has(method)) return undefined;
    writes++;
    return writes === write ? { kills: true, when } : undefined;
  };
};

describe.each(CHANGES)('L18 $what', (change) => {
  it('ends the same wherever a controller was killed, with nothing doubled and nothing orphaned', async () => {
    const straight = await engineBefore(change);
    straight.engine.writes.length = 0;
    const { outcome } = await run(change, straight.engine, straight.tasks, UNDISTURBED);
    expect(outcome).toMatchObject({ converged: true });
    const writes = straight.engine.writes.length;
    const expected = await leftBy(straight.engine);
    let points = 0;
    for (let write = 1; write <= writes; write++) {
      for (const when of ['before', 'after'] as const) {
        points++;
        const { engine, tasks } = await engineBefore(change);
        const at = `killed ${when} write ${write}`;
        expect((await run(change, engine, tasks, killAt(write, when))).outcome, at).toBe('killed');
        const killedIn = engine.writes.at(-1);
        const again = await run(change, engine, tasks, UNDISTURBED);
        expect(again.outcome, `${at}, ${killedIn}`).toMatchObject({ converged: true, timedOut: false });
        expect(await leftBy(engine), `${at}, ${killedIn}`).toEqual(expected);
        engine.writes.length = 0;
        await run(change, engine, tasks, UNDISTURBED);
        expect(engine.writes, `${at}, ${killedIn}: written after all was done`).toEqual([]);
      }
    }
    expect(points).toBeGreaterThanOrEqual(change.points);
  });
});
