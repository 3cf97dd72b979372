import { access, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { execute, type Scene } from '../../src/execute.js';
import { NETWORK, type Observed, type Step } from '../../src/model.js';
import { NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { DEFAULT_POLICY } from '../../src/policy.js';
import { FakeDocker } from '../support/fake-docker.js';
import { type FakeWorld, fakeWorld } from '../support/fake-world.js';
import { agentSpec, clusterSpec, desiredFrom } from '../support/worlds.js';

const IMAGE = 'minimesos/simulator:0123456789ab';
const spec = clusterSpec({ agents: [agentSpec({ portNumber: 5055 })] });
const desired = desiredFrom(spec);
const ours = (id: string) => `minimesos-${desired.cluster.id}-${id}`;

/** A network, and nothing on it yet. */
async function begin(wanted = desired): Promise<FakeWorld> {
  const world = fakeWorld(wanted, new FakeDocker({ images: [IMAGE] }));
  await run(world, { verb: 'create', component: NETWORK, cause: '' });
  world.docker.writes.length = 0;
  return world;
}

/** Does one step in the scene that a look gives, whatever is planned. */
async function run(world: FakeWorld, step: Step): Promise<unknown> {
  const wanted = await world.desired();
  const observed = await world.observe(wanted, new Set());
  return execute(step, sceneOf(step, observed, wanted), world, DEFAULT_POLICY, () => {});
}

function sceneOf(step: Step, observed: Observed, wanted: typeof desired): Scene {
  const target = plan(wanted, observed, NO_MEMORY).components.find(({ id }) => id === step.component);
  return { cluster: wanted.cluster, observed, target };
}

const create = (component: string): Step => ({ verb: 'create', component, cause: '' });
const remove = (component: string, volume: 'keep' | 'remove'): Step => ({
  verb: 'remove',
  component,
  cause: '',
  volume,
});

describe('create', () => {
  it('makes the volume before the container, and starts it', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    expect(world.docker.writes).toEqual(
      ['createVolume', 'createContainer', 'startContainer'].map((call) => `${call} ${ours('agent-0')}`),
    );
  });

  it('gives the component its name, address and aliases, which are its own for life', async () => {
    const world = await begin();
    await run(world, create('master-0'));
    const before = world.docker.container(ours('master-0'))?.spec;
    expect(before).toMatchObject({
      hostname: 'master-0',
      network: { name: 'minimesos-c0ffee0000', aliases: ['master-0', 'minimesos-master'] },
    });
    await run(world, remove('master-0', 'keep'));
    await run(world, create('master-0'));
    expect(world.docker.container(ours('master-0'))?.spec.network).toEqual(before?.network);
  });

  it('mounts an agent’s volume at its own path, and tells the agent so', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    const { mounts = [], env = {} } = world.docker.container(ours('agent-0'))?.spec ?? {};
    const [volume] = mounts.filter(({ type }) => type === 'volume');
    expect(volume).toMatchObject({ source: ours('agent-0'), target: env.MESOS_WORK_DIR });
    expect(env.MESOS_WORK_DIR).toContain(ours('agent-0'));
  });

  it('keeps what a volume says of the agent’s first registration', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    const [before] = await world.docker.listVolumes({});
    await run(world, remove('agent-0', 'keep'));
    world.want(desiredFrom({ ...spec, agents: [agentSpec({ portNumber: 5055, attributes: 'rack:a' })] }));
    await run(world, create('agent-0'));
    expect(await world.docker.listVolumes({})).toEqual([before]);
  });
});

describe('remove', () => {
  it('takes a container without its volume, or with it', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    await run(world, remove('agent-0', 'keep'));
    expect(world.docker.container(ours('agent-0'))).toBeUndefined();
    expect(await world.docker.listVolumes({})).toHaveLength(1);
    await run(world, remove('agent-0', 'remove'));
    expect(await world.docker.listVolumes({})).toEqual([]);
  });

  it('lets the process end by itself before its container goes', async () => {
    const world = await begin();
    await run(world, create('master-0'));
    const id = world.docker.container(ours('master-0'))?.id ?? '';
    world.docker.writes.length = 0;
    await run(world, remove('master-0', 'keep'));
    expect(world.docker.writes).toEqual([`stopContainer ${ours('master-0')}`, `removeContainer ${ours('master-0')}`]);
    expect(world.docker.container(id)).toBeUndefined();
  });

  it("L37 takes along what Docker ran for an agent's tasks, with the work directory and not before", async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    const { source = '' } =
      world.docker.container(ours('agent-0'))?.spec.mounts.find(({ type }) => type === 'volume') ?? {};
    const [volume] = (await world.docker.listVolumes({})).filter(({ name }) => name === source);
    const sandbox = (root: string) => ({
      type: 'bind' as const,
      source: `${root}/slaves/S0/runs/1`,
      target: '/sandbox',
    });
    const made = world.docker.container(ours('agent-0'))?.spec;
    if (!made || !volume) throw new Error('no agent');
    for (const [name, root] of [
      ['its-task', volume.mountpoint],
      ['another', '/elsewhere'],
    ] as const) {
      await world.docker.createContainer({ ...made, name, labels: {}, network: 'host', mounts: [sandbox(root)] });
    }
    await run(world, remove('agent-0', 'keep'));
    expect(world.docker.container('its-task')).toBeDefined();
    await run(world, remove('agent-0', 'remove'));
    expect(world.docker.container('its-task')).toBeUndefined();
    expect(world.docker.container('another')).toBeDefined();
  });

  it('may be done again where it was done halfway', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    const observed = await world.observe(desired, new Set());
    const step = remove('agent-0', 'remove');
    const scene = sceneOf(step, observed, desired);
    for (const _ of [1, 2]) await execute(step, scene, world, DEFAULT_POLICY, () => {});
    expect(await world.docker.listVolumes({})).toEqual([]);
  });
});

