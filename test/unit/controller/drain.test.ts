import { describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { nothingOf } from '../../../src/desired.js';
import type { Desired } from '../../../src/model.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { type FakeWorld, fakeWorld, NOBODY } from '../../support/fake-world.js';
import { following } from '../../support/following.js';
import { agentSpec, clusterSpec, desiredFrom, lines } from '../../support/worlds.js';

const racks = ['a', 'b', 'c'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const spec = clusterSpec({ agents: racks });
const desired = desiredFrom(spec);
const smaller = desiredFrom({ ...spec, agents: racks.slice(0, 2) });
const changed = desiredFrom({ ...spec, agents: racks.map((each) => ({ ...each, env: { A: '1' } })) });
const name = (id: string) => `minimesos-${desired.cluster.id}-${id}`;
const options = { timeoutMs: 60_000, listener: NOBODY };

/** A cluster that serves; what its world is asked for next. */
async function next(wanted: Desired, tasks: Record<string, string[]> = {}): Promise<FakeWorld> {
  const docker = new FakeDocker();
  await converge(fakeWorld(desired, docker), options);
  docker.writes.length = 0;
  const world = fakeWorld(wanted, docker);
  for (const [id, names] of Object.entries(tasks)) world.tasks.set(name(id), names);
  return world;
}

describe('L27 an agent that goes for good', () => {
  it('is drained, stopped, told to its master to be gone, and removed', async () => {
    const world = await next(smaller, { 'agent-2': ['web'] });
    const { converged, steps } = await converge(world, options);
    expect(converged).toBe(true);
    expect(steps).toEqual([
      { verb: 'drain', component: 'agent-2', cause: 'not in the minimesosFile; ends 1 task: web' },
      { verb: 'remove', component: 'agent-2', cause: 'not in the minimesosFile', volume: 'remove' },
    ]);
    expect(world.asked).toEqual([`drain ${name('agent-2')}`, `gone ${name('agent-2')}`]);
    expect(world.docker.writes).toEqual(
      ['stopContainer', 'removeContainer', 'removeVolume'].map((call) => `${call} ${name('agent-2')}`),
    );
  });

  it('is told to be gone only when nothing of it is left, or what is left would be turned away', async () => {
    const world = await next(smaller);
    const order: string[] = [];
    const { operator, docker } = world;
    const gone = async (agent: Parameters<typeof operator.gone>[0]) => {
      order.push(`gone, ${docker.container(name('agent-2'))?.state}`);
      return operator.gone(agent);
    };
    await converge({ ...world, operator: { ...operator, gone } }, options);
    expect(order).toEqual(['gone, undefined']);
  });

  it('goes all the same where its master cannot be told', async () => {
    const world = await next(smaller);
    const operator = { ...world.operator, gone: () => Promise.reject(new Error('no answer')) };
    expect(await converge({ ...world, operator }, options)).toMatchObject({ converged: true });
  });

  it('has its time, in which nobody waits for it', async () => {
    const world = await next(smaller);
    const started: string[] = [];
    const listener = {
      ...NOBODY,
      started: ({ verb, component }: { verb: string; component: string }) => void started.push(`${verb} ${component}`),
    };
    const limits: number[] = [];
    const drain = async (_agent: unknown, limitMs: number) => {
      limits.push(limitMs);
      await world.clock.wait(25_000, world.signal);
      return 'drained';
    };
    world.docker.crash(name('agent-0'), 1);
    await converge({ ...world, operator: { ...world.operator, drain } }, { ...options, listener });
    expect(limits).toEqual([30_000]);
    expect(started.indexOf('start agent-0')).toBeLessThan(started.findIndex((line) => line.startsWith('remove')));
  });
});

describe('L27 an agent that is replaced', () => {
  it('is drained for its tasks, which are named, and takes offers again when it is back', async () => {
    const world = await next(changed, { 'agent-1': ['web', 'db'] });
    const { converged, steps } = await converge(world, options);
    expect(converged).toBe(true);
    expect(lines(steps)).toEqual([
      'remove agent-0',
      'create agent-0',
      'drain agent-1',
      'remove agent-1',
      'create agent-1',
      'remove agent-2',
      'create agent-2',
    ]);
    expect(steps.find(({ verb }) => verb === 'drain')?.cause).toBe('A added; ends 2 tasks: web, db');
    expect(world.asked.filter((call) => call.startsWith('drain'))).toEqual([`drain ${name('agent-1')}`]);
    expect(world.asked).toContain(`reactivate ${name('agent-1')}`);
    expect(world.asked.filter((call) => call.startsWith('gone'))).toEqual([]);
  });

  it('goes when its time is over, whatever it still runs', async () => {
    const world = await next(changed, { 'agent-1': ['web'] });
    const operator = { ...world.operator, drain: async () => 'not drained within 30 s: web' };
    const outcomes: unknown[] = [];
    const done = ({ outcome }: { outcome?: string | undefined }) => void (outcome && outcomes.push(outcome));
    const { converged } = await converge({ ...world, operator }, { ...options, listener: { ...NOBODY, done } });
    expect({ converged, outcomes }).toEqual({ converged: true, outcomes: ['not drained within 30 s: web'] });
  });
});

describe('L27 an agent that was drained and is to stay after all', () => {
  it('takes offers again', async () => {
    const watched = following(desired);
    const { world } = watched;
    await watched.converged();
    world.tasks.set(name('agent-0'), ['web']);
    world.want(changed);
    watched.poke();
    await watched.until(({ component }) => component('agent-0')?.phase === 'draining');
    world.want(desired);
    watched.poke();
    await watched.converged();
    expect(world.asked).toEqual([`drain ${name('agent-0')}`, `reactivate ${name('agent-0')}`]);
  });
});

describe('L27 a cluster that goes altogether', () => {
  it('drains nobody', async () => {
    const world = await next(nothingOf(desired.cluster), { 'agent-1': ['web'] });
    const { converged, steps } = await converge(world, options);
    expect(converged).toBe(true);
    expect(steps.map(({ verb }) => verb)).toEqual(steps.map(() => 'remove'));
    expect(world.asked.filter((call) => call.startsWith('drain'))).toEqual([]);
  });
});
