import { access, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { execute, type Scene } from '../../src/execute.js';
import { NETWORK, type Observed, type Step } from '../../src/model.js';
import { NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
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
async function run(world: FakeWorld, step: Step): Promise<void> {
  const wanted = await world.desired();
  const observed = await world.observe(wanted, new Set());
  await execute(step, sceneOf(step, observed, wanted), world, () => {});
}

function sceneOf(step: Step, observed: Observed, wanted: typeof desired): Scene {
  const target = plan(wanted, observed, NO_MEMORY).components.find(({ id }) => id === step.component);
  return { cluster: wanted.cluster, network: observed.network, target };
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

  it('may be done again where it was done halfway', async () => {
    const world = await begin();
    await run(world, create('agent-0'));
    const observed = await world.observe(desired, new Set());
    const step = remove('agent-0', 'remove');
    const scene = sceneOf(step, observed, desired);
    for (const _ of [1, 2]) await execute(step, scene, world, () => {});
    expect(await world.docker.listVolumes({})).toEqual([]);
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
