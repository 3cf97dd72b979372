import { describe, expect, it } from 'vitest';
import { nothingOf } from '../../src/desired.js';
import { type Desired, NETWORK, type Observed, type Phase } from '../../src/model.js';
import { type Memory, NO_MEMORY, type Recollection } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { settlement } from '../../src/settlement.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt } from '../support/worlds.js';

const desired = desiredFrom(clusterSpec({ agents: ['a', 'b'].map((name) => agentSpec({ name })) }));
const world = converged(desired);

const silent = (observed: Observed, id: string) =>
  hurt(observed, id, (each) => ({ ...each, readiness: { ready: false, reason: 'does not answer' } }));

function remembering(phases: Record<string, Phase>, more: Partial<Recollection> = {}): Memory {
  const components = Object.entries(phases).map(
    ([id, phase]) => [id, { phase, failedHash: hashOf(id), ...more }] as const,
  );
  return { ...NO_MEMORY, components: new Map(components) };
}
const hashOf = (id: string) => world.components.find((each) => each.id === id)?.container?.hash;

/** As the controller asks: the steps of the pass are under way. */
function settled(
  observed: Observed,
  { wanted = desired, memory = NO_MEMORY }: { wanted?: Desired; memory?: Memory } = {},
) {
  const pass = { desired: wanted, observed, ...plan(wanted, observed, memory) };
  const running = new Map([...memory.running, ...pass.steps.map((step) => [step.component, step] as const)]);
  return settlement(pass, running);
}
const underWay = (...ids: string[]) =>
  new Map(ids.map((component) => [component, { verb: 'start' as const, component, cause: '' }]));

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
  it('while something may become ready by itself', () => {
    expect(settled(silent(world, 'agent-1'))).toBe('moving');
    expect(settled(silent(world, 'master-0'), { memory: remembering({ 'master-0': 'ready' }) })).toBe('moving');
  });

  it('while something may become ready by itself and a step is under way elsewhere', () => {
    const memory = { ...NO_MEMORY, running: underWay('agent-0') };
    expect(settled(silent(world, 'agent-1'), { memory })).toBe('moving');
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
    expect(settlement({ desired, observed: stale, components, steps: [] }, new Map())).toBe('moving');
  });
});

describe('a cluster is stepping', () => {
  it('while all that is to come waits for steps that are under way', () => {
    expect(settled(hurt(world, 'agent-1', exited(1)))).toBe('stepping');
    expect(settled(world, { memory: { ...NO_MEMORY, running: underWay('agent-1') } })).toBe('stepping');
  });

  it('while what is not wanted is there, were it only the network', () => {
    const wanted = nothingOf(desired.cluster);
    expect(settled(world, { wanted })).toBe('stepping');
    expect(settled({ ...world, components: [] }, { wanted })).toBe('stepping');
  });
});

describe('L22 a cluster is resting', () => {
  const resting = { resting: true };
  const stopped = hurt(world, 'agent-1', exited(1));

  it('while all that is not ready waits for a pause to be over', () => {
    expect(settled(stopped, { memory: remembering({ 'agent-1': 'backoff' }, resting) })).toBe('resting');
    const masterless = ['agent-0', 'agent-1'].reduce(silent, hurt(world, 'master-0', exited(1)));
    expect(settled(masterless, { memory: remembering({ 'master-0': 'backoff' }, resting) })).toBe('resting');
  });

  it('also where another has failed', () => {
    const both = hurt(stopped, 'agent-0', exited(1));
    expect(settled(both, { memory: remembering({ 'agent-0': 'failed', 'agent-1': 'backoff' }, resting) })).toBe(
      'resting',
    );
  });

  it('but not while another is on its way', () => {
    const memory = remembering({ 'agent-1': 'backoff' }, resting);
    expect(settled(silent(stopped, 'agent-0'), { memory })).toBe('moving');
  });

  it('while the network that is to go cannot be removed for a moment', () => {
    const memory = { ...NO_MEMORY, components: new Map([[NETWORK, { phase: 'absent' as const, resting: true }]]) };
    expect(settled({ ...world, components: [] }, { wanted: nothingOf(desired.cluster), memory })).toBe('resting');
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

  it('L26 when it is paused and something is to be done', () => {
    const paused = (observed: Observed) => ({ ...observed, pausedSince: '2026-11-22T00:00:00Z' });
    expect(settled(paused(hurt(world, 'agent-1', exited(1))))).toBe('stuck');
    expect(settled(paused(world))).toBe('converged');
    expect(settled(paused(world), { wanted: nothingOf(desired.cluster) })).toBe('stepping');
  });

  it('but not while another is on its way', () => {
    const both = silent(hurt(world, 'agent-1', exited(1)), 'agent-0');
    expect(settled(both, failed('agent-1'))).toBe('moving');
  });
});
