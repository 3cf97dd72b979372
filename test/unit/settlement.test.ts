import { describe, expect, it } from 'vitest';
import { nothingOf } from '../../src/desired.js';
import type { Observed, Phase } from '../../src/model.js';
import { type Memory, NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { settlement } from '../../src/settlement.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt } from '../support/worlds.js';

const desired = desiredFrom(clusterSpec({ agents: ['a', 'b'].map((name) => agentSpec({ name })) }));
const world = converged(desired);

const silent = (observed: Observed, id: string) =>
  hurt(observed, id, (each) => ({ ...each, readiness: { ready: false, reason: 'does not answer' } }));

function remembering(phases: Record<string, Phase>): Memory {
  const components = Object.entries(phases).map(([id, phase]) => [id, { phase, attempts: 1, failedHash: hashOf(id) }]);
  return { ...NO_MEMORY, components: new Map(components as [string, { phase: Phase; attempts: number }][]) };
}
const hashOf = (id: string) => world.components.find((each) => each.id === id)?.container?.hash;

function settled(observed: Observed, { wanted = desired, memory = NO_MEMORY, running = 0 } = {}) {
  return settlement({ desired: wanted, observed, ...plan(wanted, observed, memory) }, running);
}

describe('a cluster has converged', () => {
  it('when all that is wanted is there and ready', () => {
    expect(settled(world)).toBe('converged');
  });

  it('when nothing is wanted and nothing is left', () => {
    const wanted = nothingOf(desired.cluster);
    expect(settled({ components: [], images: new Set() }, { wanted })).toBe('converged');
  });
});

describe('a cluster is moving', () => {
  it('while a step is to be done, or under way', () => {
    expect(settled(hurt(world, 'agent-1', exited(1)))).toBe('moving');
    expect(settled(world, { running: 1 })).toBe('moving');
  });

  it('while something may become ready by itself', () => {
    expect(settled(silent(world, 'agent-1'))).toBe('moving');
    expect(settled(silent(world, 'master-0'), { memory: remembering({ 'master-0': 'ready' }) })).toBe('moving');
  });

  it('while a step is tried again', () => {
    const stopped = hurt(world, 'agent-1', exited(1));
    expect(settled(stopped, { memory: remembering({ 'agent-1': 'backoff' }) })).toBe('moving');
  });

  it('while an old container serves on, though all are ready and no step is due', () => {
    const stale = hurt(world, 'agent-1', (each) => ({
      ...each,
      container: each.container && { ...each.container, hash: 'of another spec' },
    }));
    const components = plan(desired, world, NO_MEMORY).components.map((each) => ({
      ...each,
      observed: stale.components.find(({ id }) => id === each.id),
    }));
    expect(components.every(({ phase }) => phase === 'ready')).toBe(true);
    expect(settlement({ desired, observed: stale, components, steps: [] }, 0)).toBe('moving');
  });

  it('while what is not wanted is there, were it only the network', () => {
    const wanted = nothingOf(desired.cluster);
    expect(settled(world, { wanted })).toBe('moving');
    expect(settled({ ...world, components: [] }, { wanted })).toBe('moving');
  });
});

describe('L21 a cluster is stuck', () => {
  const failed = (id: string) => ({ memory: remembering({ [id]: 'failed' }) });

  it('when a component failed and the others are as they should be', () => {
    expect(settled(hurt(world, 'agent-1', exited(1)), failed('agent-1'))).toBe('stuck');
  });

  it('when all that is not ready waits for one that failed, be it through another', () => {
    const masterless = ['agent-0', 'agent-1'].reduce(silent, hurt(world, 'master-0', exited(1)));
    expect(settled(masterless, failed('master-0'))).toBe('stuck');
    const keeperless = silent(masterless, 'master-0');
    const stopped = hurt(keeperless, 'zookeeper-0', exited(1));
    const running = hurt(stopped, 'master-0', (each) => ({
      ...each,
      container: each.container && { ...each.container, state: 'running' },
    }));
    expect(settled(running, failed('zookeeper-0'))).toBe('stuck');
  });

  it('but not while another is on its way', () => {
    const both = silent(hurt(world, 'agent-1', exited(1)), 'agent-0');
    expect(settled(both, failed('agent-1'))).toBe('moving');
  });
});
