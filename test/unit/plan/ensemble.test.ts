/** Who comes, goes and is replaced before whom, where several decide by majority. */

import { describe, expect, it } from 'vitest';
import type { Observed, ObservedComponent } from '../../../src/model.js';
import { forecast } from '../../../src/plan/forecast.js';
import { type Memory, NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import type { ClusterSpec } from '../../../src/spec.js';
import { clusterSpec, converged, desiredFrom, exited, hurt, lines, NOTHING } from '../../support/worlds.js';

const sized = (zookeepers: number, masters: number, over: Partial<ClusterSpec> = {}) =>
  desiredFrom(
    clusterSpec({
      zookeeper: { env: {}, instances: zookeepers },
      master: { env: {}, instances: masters, authenticate: false, aclJson: null },
      ...over,
    }),
  );
const three = sized(3, 3);
const newer = sized(3, 3, { mesosVersion: '1.11.0' });
const tuned = sized(3, 3, { zookeeper: { env: { JVMFLAGS: '-Xmx1g' }, instances: 3 } });

const leading = (each: ObservedComponent) => ({ ...each, readiness: { ready: true, reason: 'leads', leads: true } });
const silent = (each: ObservedComponent) => ({ ...each, readiness: { ready: false, reason: 'does not answer' } });

/** Each of these leads its kind. */
const led = (world: Observed, ...ids: string[]) => ids.reduce((now, id) => hurt(now, id, leading), world);
const without = (world: Observed, ...ids: string[]) => ({
  ...world,
  components: world.components.filter(({ id }) => !ids.includes(id)),
});
const before = (...phases: [string, 'ready' | 'degraded'][]): Memory => ({
  ...NO_MEMORY,
  components: new Map(phases.map(([id, phase]) => [id, { phase }])),
});
const of = (kind: string, steps: { verb: string; component: string }[]) =>
  lines(steps).filter((line) => line.includes(` ${kind}-`));

const pass = (desired: typeof three, world: Observed, memory = NO_MEMORY) => {
  const planned = plan(desired, world, memory);
  const waits = Object.fromEntries(planned.components.map(({ id, waitsFor }) => [id, waitsFor]));
  return { steps: lines(planned.steps), waits };
};

const replaced = (...ids: string[]) => ids.flatMap((id) => [`remove ${id}`, `create ${id}`]);

describe('a roll of an ensemble', () => {
  it.each([
    ['master-0', ['master-1', 'master-2', 'master-0']],
    ['master-1', ['master-0', 'master-2', 'master-1']],
    ['master-2', ['master-0', 'master-1', 'master-2']],
  ])('L34 takes the followers first, one after the other, and the leader last: %s', (leader, order) => {
    const { steps } = forecast(newer, led(converged(three), leader));
    expect(of('master', steps)).toEqual(replaced(...order));
  });

  it('L34 takes the ZooKeepers in the same way, before the masters', () => {
    const world = led(converged(three), 'zookeeper-1', 'master-0');
    const both = sized(3, 3, { mesosVersion: '1.11.0', zookeeper: { env: { A: 'b' }, instances: 3 } });
    expect(lines(forecast(both, world).steps).slice(0, 12)).toEqual([
      ...replaced('zookeeper-0', 'zookeeper-2', 'zookeeper-1'),
      ...replaced('master-1', 'master-2', 'master-0'),
    ]);
  });

  it('L34 takes the first in order last where nobody is known to lead', () => {
    expect(of('zookeeper', forecast(tuned, converged(three)).steps)).toEqual(
      replaced('zookeeper-1', 'zookeeper-2', 'zookeeper-0'),
    );
  });

  it('L34 takes nobody who serves while another one does not', () => {
    const world = led(converged(three), 'master-0');
    expect(pass(newer, hurt(world, 'master-1', silent)).steps).toEqual(['remove master-1']);
    const known = before(['master-1', 'ready'], ['master-2', 'degraded']);
    const leaderless = ['master-0', 'master-1', 'master-2'].reduce((now, id) => hurt(now, id, silent), world);
    const { steps } = pass(newer, leaderless, known);
    expect(steps).toEqual(['remove master-0']);
    const step = { verb: 'create' as const, component: 'master-1', cause: '' };
    const underWay = { ...NO_MEMORY, running: new Map([['master-1', step]]) };
    expect(pass(newer, hurt(world, 'master-1', silent), underWay)).toMatchObject({
      steps: [],
      waits: { 'master-0': 'master-1', 'master-2': 'master-1' },
    });
  });

  it('L34 takes no leader before each follower is of the new spec and ready', () => {
    const done = led(without(converged(newer), 'master-0'), 'master-2');
    const old = led(converged(three), 'master-0').components.filter(({ id }) => id === 'master-0');
    const world = { ...done, components: [...done.components, ...old] };
    const [ready, unready] = [led(world, 'master-0'), hurt(led(world, 'master-0'), 'master-1', silent)];
    expect(pass(newer, ready).steps).toEqual(['remove master-0']);
    expect(pass(newer, unready)).toMatchObject({ steps: [], waits: { 'master-0': 'master-1' } });
  });

  it('L34 takes those that never served one after the other, without a majority to wait for', () => {
    const world = ['zookeeper-0', 'zookeeper-1', 'zookeeper-2'].reduce(
      (now, id) => hurt(now, id, silent),
      converged(three),
    );
    expect(pass(tuned, world).steps).toEqual(['remove zookeeper-0']);
    const [replacedOne] = converged(tuned).components;
    const later = {
      ...world,
      components: world.components.map((each, at) => (at === 0 ? silent(replacedOne ?? each) : each)),
    };
    expect(pass(tuned, later).steps).toEqual(['remove zookeeper-1']);
  });
});

describe('an ensemble', () => {
  it('L35 serves those that need it as long as one of it is ready', () => {
    const world = without(led(converged(three), 'zookeeper-0', 'master-0'), 'agent-0');
    const hurtWorld = hurt(hurt(world, 'zookeeper-2', exited(1)), 'master-2', silent);
    expect(pass(three, hurtWorld).steps).toContain('create agent-0');
    const down = ['zookeeper-0', 'zookeeper-1', 'zookeeper-2'].reduce((now, id) => hurt(now, id, exited(1)), world);
    expect(pass(three, down)).toMatchObject({ waits: { 'agent-0': 'zookeeper-0' } });
  });

  it('L35 is made at once where there is none', () => {
    const { steps } = forecast(three, NOTHING);
    expect(of('zookeeper', steps).slice(1)).toEqual(['create zookeeper-0', 'create zookeeper-1', 'create zookeeper-2']);
    const real = sized(3, 3, { distribution: 'custom' });
    const { network, images } = converged(real);
    const empty = { ...NOTHING, network, images };
    expect(pass(real, empty).steps).toEqual(['create zookeeper-0', 'create zookeeper-1', 'create zookeeper-2']);
  });
});

describe('one that becomes several', () => {
  it('L36 is made anew before the others come, and keeps its data', () => {
    const { steps } = forecast(three, led(converged(sized(1, 1)), 'master-0'));
    const ensemble = (kind: string) => [...replaced(`${kind}-0`), `create ${kind}-1`, `create ${kind}-2`];
    expect(of('zookeeper', steps)).toEqual(ensemble('zookeeper'));
    expect(of('master', steps)).toEqual(ensemble('master'));
    expect(steps.find(({ component, verb }) => component === 'zookeeper-0' && verb === 'remove')?.volume).toBe('keep');
  });

  it('L36 has never so many ZooKeepers without data that these would be a majority', () => {
    const real = sized(3, 3, { distribution: 'custom' });
    const alone = hurt(without(converged(real), 'zookeeper-1', 'zookeeper-2'), 'zookeeper-0', silent);
    const first = pass(real, alone);
    expect(first.steps).toContain('create zookeeper-1');
    expect(first.steps).not.toContain('create zookeeper-2');
    const two = hurt(hurt(without(converged(real), 'zookeeper-2'), 'zookeeper-0', silent), 'zookeeper-1', silent);
    expect(pass(real, two)).toMatchObject({ steps: [], waits: { 'zookeeper-2': 'zookeeper-0' } });
    expect(pass(real, without(converged(real), 'zookeeper-2')).steps).toEqual(['create zookeeper-2']);
  });

  it('L36 has the simulated ZooKeeper that stores for all, whatever the others wait for', () => {
    const relays = ['zookeeper-1', 'zookeeper-2'].reduce((now, id) => hurt(now, id, silent), converged(three));
    expect(pass(three, without(relays, 'zookeeper-0')).steps).toContain('create zookeeper-0');
  });

  it('L36 has the new ZooKeepers before the old ones are replaced, and the old masters replaced before the new ones', () => {
    const { steps } = forecast(sized(5, 5), led(converged(three), 'zookeeper-0', 'master-0'));
    expect(of('zookeeper', steps).slice(0, 2)).toEqual(['create zookeeper-3', 'create zookeeper-4']);
    expect(of('master', steps).slice(-2)).toEqual(['create master-3', 'create master-4']);
  });

  it('L36 has one that is missing from an ensemble back at once', () => {
    expect(pass(sized(3, 5), without(converged(three), 'master-1')).steps).toContain('create master-1');
  });
});

describe('several that become one', () => {
  const one = sized(1, 1);

  it('L36 go one after the other, the leader last, before the one that stays is replaced', () => {
    const { steps } = forecast(one, led(converged(three), 'zookeeper-1', 'master-2'));
    expect(of('zookeeper', steps)).toEqual(['remove zookeeper-2', 'remove zookeeper-1', ...replaced('zookeeper-0')]);
    expect(of('master', steps)).toEqual(['remove master-1', 'remove master-2', ...replaced('master-0')]);
  });

  it('L36 stay as long as the one that is to stay does not serve', () => {
    const world = hurt(led(converged(three), 'zookeeper-2', 'master-2'), 'master-0', exited(1));
    const { steps, waits } = pass(one, world);
    expect(steps.filter((line) => line.includes('master'))).toEqual(['remove master-0']);
    expect(waits).toMatchObject({ 'master-1': 'master-0', 'master-2': 'master-0' });
  });

  it('L36 go at once where they do not serve, and where the whole cluster goes', () => {
    const world = hurt(led(converged(three), 'zookeeper-1', 'master-0'), 'master-2', exited(1));
    expect(pass(one, world).steps).toContain('remove master-2');
    const { steps } = pass({ ...one, components: [] }, converged(three));
    expect(steps.filter((line) => /zookeeper|master/.test(line))).toHaveLength(6);
  });

  it('L36 wait for the one that is on its way out', () => {
    const world = led(converged(three), 'zookeeper-1', 'master-0');
    const going = hurt(world, 'master-2', silent);
    const step = { verb: 'remove' as const, component: 'master-2', cause: '' };
    const { steps } = pass(one, going, { ...NO_MEMORY, running: new Map([['master-2', step]]) });
    expect(steps.filter((line) => line.includes('master'))).toEqual([]);
  });

  it('L36 leave no registry behind for an ensemble to come', () => {
    const { steps, observed } = forecast(one, led(converged(three), 'master-0'));
    expect(steps.find(({ component }) => component === 'master-0')).toMatchObject({ verb: 'remove', volume: 'remove' });
    expect(observed.components.filter(({ kind, volume }) => kind === 'master' && volume)).toEqual([]);
  });
});
