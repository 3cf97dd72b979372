import { describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { nothingOf } from '../../../src/desired.js';
import { MinimesosError } from '../../../src/errors.js';
import type { AgentState, MasterAnswer } from '../../../src/mesos/operator.js';
import type { Desired, Observed } from '../../../src/model.js';
import { type Look, observe } from '../../../src/observed/observe.js';
import type { Prober } from '../../../src/observed/probe.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { NO_APPS } from '../../support/fake-marathon.js';
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
function prober(agents: Record<string, Partial<AgentState>>, over: Partial<Prober> = {}): Prober {
  const unnoted = { id: 'S0', active: true, deactivated: false, tasks: [] };
  const all = new Map(Object.entries(agents).map(([address, told]) => [address, { ...unnoted, ...told }]));
  return {
    master: async () => ({ leads: true, state: { version: '1.0.0', agents: all } }),
    component: async () => ({ ready: true, reason: 'serves' }),
    apps: async () => NO_APPS,
    ...over,
  };
}
const nobody = prober({});

const lookAt = (docker: FakeDocker, prober = nobody, look: Look = { desired }) =>
  observe(desired.cluster.id, { docker, prober }, look);
const seen = ({ components }: Observed, id: string) => components.find((each) => each.id === id);

function addressOf(docker: FakeDocker, id: string): string {
  const network = docker.container(ours(id))?.spec.network;
  return network && network !== 'host' ? network.ip : '';
}

describe('a look', () => {
  it('finds each component with its container and its volume, in order', async () => {
    const docker = await engineWith(desired);
    const { network, components } = await lookAt(docker);
    expect(network).toMatchObject({ name: 'minimesos-c0ffee0000', subnet: expect.stringContaining('/') });
    expect(components.map(({ id, name, container, volume }) => [id, name, container?.state, volume?.name])).toEqual([
      ['zookeeper-0', undefined, 'running', ours('zookeeper-0')],
      ['master-0', undefined, 'running', undefined],
      ['agent-0', 'a', 'running', ours('agent-0')],
      ['agent-1', 'b', 'running', ours('agent-1')],
      ['consul-0', undefined, 'running', undefined],
      ['registrator-0', undefined, 'running', undefined],
    ]);
  });

  it('finds a component of which only the volume is left', async () => {
    const docker = await engineWith(desired);
    await docker.removeContainer(ours('agent-1'));
    const observed = await lookAt(docker);
    expect(seen(observed, 'agent-1')).toMatchObject({ name: 'b', volume: { name: ours('agent-1') } });
    expect(seen(observed, 'agent-1')?.container).toBeUndefined();
  });

  it('N2 sees nothing of another cluster', async () => {
    const docker = await engineWith(desired);
    const observed = await observe('another', { docker, prober: nobody }, { desired });
    expect(observed).toMatchObject({ network: undefined, components: [], mesos: undefined });
  });
});

describe('the cost of a look', () => {
  const LISTINGS = ['listContainers', 'listNetworks', 'listVolumes'];

  it.each([1, 30])('is three listings, with %d agents as with any', async (count) => {
    const many = desiredFrom(clusterSpec({ agents: Array.from({ length: count }, () => agentSpec()) }));
    const docker = await engineWith(many);
    await lookAt(docker, nobody, { desired: many });
    expect([...docker.calls].sort()).toEqual(LISTINGS);
  });

  it('has one more call where a container has to be made: whether its image is there', async () => {
    const docker = await engineWith(desired);
    await docker.removeContainer(ours('agent-1'));
    docker.calls.length = 0;
    const { images } = await lookAt(docker);
    expect([...docker.calls].sort()).toEqual([...LISTINGS, 'presentImages']);
    expect([...images]).toEqual(['minimesos/simulator:0123456789ab']);
  });

  it('looks for the images of another spec too', async () => {
    const docker = await engineWith(desired);
    const { images } = await lookAt(docker, nobody, { desired: desiredFrom({ ...spec, distribution: 'custom' }) });
    expect(docker.calls).toContain('presentImages');
    expect([...images]).toEqual([]);
  });

  it('changes nothing', async () => {
    const docker = await engineWith(desired);
    await lookAt(docker);
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
    const observed = await lookAt(docker, listed);
    expect(seen(observed, 'agent-0')).toMatchObject({ agentId: 'S7', readiness: { ready: true } });
    expect(seen(observed, 'agent-1')).toMatchObject({
      agentId: undefined,
      readiness: { ready: false, reason: 'not registered yet' },
    });
    const address = `${addressOf(docker, 'master-0')}:5050`;
    expect(observed.mesos).toEqual({ version: '1.0.0', agents: 2, address });
  });

  it('is not ready while the master lists it as inactive', async () => {
    const docker = await engineWith(desired);
    const inactive = prober({ [`${addressOf(docker, 'agent-0')}:5051`]: { id: 'S7', active: false } });
    const observed = await lookAt(docker, inactive);
    expect(seen(observed, 'agent-0')).toMatchObject({
      agentId: 'S7',
      readiness: { ready: false, reason: 'not active at the master' },
    });
    expect(observed.mesos?.agents).toBe(0);
  });

  it('L27 is ready where somebody told it to take no offers, and has its tasks from the master', async () => {
    const docker = await engineWith(desired);
    const at = `${addressOf(docker, 'agent-0')}:5051`;
    const drained = prober({ [at]: { id: 'S7', active: false, deactivated: true, tasks: ['web'] } });
    const observed = await lookAt(docker, drained);
    expect(seen(observed, 'agent-0')).toMatchObject({
      tasks: ['web'],
      readiness: { ready: true, reason: 'registered, told to take no offers' },
    });
  });

  it('L24 is asked itself where a look is thorough: its master takes a frozen one for active for long', async () => {
    const docker = await engineWith(desired);
    const at = (id: string, port: number) => ({ [`${addressOf(docker, id)}:${port}`]: { active: true } });
    const frozen = addressOf(docker, 'agent-1');
    const listed = prober(
      { ...at('agent-0', 5051), ...at('agent-1', 5051) },
      {
        component: async (_kind, host) => {
          if (host === frozen) throw new MinimesosError('MESOS_UNREACHABLE', 'it does not answer');
          return { ready: true, reason: 'lives' };
        },
      },
    );
    const look = (more: Look) => lookAt(docker, listed, { desired, ...more });
    const thorough = await look({ thorough: true });
    expect(seen(thorough, 'agent-0')?.readiness).toEqual({ ready: true, reason: 'active at the leading master' });
    expect(seen(thorough, 'agent-1')?.readiness).toEqual({ ready: false, reason: 'it does not answer' });
    const others = [look({}), look({ thorough: true, busy: new Set(['agent-1']) })];
    for (const observed of await Promise.all(others)) expect(seen(observed, 'agent-1')?.readiness.ready).toBe(true);
  });

  it('is not ready while no master leads, whatever it says itself', async () => {
    const docker = await engineWith(desired);
    const leaderless = prober({}, { master: async (): Promise<MasterAnswer> => ({ leads: false, reason: 'follows' }) });
    const observed = await lookAt(docker, leaderless);
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
    const observed = await lookAt(docker, listed);
    expect(seen(observed, 'agent-0')).toMatchObject({ readiness: { ready: false, reason: 'not running' } });
    expect(seen(observed, 'agent-0')?.container).toMatchObject({ state: 'exited', exitCode: 1 });
  });
});

describe('a master of several', () => {
  const three = desiredFrom(
    clusterSpec({ master: { env, instances: 3, authenticate: false, aclJson: null }, agents: [agentSpec()] }),
  );

  /** What each of the three answers, by its number; null: nothing. */
  async function readinessOf(answers: (MasterAnswer | null | ((addresses: string[]) => MasterAnswer))[]) {
    const docker = await engineWith(three);
    const addresses = [0, 1, 2].map((index) => addressOf(docker, `master-${index}`));
    const master = async (host: string): Promise<MasterAnswer> => {
      const answer = answers[addresses.indexOf(host)];
      if (!answer) throw new MinimesosError('MESOS_UNREACHABLE', 'it does not answer');
      return typeof answer === 'function' ? answer(addresses) : answer;
    };
    const observed = await lookAt(docker, prober({}, { master }), { desired: three });
    const masters = observed.components.filter(({ kind }) => kind === 'master');
    return { readiness: masters.map((each) => each.readiness), mesos: observed.mesos, addresses };
  }
  const leads: MasterAnswer = { leads: true, state: { version: '1.11.0', agents: new Map() } };
  const follows = (number: number) => (addresses: string[]) =>
    ({ leads: false, reason: 'follows', follows: `${addresses[number]}:5050` }) as const;

  it('L35 is ready where it leads, or follows the one that does, whichever of them that is', async () => {
    const { readiness, mesos, addresses } = await readinessOf([follows(1), leads, follows(1)]);
    expect(readiness).toEqual([
      { ready: true, reason: 'follows master-1' },
      { ready: true, reason: 'leads', leads: true },
      { ready: true, reason: 'follows master-1' },
    ]);
    expect(mesos?.address).toBe(`${addresses[1]}:5050`);
  });

  it('L35 is not ready where the one that it follows does not lead', async () => {
    const lost = { ready: false, reason: 'follows, which does not lead' };
    const { readiness, mesos } = await readinessOf([null, follows(0), follows(2)]);
    expect(readiness).toEqual([{ ready: false, reason: 'it does not answer' }, lost, lost]);
    expect(mesos).toBeUndefined();
    const behind = await readinessOf([leads, follows(0), follows(1)]);
    expect(behind.readiness.map(({ ready }) => ready)).toEqual([true, true, false]);
  });
});

describe('a probe', () => {
  it('that nothing answers is a reason, and no end of the look', async () => {
    const docker = await engineWith(desired);
    const refused = () => Promise.reject(new MinimesosError('MESOS_UNREACHABLE', 'it does not answer'));
    const deaf = prober({}, { master: refused, component: refused });
    const observed = await lookAt(docker, deaf);
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
    const observed = await lookAt(docker, listening);
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
      apps: async () => NO_APPS,
    };
    await lookAt(docker, listening, { desired, busy: new Set(['zookeeper-0', 'master-0', 'consul-0']) });
    await lookAt(docker, listening, { desired: nothingOf(desired.cluster) });
    expect(asked).toEqual([]);
    await lookAt(docker, listening);
    expect(asked).toHaveLength(3);
  });
});
