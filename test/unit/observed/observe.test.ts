import { describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { nothingOf } from '../../../src/desired.js';
import { MinimesosError } from '../../../src/errors.js';
import type { MasterAnswer } from '../../../src/mesos/operator.js';
import type { Desired, Observed } from '../../../src/model.js';
import { type Look, observe } from '../../../src/observed/observe.js';
import type { Prober } from '../../../src/observed/probe.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

const env = {};
const spec = clusterSpec({
  agents: ['a', 'b'].map((name) => agentSpec({ name })),
  consul: { env },
  registrator: { env },
});
const desired = desiredFrom(spec);
const ours = (id: string) => `minimesos-${desired.cluster.id}-${id}`;

/** An engine on which this has converged, and which has not been asked anything since. */
async function engineWith(wanted: Desired): Promise<FakeDocker> {
  const docker = new FakeDocker();
  await converge(fakeWorld(wanted, docker), { timeoutMs: 60_000, listener: NOBODY });
  docker.calls.length = 0;
  docker.writes.length = 0;
  return docker;
}

/** The leading master lists these agents, by address; all others answer `serves`. */
function prober(agents: Record<string, { id: string; active: boolean }>, over: Partial<Prober> = {}): Prober {
  return {
    master: async () => ({ leads: true, state: { version: '1.0.0', agents: new Map(Object.entries(agents)) } }),
    component: async () => ({ ready: true, reason: 'serves' }),
    ...over,
  };
}
const nobody = prober({});

const seen = ({ components }: Observed, id: string) => components.find((each) => each.id === id);

function addressOf(docker: FakeDocker, id: string): string {
  const network = docker.container(ours(id))?.spec.network;
  return network && network !== 'host' ? network.ip : '';
}

describe('a look', () => {
  it('finds each component with its container and its volume, in order', async () => {
    const docker = await engineWith(desired);
    const { network, components } = await observe(desired.cluster.id, { docker, prober: nobody }, { desired: desired });
    expect(network).toMatchObject({ name: 'minimesos-c0ffee0000', subnet: expect.stringContaining('/') });
    expect(
      components.map(({ id, name, container, volume }) => ({
        id,
        name,
        state: container?.state,
        volume: volume?.name,
      })),
    ).toEqual([
      { id: 'zookeeper-0', name: undefined, state: 'running', volume: ours('zookeeper-0') },
      { id: 'master-0', name: undefined, state: 'running', volume: undefined },
      { id: 'agent-0', name: 'a', state: 'running', volume: ours('agent-0') },
      { id: 'agent-1', name: 'b', state: 'running', volume: ours('agent-1') },
      { id: 'consul-0', name: undefined, state: 'running', volume: undefined },
      { id: 'registrator-0', name: undefined, state: 'running', volume: undefined },
    ]);
  });

  it('finds a component of which only the volume is left', async () => {
    const docker = await engineWith(desired);
    await docker.removeContainer(ours('agent-1'));
    const observed = await observe(desired.cluster.id, { docker, prober: nobody }, { desired: desired });
    expect(seen(observed, 'agent-1')).toMatchObject({ name: 'b', volume: { name: ours('agent-1') } });
    expect(seen(observed, 'agent-1')?.container).toBeUndefined();
  });

  it('N2 sees nothing of another cluster', async () => {
    const docker = await engineWith(desired);
    const observed = await observe('another', { docker, prober: nobody }, { desired: desired });
    expect(observed).toMatchObject({ network: undefined, components: [], mesos: undefined });
  });
});

describe('the cost of a look', () => {
  const LISTINGS = ['listContainers', 'listNetworks', 'listVolumes'];

  it.each([1, 30])('is three listings, with %d agents as with any', async (count) => {
    const many = desiredFrom(clusterSpec({ agents: Array.from({ length: count }, () => agentSpec()) }));
    const docker = await engineWith(many);
    await observe(many.cluster.id, { docker, prober: nobody }, { desired: many });
    expect([...docker.calls].sort()).toEqual(LISTINGS);
  });

  it('has one more call where a container has to be made: whether its image is there', async () => {
    const docker = await engineWith(desired);
    await docker.removeContainer(ours('agent-1'));
    docker.calls.length = 0;
    const { images } = await observe(desired.cluster.id, { docker, prober: nobody }, { desired: desired });
    expect([...docker.calls].sort()).toEqual([...LISTINGS, 'presentImages']);
    expect([...images]).toEqual(['minimesos/simulator:0123456789ab']);
  });

  it('looks for the images of another spec too', async () => {
    const docker = await engineWith(desired);
    const { images } = await observe(
      desired.cluster.id,
      { docker, prober: nobody },
      { desired: desiredFrom({ ...spec, distribution: 'custom' }) },
    );
    expect(docker.calls).toContain('presentImages');
    expect([...images]).toEqual([]);
  });

  it('changes nothing', async () => {
    const docker = await engineWith(desired);
    await observe(desired.cluster.id, { docker, prober: nobody }, { desired: desired });
    expect(docker.writes).toEqual([]);
  });
});

describe('an agent', () => {
  it('is ready when the leading master lists its address as active, and has its id from there', async () => {
    const docker = await engineWith(desired);
    const listed = prober({
      [`${addressOf(docker, 'agent-0')}:5051`]: { id: 'S7', active: true },
      [`${addressOf(docker, 'agent-1')}:5052`]: { id: 'S8', active: true },
    });
    const observed = await observe(desired.cluster.id, { docker, prober: listed }, { desired: desired });
    expect(seen(observed, 'agent-0')).toMatchObject({ agentId: 'S7', readiness: { ready: true } });
    expect(seen(observed, 'agent-1')).toMatchObject({
      agentId: undefined,
      readiness: { ready: false, reason: 'not registered yet' },
    });
    expect(observed.mesos).toEqual({ version: '1.0.0', agents: 2 });
  });

  it('is not ready while the master lists it as inactive', async () => {
    const docker = await engineWith(desired);
    const inactive = prober({ [`${addressOf(docker, 'agent-0')}:5051`]: { id: 'S7', active: false } });
    const observed = await observe(desired.cluster.id, { docker, prober: inactive }, { desired: desired });
    expect(seen(observed, 'agent-0')).toMatchObject({
      agentId: 'S7',
      readiness: { ready: false, reason: 'not active at the master' },
    });
    expect(observed.mesos?.agents).toBe(0);
  });

  it('is not ready while no master leads, whatever it says itself', async () => {
    const docker = await engineWith(desired);
    const leaderless = prober({}, { master: async (): Promise<MasterAnswer> => ({ leads: false, reason: 'follows' }) });
    const observed = await observe(desired.cluster.id, { docker, prober: leaderless }, { desired: desired });
    expect(seen(observed, 'agent-0')?.readiness).toEqual({
      ready: false,
      reason: 'no leading master to register at',
    });
    expect(seen(observed, 'master-0')?.readiness).toEqual({ ready: false, reason: 'follows' });
    expect(observed.mesos).toBeUndefined();
  });

  it('is not ready where its container stopped, whatever the master still believes', async () => {
    const docker = await engineWith(desired);
    const listed = prober({ [`${addressOf(docker, 'agent-0')}:5051`]: { id: 'S7', active: true } });
    docker.crash(ours('agent-0'), 1);
    const observed = await observe(desired.cluster.id, { docker, prober: listed }, { desired: desired });
    expect(seen(observed, 'agent-0')).toMatchObject({ readiness: { ready: false, reason: 'not running' } });
    expect(seen(observed, 'agent-0')?.container).toMatchObject({ state: 'exited', exitCode: 1 });
  });
});

describe('a probe', () => {
  it('that nothing answers is a reason, and no end of the look', async () => {
    const docker = await engineWith(desired);
    const refused = () => Promise.reject(new MinimesosError('MESOS_UNREACHABLE', 'it does not answer'));
    const deaf = prober({}, { master: refused, component: refused });
    const observed = await observe(desired.cluster.id, { docker, prober: deaf }, { desired: desired });
    for (const id of ['zookeeper-0', 'master-0', 'consul-0']) {
      expect(seen(observed, id)?.readiness).toEqual({ ready: false, reason: 'it does not answer' });
    }
  });

  it('is spared where there is nobody to ask', async () => {
    const docker = await engineWith(desired);
    docker.crash(ours('consul-0'), 1);
    const asked: string[] = [];
    const listening = prober(
      {},
      {
        component: async (kind) => {
          asked.push(kind);
          return { ready: true, reason: 'serves' };
        },
      },
    );
    const observed = await observe(desired.cluster.id, { docker, prober: listening }, { desired: desired });
    expect(asked).toEqual(['zookeeper']);
    expect(seen(observed, 'consul-0')?.readiness).toEqual({ ready: false, reason: 'not running' });
    expect(seen(observed, 'registrator-0')?.readiness).toEqual({ ready: true, reason: 'runs' });
  });
});

describe('what is on its way in or out', () => {
  it('is not asked, and so nobody waits for its answer', async () => {
    const asked: string[] = [];
    const docker = await engineWith(desired);
    const listening: Prober = {
      master: async (host) => {
        asked.push(host);
        return { leads: false, reason: '' };
      },
      component: async (kind) => {
        asked.push(kind);
        return { ready: true, reason: '' };
      },
    };
    const look = (more: Look) => observe(desired.cluster.id, { docker, prober: listening }, more);
    await look({ desired, busy: new Set(['zookeeper-0', 'master-0', 'consul-0']) });
    await look({ desired: nothingOf(desired.cluster) });
    expect(asked).toEqual([]);
    await look({ desired });
    expect(asked).toHaveLength(3);
  });
});
