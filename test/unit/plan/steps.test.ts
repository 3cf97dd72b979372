import { describe, expect, it } from 'vitest';
import { nothingOf } from '../../../src/desired.js';
import type { ContainerVerb, Desired, Observed, ObservedComponent } from '../../../src/model.js';
import type { Context } from '../../../src/plan/facts.js';
import { match } from '../../../src/plan/match.js';
import { NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import { standingOf } from '../../../src/plan/standing.js';
import { reasonFor, stepFor } from '../../../src/plan/steps.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';
import { agentSpec, clusterSpec, converged, desiredFrom, hurt, NOTHING } from '../../support/worlds.js';

const network = { id: '6f1d', name: 'minimesos-c0ffee0000', subnet: '172.30.4.0/22', gateway: '172.30.4.1' };
const spec = clusterSpec({ agents: [agentSpec(), agentSpec()] });
const desired = desiredFrom(spec);
const masterOf = (version: string) => ({ version, agents: 2, address: '172.30.4.10:5050' });
const world: Observed = { ...converged(desired, { ...NOTHING, network }), mesos: masterOf('1.11.0') };
const smaller = desiredFrom({ ...spec, agents: [agentSpec()] });

function contextOf(observed: Observed, wanted: Desired): Context {
  const standing = standingOf(
    match(wanted.components, observed.components),
    NO_MEMORY,
    DEFAULT_POLICY,
    observed.network,
  );
  return {
    desired: wanted,
    observed,
    memory: NO_MEMORY,
    policy: DEFAULT_POLICY,
    standing,
    lacksImage: undefined,
    lastApp: undefined,
  };
}

function stepOf(verb: ContainerVerb, id: string, observed = world, wanted = desired) {
  const found = match(wanted.components, observed.components).find((each) => each.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return stepFor(verb, id, found, contextOf(observed, wanted));
}

const running = (...tasks: string[]) => hurt(world, 'agent-1', (each) => ({ ...each, agentId: 'S1', tasks }));

describe('L27 an agent that goes', () => {
  it('has its tasks named: when it is drained, and when it is removed', () => {
    const observed = running('web', 'db');
    expect(stepOf('drain', 'agent-1', observed, smaller)).toEqual({
      verb: 'drain',
      component: 'agent-1',
      cause: 'not in the minimesosFile; ends 2 tasks: web, db',
    });
    expect(stepOf('remove', 'agent-1', observed, smaller)).toEqual({
      verb: 'remove',
      component: 'agent-1',
      cause: 'not in the minimesosFile; ends 2 tasks: web, db',
      volume: 'remove',
    });
  });

  it('is told of one task, and of many in a line that can be read', () => {
    expect(stepOf('drain', 'agent-1', running('web'), smaller).cause).toContain('ends 1 task: web');
    const many = running(...Array.from({ length: 12 }, (_, at) => `t${at}`));
    expect(stepOf('drain', 'agent-1', many, smaller).cause).toContain('ends 12 tasks: t0, t1, t2, t3, t4, 7 more');
  });

  it('has nothing more to tell where it runs nothing', () => {
    expect(stepOf('drain', 'agent-1', running(), smaller).cause).toBe('not in the minimesosFile');
  });

  it.each([
    ['0.24.1', 'not in the minimesosFile; ends 1 task: web; Mesos 0.24.1 knows no drain'],
    ['0.25.0', 'not in the minimesosFile; ends 1 task: web'],
    ['1.9.0', 'not in the minimesosFile; ends 1 task: web'],
  ])('is not drained by a master that knows no drain, and that is said: %s', (version, cause) => {
    const observed = { ...running('web'), mesos: masterOf(version) };
    expect(stepOf('drain', 'agent-1', observed, smaller).cause).toBe(cause);
  });

  it('goes with the whole cluster in few words', () => {
    const nothing = nothingOf(desired.cluster);
    expect(stepOf('remove', 'agent-1', running('web'), nothing)).toMatchObject({
      cause: expect.stringContaining('the cluster goes'),
      volume: 'remove',
    });
  });

  it('keeps its work directory where it comes back', () => {
    const changed = desiredFrom({ ...spec, agents: spec.agents.map((each) => ({ ...each, env: { A: '1' } })) });
    expect(stepOf('remove', 'agent-1', running('web'), changed)).toMatchObject({
      cause: 'A added; ends 1 task: web',
      volume: 'keep',
    });
  });
});

describe('a step', () => {
  const contained = (over: object) => (each: ObservedComponent) => ({
    ...each,
    container: each.container && { ...each.container, ...over },
  });

  it('L23 says where a container stands amiss, or why it does not run', () => {
    const off = hurt(world, 'agent-1', contained({ ip: '' }));
    expect(stepOf('start', 'agent-1', off).cause).toBe('off its network');
    const ended = hurt(world, 'agent-1', contained({ ip: '', state: 'exited', exitCode: 137 }));
    expect(stepOf('start', 'agent-1', ended).cause).toBe('stopped with exit code 137');
  });

  it('L24 says what was waited for in vain', () => {
    const deaf = { ready: false, reason: 'http://172.30.4.65:5051/health does not answer' };
    const silent = hurt(world, 'agent-1', (each) => ({ ...each, readiness: deaf }));
    expect(stepOf('restart', 'agent-1', silent).cause).toBe(`${deaf.reason}, for too long`);
  });

  it('L23 says that a container was made by hand, whatever else differs', () => {
    const byHand = hurt(world, 'agent-1', contained({ image: 'busybox:latest', byHand: true, hash: 'another' }));
    expect(stepOf('remove', 'agent-1', byHand)).toMatchObject({
      cause: 'made by hand from image busybox:latest',
      volume: 'keep',
    });
  });
});

describe('a reason', () => {
  const [zookeeper] = match(desired.components, world.components);

  it('of one that backs off or failed is what went wrong, and for whom it waits besides', () => {
    if (!zookeeper) throw new Error('there is no ZooKeeper');
    const because = (phase: 'backoff' | 'failed', before?: string, waitsFor?: string) =>
      reasonFor(phase, zookeeper, contextOf(world, desired), before, waitsFor);
    expect(because('backoff', 'stopped with exit code 1')).toBe('stopped with exit code 1');
    expect(because('backoff', 'stopped with exit code 1', 'master-0')).toBe(
      'stopped with exit code 1; waits for master-0',
    );
    expect(because('failed')).toBe('failed');
  });

  it('L24 of one that is not ready names who is to blame', () => {
    const silent = ['zookeeper-0', 'master-0', 'agent-0'].reduce(
      (all, id) => hurt(all, id, (each) => ({ ...each, readiness: { ready: false, reason: 'does not answer' } })),
      world,
    );
    const { components } = plan(desired, silent, NO_MEMORY);
    const told = components.map(({ id, reason, suffers }) => [id, reason, suffers]);
    expect(told).toEqual([
      ['zookeeper-0', 'does not answer', true],
      ['master-0', 'does not answer; waits for zookeeper-0', false],
      ['agent-0', 'does not answer; waits for master-0', false],
      ['agent-1', expect.any(String), false],
    ]);
  });
});

describe('L26 in a paused cluster', () => {
  const paused = (observed: Observed): Observed => ({ ...observed, pausedSince: '2026-11-22T00:00:00Z' });

  it('there is no step, and each reason says what would be done', () => {
    const { steps, components } = plan(smaller, paused(running('web')), NO_MEMORY);
    expect(steps).toEqual([]);
    expect(components.at(-1)).toMatchObject({
      phase: 'ready',
      reason: 'not done while paused: drain, not in the minimesosFile; ends 1 task: web',
    });
    expect(plan(desired, paused(NOTHING), NO_MEMORY).steps).toEqual([]);
  });

  it('whoever is as it should be is as it is', () => {
    const { components } = plan(desired, paused(world), NO_MEMORY);
    expect(components.map(({ phase }) => phase)).toEqual(['ready', 'ready', 'ready', 'ready']);
  });

  it('the cluster may go all the same', () => {
    const { steps } = plan(nothingOf(desired.cluster), paused(world), NO_MEMORY);
    expect(steps.map(({ verb }) => verb)).toEqual(['remove', 'remove', 'remove', 'remove']);
  });
});