describe('L23 start', () => {
  const start = (component: string): Step => ({ verb: 'start', component, cause: '' });
  const agent = ours('agent-0');

  async function running(): Promise<FakeWorld> {
    const world = await begin();
    await run(world, create('agent-0'));
    world.docker.writes.length = 0;
    return world;
  }

  it('starts what stopped', async () => {
    const world = await running();
    world.docker.crash(agent, 1);
    await run(world, start('agent-0'));
    expect(world.docker.writes).toEqual([`startContainer ${agent}`]);
  });

  it('puts what runs back on its network, at its address and under its names, and does not restart it', async () => {
    const world = await running();
    const before = world.docker.container(agent);
    const { startedAt, spec: made } = before ?? {};
    world.docker.disconnect(agent);
    await run(world, start('agent-0'));
    expect(world.docker.writes).toEqual([`connectContainer ${agent}`]);
    const after = world.docker.container(agent);
    expect(after?.startedAt).toBe(startedAt);
    const stands = after?.attachments.get(`minimesos-${desired.cluster.id}`);
    expect({ ip: stands?.address, aliases: stands?.aliases }).toEqual(
      made?.network === 'host' ? {} : { ip: made?.network.ip, aliases: made?.network.aliases },
    );
  });

  it('puts what stopped off its network back before it is started', async () => {
    const world = await running();
    world.docker.disconnect(agent);
    world.docker.crash(agent, 1);
    await run(world, start('agent-0'));
    expect(world.docker.writes).toEqual([`connectContainer ${agent}`, `startContainer ${agent}`]);
  });

  it('may be done again', async () => {
    const world = await running();
    for (const _ of [1, 2]) await run(world, start('agent-0'));
    expect(world.docker.container(agent)?.state).toBe('running');
  });
});

describe('L24 restart', () => {
  it('ends the process and starts it in the same container', async () => {
    const world = await begin();
    await run(world, create('master-0'));
    const before = world.docker.container(ours('master-0'))?.startedAt;
    await run(world, { verb: 'restart', component: 'master-0', cause: '' });
    expect(world.docker.writes.at(-1)).toBe(`restartContainer ${ours('master-0')}`);
    expect(world.docker.container(ours('master-0'))?.startedAt).not.toBe(before);
  });
});

describe('L27 drain', () => {
  const drain: Step = { verb: 'drain', component: 'agent-0', cause: '' };

  /** An agent that its master lists. */
  async function listed(): Promise<FakeWorld> {
    const world = await begin();
    for (const id of ['zookeeper-0', 'master-0', 'agent-0']) await run(world, create(id));
    return world;
  }

  it('asks the leading master with the limit of the policy, and gives what came of it', async () => {
    const world = await listed();
    const asked: unknown[] = [];
    const operator = {
      ...world.operator,
      drain: async (...call: unknown[]) => {
        asked.push(...call);
        return 'drained';
      },
    };
    expect(await run({ ...world, operator }, drain)).toBe('drained');
    const ip = Object.values(
      (await world.docker.listContainers({ 'org.minimesos.component': 'agent' }))[0]?.addresses ?? {},
    );
    expect(asked).toMatchObject([
      { version: '1.0.0', agentId: ours('agent-0'), ip: ip[0], master: expect.stringMatching(/^[\d.]+:5050$/) },
      DEFAULT_POLICY.drainLimitMs,
      world.signal,
    ]);
  });

  it('is no question where no master leads', async () => {
    const world = await listed();
    world.silent.add('master');
    await run(world, drain);
    await run(world, remove('agent-0', 'remove'));
    expect(world.asked).toEqual([]);
  });
});

describe('N4 with mapAgentSandboxVolume', () => {
  /** A project of its own, whose agents show their sandboxes. */
  async function project() {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-execute-')));
    onTestFinished(() => rm(folder, { recursive: true }));
    const mapped = desiredFrom({ ...spec, agents: [agentSpec(), agentSpec()], mapAgentSandboxVolume: true });
    const wanted = { ...mapped, cluster: { ...mapped.cluster, file: join(folder, 'minimesosFile') } };
    const sandboxes = join(folder, '.minimesos', 'sandbox-c0ffee0000');
    return { folder, sandboxes, world: await begin(wanted) };
  }

  it('an agent’s folder lies beside the file, and goes with the agent; .minimesos goes with the last', async () => {
    const { folder, sandboxes, world } = await project();
    await run(world, create('agent-0'));
    await run(world, create('agent-1'));
    expect((await readdir(sandboxes)).sort()).toEqual(['agent-0', 'agent-1']);
    await writeFile(join(sandboxes, 'agent-0', 'stdout'), 'hello');
    await run(world, remove('agent-0', 'keep'));
    await access(join(sandboxes, 'agent-0', 'stdout'));
    await run(world, remove('agent-0', 'remove'));
    expect(await readdir(sandboxes)).toEqual(['agent-1']);
    await run(world, remove('agent-1', 'remove'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('what somebody else put beside the sandboxes stays', async () => {
    const { folder, world } = await project();
    await run(world, create('agent-0'));
    await mkdir(join(folder, '.minimesos', 'notes'));
    await run(world, remove('agent-0', 'remove'));
    expect(await readdir(join(folder, '.minimesos'))).toEqual(['notes']);
  });

  it('a folder that cannot be made is an error that names the setting', async () => {
    const { folder, world } = await project();
    await writeFile(join(folder, '.minimesos'), 'a file is in the way');
    await expect(run(world, create('agent-0'))).rejects.toMatchObject({
      message: expect.stringContaining('mapAgentSandboxVolume'),
    });
    expect(world.docker.writes).toEqual([]);
  });
});
