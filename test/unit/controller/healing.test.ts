import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateContainer } from '../../../src/docker/docker.js';
import type { Step } from '../../../src/model.js';
import type { FakeDocker } from '../../support/fake-docker.js';
import { type Following, following, linesFrom } from '../../support/following.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

const racks = ['a', 'b', 'c'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const desired = desiredFrom(clusterSpec({ agents: racks }));
const { cluster } = desired;
const name = (id: string) => `minimesos-${cluster.id}-${id}`;

let watched: Following;
let docker: FakeDocker;

/** All is ready, and has been for long. */
beforeEach(async () => {
  watched = following(desired);
  docker = watched.docker;
  await watched.converged();
  const { at } = await watched.converged();
  await watched.until((seen) => seen.at > at + 10_000);
  watched.started.length = 0;
});

/** What is done until all is well again; nothing else is touched. */
async function mended(): Promise<Step[]> {
  watched.poke();
  await watched.converged();
  return watched.started.map(({ step }) => step);
}

async function byHand(spec: CreateContainer, over: Partial<CreateContainer>): Promise<void> {
  const made = { ...spec, ports: [], ...over };
  await docker.pullImage(made.image, () => {}, new AbortController().signal);
  await docker.startContainer(await docker.createContainer(made));
}

function specOf(id: string): CreateContainer {
  const spec = docker.container(name(id))?.spec;
  if (!spec) throw new Error(`there is no ${id}`);
  return spec;
}

describe('L22 the first repair', () => {
  it.each(['agent-1', 'master-0', 'zookeeper-0'])('of %s that stopped is made at once', async (id) => {
    const at = watched.world.clock.now();
    docker.crash(name(id), 137);
    expect(await mended()).toEqual([{ verb: 'start', component: id, cause: 'stopped with exit code 137' }]);
    expect(watched.started.map((each) => each.at - at)).toEqual([0]);
  });
});

describe('L23 who was hurt is mended, and nobody else is touched:', () => {
  it('removed', async () => {
    docker.remove(name('agent-1'));
    expect(await mended()).toEqual([
      { verb: 'create', component: 'agent-1', cause: 'no container; its volume is kept' },
    ]);
  });

  it('paused', async () => {
    docker.pause(name('agent-1'));
    expect(await mended()).toEqual([{ verb: 'unpause', component: 'agent-1', cause: 'paused' }]);
  });

  it('off its network: it is put back while it runs', async () => {
    const before = docker.container(name('agent-1'))?.startedAt;
    docker.disconnect(name('agent-1'));
    expect(await mended()).toEqual([{ verb: 'start', component: 'agent-1', cause: 'off its network' }]);
    expect(docker.container(name('agent-1'))?.startedAt).toBe(before);
    expect(docker.writes.at(-1)).toBe(`connectContainer ${name('agent-1')}`);
  });

  it('at another address of its network', async () => {
    docker.disconnect(name('agent-1'));
    docker.connect(name('agent-1'), { aliases: ['agent-1'] });
    expect(await mended()).toEqual([
      { verb: 'start', component: 'agent-1', cause: expect.stringMatching(/^its address is [\d.]+, not [\d.]+$/) },
    ]);
  });

  it('not found under one of its names', async () => {
    const { network } = specOf('master-0');
    docker.disconnect(name('master-0'));
    docker.connect(name('master-0'), { ip: network === 'host' ? '' : network.ip, aliases: ['master-0'] });
    expect(await mended()).toEqual([
      { verb: 'start', component: 'master-0', cause: 'nobody finds it as minimesos-master' },
    ]);
    docker.writes.length = 0;
    await watched.converged();
    expect(docker.writes).toEqual([]);
  });

  it('stopped and off its network', async () => {
    docker.disconnect(name('agent-1'));
    docker.crash(name('agent-1'), 1);
    await mended();
    expect(linesFrom(watched.started)).toEqual(['start agent-1']);
  });

  it('made by hand from another image', async () => {
    const spec = specOf('agent-1');
    docker.remove(spec.name);
    await byHand(spec, { image: 'busybox:latest' });
    expect(await mended()).toEqual([
      {
        verb: 'remove',
        component: 'agent-1',
        cause: 'made by hand from image busybox:latest',
        volume: 'keep',
      },
      { verb: 'create', component: 'agent-1', cause: 'no container; its volume is kept' },
    ]);
    expect(specOf('agent-1').image).toBe(spec.image);
  });

  it('doubled: the second container goes', async () => {
    await byHand(specOf('agent-1'), { name: 'a-copy', network: 'host' });
    expect(await mended()).toEqual([
      {
        verb: 'remove',
        component: 'container a-copy',
        cause: 'it bears the labels of agent-1, which has another container',
      },
    ]);
    expect(docker.container('a-copy')).toBeUndefined();
  });

  it('the network: everybody is put back on a new one', async () => {
    docker.loseNetwork(`minimesos-${cluster.id}`);
    const steps = await mended();
    expect(steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual([
      'create network',
      ...desired.components.map((_, at) => `start ${['zookeeper-0', 'master-0', 'agent-0', 'agent-1', 'agent-2'][at]}`),
    ]);
    expect(docker.container(name('agent-2'))?.state).toBe('running');
  });
});

describe('a container with the cluster’s labels that is no component', () => {
  it('L23 is left alone while the cluster is there, and goes with it', async () => {
    const spec = specOf('agent-1');
    const labels = { ...spec.labels, 'org.minimesos.component': 'toaster' };
    await byHand(spec, { name: 'toaster', network: 'host', labels, mounts: [] });
    expect(await mended()).toEqual([]);
    watched.world.want({ ...desired, components: [] });
    await mended();
    expect(watched.started.map(({ step }) => step)).toContainEqual({
      verb: 'remove',
      component: 'container toaster',
      cause: 'the cluster goes',
    });
    expect(docker.container('toaster')).toBeUndefined();
    expect(linesFrom(watched.started).at(-1)).toBe('remove network');
  });
});
