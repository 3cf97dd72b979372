/** What stories brought to light, as short as it gets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converge, follow } from '../../../src/controller.js';
import type { Desired } from '../../../src/model.js';
import { dockerName, selector } from '../../../src/observed/labels.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';
import { NOBODY } from '../../support/fake-world.js';
import { connect, type FateOf } from '../../support/faulty-docker.js';
import { FakeMesos, faultyWorld, OpenDocker, withoutHost } from '../../support/faulty-world.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';
import { flawsOf } from './flaws.js';
import { Hands } from './hands.js';
import { Life, type Story } from './life.js';
import { CLUSTER } from './wishes.js';

const UNDISTURBED: FateOf = () => undefined;
const block = { env: {} };
const nameOf = (id: string) => dockerName(CLUSTER, id);

let withHost = () => {};
beforeAll(() => {
  withHost = withoutHost();
});
afterAll(() => withHost());

/** A converged cluster. */
async function clusterOf(desired: Desired) {
  const engine = new OpenDocker();
  const mesos = new FakeMesos(engine, CLUSTER);
  const apply = (wanted: Desired, fateOf = UNDISTURBED) => {
    const world = faultyWorld({ connection: connect(engine, fateOf), mesos, desired: () => wanted });
    let passes = 0;
    const passed = () => {
      passes++;
      if (passes > 1_000) throw new Error('these passes come to no end');
    };
    return converge(world, { timeoutMs: 60_000, listener: { ...NOBODY, passed } });
  };
  await apply(desired);
  return {
    engine,
    mesos,
    apply,
    hands: new Hands(engine, mesos),
    flaws: (wanted = desired) => flawsOf(engine, mesos, wanted),
  };
}

describe('apply', () => {
  it('replaces a container that somebody made from another image', async () => {
    const desired = desiredFrom(clusterSpec());
    const { hands, apply, flaws } = await clusterOf(desired);
    hands.do('recreate from another image', 0);
    expect(await apply(desired)).toMatchObject({ converged: true });
    expect(await flaws()).toEqual([]);
  });

  it('takes a component from the network of the host to that of the cluster', async () => {
    const extras = { consul: block, registrator: block };
    const { apply, flaws } = await clusterOf(desiredFrom(clusterSpec({ ...extras, distribution: 'custom' })));
    const played = desiredFrom(clusterSpec({ ...extras, distribution: 'simulator' }));
    const { failures, converged } = await apply(played);
    expect({ converged, failures: [...failures] }).toEqual({ converged: true, failures: [] });
    expect(await flaws(played)).toEqual([]);
  });

  it.each([
    ['custom', 'simulator'],
    ['simulator', 'custom'],
  ])(
    'does so where that of %s has stopped, its network was made anew and there is no image for %s',
    async (from, to) => {
      const extras = { consul: block, registrator: block };
      const { engine, apply, flaws } = await clusterOf(desiredFrom(clusterSpec({ ...extras, distribution: from })));
      engine.crash(nameOf('registrator-0'), 137);
      const [network] = await engine.listNetworks(selector(CLUSTER));
      engine.loseNetwork(network?.id ?? '');
      await engine.createNetwork(dockerName(CLUSTER), network?.subnets[0] ?? '', network?.labels ?? {});
      engine.forgetImages();
      const other = desiredFrom(clusterSpec({ ...extras, distribution: to }));
      const { failures, converged } = await apply(other);
      expect({ converged, failures: [...failures] }).toEqual({ converged: true, failures: [] });
      expect(await flaws(other)).toEqual([]);
    },
  );

  it('makes all anew where the network is gone and somebody else has taken its subnet', async () => {
    const desired = desiredFrom(clusterSpec({ agents: [agentSpec(), agentSpec()] }));
    const { engine, apply, flaws } = await clusterOf(desired);
    const [
      {
        id,
        subnets: [subnet = ''],
      } = { id: '', subnets: [] },
    ] = await engine.listNetworks(selector(CLUSTER));
    engine.loseNetwork(id);
    await engine.createNetwork('somebody-else-s', subnet, {});
    expect(await apply(desired)).toMatchObject({ converged: true });
    expect(await flaws()).toEqual([]);
  });

  it('leaves no volume without labels where somebody removes it just before its container is created', async () => {
    const desired = desiredFrom(clusterSpec());
    const { engine, apply, flaws } = await clusterOf(desired);
    engine.remove(nameOf('agent-0'));
    const { converged } = await apply(desired, (method) => {
      if (method === 'createContainer') void engine.removeVolume(nameOf('agent-0'));
      return undefined;
    });
    expect(converged).toBe(true);
    expect(await flaws()).toEqual([]);
  });
});

describe('apply --watch', () => {
  it('goes on with a roll where two that served have stopped to answer, and would wait for each other', async () => {
    const agents = ['a', 'b'].map((name) => agentSpec({ name }));
    let desired = desiredFrom(clusterSpec({ agents }));
    const { engine, mesos, flaws } = await clusterOf(desired);
    const abort = new AbortController();
    let passes = 0;
    const passed = (_: unknown, settled: string) => {
      passes++;
      if (passes === 1) {
        for (const id of ['agent-0', 'agent-1']) mesos.frozen.add(engine.container(nameOf(id))?.id ?? '');
        desired = desiredFrom(clusterSpec({ agents: agents.map((each) => ({ ...each, env: { X: '1' } })) }));
      } else if (settled === 'converged' || passes > 2_000) abort.abort();
    };
    const connection = connect(engine, UNDISTURBED);
    const world = faultyWorld({ connection, mesos, desired: () => desired, signal: abort.signal });
    await follow(world, { listener: { ...NOBODY, passed }, policy: DEFAULT_POLICY }).ended;
    expect(passes).toBeLessThan(2_000);
    expect(await flaws(desired)).toEqual([]);
  });

  it('goes on with a roll where two that served are off their network, which came back with another subnet', async () => {
    const file = { mesosVersion: '1.0.0', distribution: 'simulator' as const, extras: [], masterEnv: {} };
    const stray = { renamed: false, swapped: false, place: 'right', state: 'running' } as const;
    const failure = { what: 'failure', code: 'DOCKER_FAILED', when: 'before' } as const;
    const story: Story = {
      leftovers: {
        file: { ...file, agents: [0, 0], ensemble: 1 },
        complete: [false, false, true, true],
        strange: [
          { of: 5, index: 0, container: stray, volume: 'right' },
          { of: 2, index: 2, container: stray, volume: 'right' },
        ],
        network: 'elsewhere',
        images: false,
      },
      wish: { ...file, agents: [0, 0, 0], ensemble: 3 },
      mishaps: [
        { after: 5, mishap: { what: 'deed', deed: 'crash', whose: 0, told: false } },
        { after: 9, mishap: failure },
        { after: 12, mishap: failure },
        { after: 0, mishap: { what: 'deed', deed: 'lose the network', whose: 0, told: false } },
      ],
    };
    expect(await new Life(story).watched()).toEqual([]);
  });
});
