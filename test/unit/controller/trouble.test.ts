/** Back-off, health and deadlines, by a clock that jumps. */

import { describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { type Following, following, linesFrom } from '../../support/following.js';
import { agentSpec, clusterSpec, desiredFrom, lines } from '../../support/worlds.js';

const racks = ['a', 'b', 'c'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const spec = clusterSpec({ agents: racks });
const desired = desiredFrom(spec);
const changed = desiredFrom({ ...spec, agents: racks.map((each) => ({ ...each, env: { A: '1' } })) });
const name = (id: string) => `minimesos-${desired.cluster.id}-${id}`;
const { kinds } = DEFAULT_POLICY;

/** All has been ready for long. */
async function serving(): Promise<Following> {
  const watched = following(desired);
  const { at } = await watched.converged();
  await watched.until((seen) => seen.at > at + 10_000);
  watched.started.length = 0;
  return watched;
}

const timesOf = ({ started }: Following, line: string) =>
  started.filter(({ step }) => `${step.verb} ${step.component}` === line).map(({ at }) => at);
const gaps = (times: number[]) => times.slice(1).map((at, n) => at - (times[n] ?? 0));

describe('L22 a component that stops as soon as it is started', () => {
  it('is started at once, then after half a second, which doubles to a minute; nobody else waits', async () => {
    const watched = await serving();
    const { docker } = watched;
    docker.onStart = ({ spec: { name: started } }) => {
      if (started === name('agent-1')) docker.crash(started, 1, ['out of luck']);
    };
    const at = watched.world.clock.now();
    docker.crash(name('agent-1'), 1);
    watched.poke();
    await watched.until(() => watched.started.length >= 11);
    const times = timesOf(watched, 'start agent-1');
    expect(times[0]).toBe(at);
    expect(gaps(times)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(new Set(linesFrom(watched.started))).toEqual(new Set(['start agent-1']));

    docker.crash(name('agent-2'), 1);
    watched.poke();
    const now = watched.world.clock.now();
    await watched.until(({ component }) => component('agent-2')?.phase === 'ready');
    expect(watched.world.clock.now() - now).toBeLessThan(500);
  });

  it('backs off with the reason, and its last words are told', async () => {
    const watched = await serving();
    const { docker } = watched;
    docker.onStart = (container) => docker.crash(container.spec.name, 3, ['out of luck']);
    docker.crash(name('agent-1'), 1);
    watched.poke();
    const { component, settled } = await watched.until((seen) => seen.component('agent-1')?.phase === 'backoff');
    expect(component('agent-1')?.reason).toBe('stopped with exit code 3 again');
    expect(settled).toBe('resting');
    expect(watched.errors[0]).toMatchObject({ code: 'COMPONENT_EXITED', details: ['out of luck'] });
    expect(watched.told).toEqual(['troubled agent-1 COMPONENT_EXITED']);
  });

  it('is started at once again after ten seconds of service, and after a pause before that', async () => {
    const watched = await serving();
    const crash = async (afterMs: number) => {
      const from = watched.world.clock.now();
      await watched.until(({ at }) => at - from >= afterMs);
      const at = watched.world.clock.now();
      watched.docker.crash(name('agent-1'), 1);
      watched.poke();
      await watched.until(({ component }) => component('agent-1')?.phase !== 'ready');
      await watched.converged();
      return (timesOf(watched, 'start agent-1').at(-1) ?? 0) - at;
    };
    expect(await crash(0)).toBe(0);
    expect(await crash(0)).toBe(500);
    expect(await crash(15_000)).toBe(0);
  });

  it('is tried at once with another spec', async () => {
    const watched = await serving();
    const { docker } = watched;
    docker.onStart = (container) => docker.crash(container.spec.name, 1);
    docker.crash(name('agent-1'), 1);
    await watched.until(() => timesOf(watched, 'start agent-1').length === 6);
    docker.onStart = () => {};
    const at = watched.world.clock.now();
    watched.world.want(changed);
    watched.poke();
    await watched.until(({ component }) => component('agent-1')?.phase === 'creating');
    expect(watched.world.clock.now() - at).toBeLessThan(1_000);
    await watched.converged();
  });
});

describe('L24 a component that gives no answer', () => {
  it.each([
    ['zookeeper-0', 'zookeeper'],
    ['master-0', 'master'],
    ['agent-1', 'agent'],
  ] as const)('%s is degraded after a while, restarted after a longer one, and nobody else is', async (id, kind) => {
    const watched = await serving();
    const { silent, clock } = watched.world;
    const at = clock.now();
    silent.add(name(id));
    watched.poke();
    const degraded = await watched.until(({ component }) => component(id)?.phase === 'degraded');
    expect(degraded.at - at).toBeGreaterThanOrEqual(kinds[kind].degradedAfterMs);
    expect(degraded.at - at).toBeLessThan(kinds[kind].degradedAfterMs + 200);
    await watched.until(() => watched.started.length > 0);
    silent.clear();
    expect((watched.started[0]?.at ?? 0) - at).toBeGreaterThanOrEqual(kinds[kind].restartAfterMs);
    expect((watched.started[0]?.at ?? 0) - at).toBeLessThan(kinds[kind].restartAfterMs + 200);
    await watched.converged();
    expect(linesFrom(watched.started)).toEqual([`restart ${id}`]);
  });

  it('is not degraded by a moment without one', async () => {
    const watched = await serving();
    watched.world.silent.add(name('agent-1'));
    watched.poke();
    const { at } = await watched.until(({ component }) => component('agent-1')?.reason === 'not registered yet');
    const { component } = await watched.until((seen) => seen.at - at > kinds.agent.degradedAfterMs / 2);
    expect(component('agent-1')).toMatchObject({ phase: 'ready' });
    watched.world.silent.clear();
    await watched.converged();
    expect(watched.started).toEqual([]);
  });

  it('is not to blame for as long as it waits for ZooKeeper, whose fault it is, and which alone is restarted', async () => {
    const watched = await serving();
    for (const each of ['zookeeper', 'master', 'agent']) watched.world.silent.add(each);
    watched.poke();
    const { component } = await watched.until(({ component }) => component('zookeeper-0')?.phase === 'degraded');
    expect(component('master-0')?.reason).toBe('no leader elected; waits for zookeeper-0');
    expect(component('agent-1')?.reason).toContain('waits for master-0');
    await watched.until(() => watched.started.length >= 4);
    expect(new Set(linesFrom(watched.started))).toEqual(new Set(['restart zookeeper-0']));
  });

  it('has its whole time when the one that it waited for is back', async () => {
    const watched = await serving();
    for (const each of ['zookeeper', 'master', 'agent']) watched.world.silent.add(each);
    watched.poke();
    await watched.until(() => watched.started.length >= 2);
    watched.world.silent.delete('zookeeper');
    const { at } = await watched.until(({ component }) => component('zookeeper-0')?.phase === 'ready');
    await watched.until(() => linesFrom(watched.started).includes('restart master-0'));
    const [first = 0] = timesOf(watched, 'restart master-0');
    expect(first - at).toBeGreaterThanOrEqual(kinds.master.restartAfterMs);
  });

  it('L13 comes back where it died of another’s absence, and the cluster with it', async () => {
    const docker = new FakeDocker();
    const world = fakeWorld(desired, docker);
    await converge(world, { timeoutMs: 60_000, listener: NOBODY });
    docker.crash(name('zookeeper-0'), 137);
    // A master that finds no ZooKeeper exits.
    docker.onStart = ({ spec: { name: started } }) => {
      const keeper = docker.container(name('zookeeper-0'));
      if (started === name('master-0') && keeper?.state !== 'running') docker.crash(started, 1);
    };
    docker.crash(name('master-0'), 1);
    expect(await converge(fakeWorld(desired, docker), { timeoutMs: 60_000, listener: NOBODY })).toMatchObject({
      converged: true,
    });
  });
});

describe('L25 a roll', () => {
  /** A change of all agents, of which the first gets no further. */
  async function rolling() {
    const docker = new FakeDocker();
    await converge(fakeWorld(desired, docker), { timeoutMs: 60_000, listener: NOBODY });
    const world = fakeWorld(changed, docker);
    docker.onStart = (container) => {
      container.logs.push('cannot find my work directory');
      if (container.spec.name.includes('agent')) world.silent.add(container.spec.name);
    };
    return { docker, world };
  }

  const policy = { ...DEFAULT_POLICY, progressDeadlineMs: 10_000 };
  const options = { timeoutMs: 600_000, listener: NOBODY, policy };

  it('stops at a component that is not ready within its deadline, and the rest stays as it was', async () => {
    const { docker, world } = await rolling();
    const { converged, timedOut, failures, steps, pass } = await converge(world, options);
    expect({ converged, timedOut, failed: [...failures.keys()] }).toEqual({
      converged: false,
      timedOut: false,
      failed: ['agent-0'],
    });
    expect(lines(steps)).toEqual(['remove agent-0', 'create agent-0']);
    const agents = desired.components.filter(({ kind }) => kind === 'agent');
    const left = ['agent-1', 'agent-2'].map((id) => docker.container(name(id))?.spec.labels['org.minimesos.spec-hash']);
    expect(left).toEqual(agents.slice(1).map(({ hash }) => hash));
    expect(pass.components.find(({ id }) => id === 'agent-2')).toMatchObject({ phase: 'ready', waitsFor: 'agent-0' });
  });

  it('says what it waited for, with the last lines of the log', async () => {
    const { world } = await rolling();
    const error = (await converge(world, options)).failures.get('agent-0');
    expect(error).toMatchObject({ code: 'PROGRESS_DEADLINE', details: ['cannot find my work directory'] });
    expect(error?.exit).toBe(1);
    expect(error?.message).toBe('not ready within 10 s: not registered yet');
  });

  it('goes on when the component is ready after all, for one who watches', async () => {
    const watched = following(desired, new FakeDocker(), policy);
    await watched.converged();
    watched.docker.onStart = ({ spec: made }) => void watched.world.silent.add(made.name);
    watched.world.want(changed);
    watched.poke();
    const { settled } = await watched.until(({ component }) => component('agent-0')?.phase === 'failed');
    expect(settled).toBe('stuck');
    watched.docker.onStart = () => {};
    watched.world.silent.clear();
    await watched.converged();
  });

  it('has as long for each component as its policy says: two minutes, unless told otherwise', async () => {
    expect(DEFAULT_POLICY.progressDeadlineMs).toBe(120_000);
    const { world } = await rolling();
    const { elapsedMs } = await converge(world, options);
    expect(elapsedMs).toBeGreaterThanOrEqual(10_000);
    expect(elapsedMs).toBeLessThan(11_000);
  });
});
