import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/components/lifecycle.js';
import { nothingOf } from '../../../src/desired.js';
import type { Desired, Kind, Observed, ObservedComponent, ObservedContainer } from '../../../src/model.js';
import { isStale } from '../../../src/plan/causes.js';
import { type Context, factsOf, heldBy, placeOf } from '../../../src/plan/facts.js';
import { type Match, match } from '../../../src/plan/match.js';
import { NO_MEMORY, type Recollection } from '../../../src/plan/memory.js';
import { standingOf } from '../../../src/plan/standing.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt, NOTHING } from '../../support/worlds.js';

const network = { id: '6f1d', name: 'minimesos-c0ffee0000', subnet: '172.30.4.0/22', gateway: '172.30.4.1' };
const spec = clusterSpec({ agents: [agentSpec(), agentSpec()], registrator: { env: {} } });
const desired = desiredFrom(spec);
const world: Observed = {
  ...converged(desired, { ...NOTHING, network }),
  mesos: { version: '1.11.0', agents: 2, address: '172.30.4.10:5050' },
};

const contained = (over: Partial<ObservedContainer>) => (each: ObservedComponent) => ({
  ...each,
  container: each.container && { ...each.container, ...over },
});

function matchOf(id: string, observed = world, wanted = desired): Match {
  const found = match(wanted.components, observed.components).find((each) => each.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
}

function contextOf(observed = world, wanted: Desired = desired, policy = DEFAULT_POLICY): Context {
  const standing = standingOf(match(wanted.components, observed.components), NO_MEMORY, policy, observed.network);
  return { desired: wanted, observed, memory: NO_MEMORY, policy, standing, lastApp: undefined, lacksImage: undefined };
}

function facts(id: string, observed = world, before?: Partial<Recollection>, wanted = desired): Facts {
  const remembered = before && { phase: 'ready' as const, ...before };
  return factsOf(matchOf(id, observed, wanted), contextOf(observed, wanted), remembered);
}

describe('a container is stale', () => {
  const stale = (over: Partial<ObservedContainer>) => {
    const observed = hurt(world, 'agent-1', contained(over));
    return isStale(matchOf('agent-1', observed), observed.network);
  };

  it('when it was made from another spec, or from another image by hand', () => {
    expect(stale({})).toBe(false);
    expect(stale({ hash: 'another' })).toBe(true);
    expect(stale({ byHand: true })).toBe(true);
  });

  it('when the engine cannot start it again', () => {
    expect(stale({ state: 'dead' })).toBe(true);
    expect(stale({ state: 'exited', network: 'another' })).toBe(true);
    expect(stale({ state: 'exited', network: network.id })).toBe(false);
    expect(stale({ state: 'running', network: 'another' })).toBe(false);
  });

  it('never when it is not wanted', () => {
    expect(isStale({ ...matchOf('agent-1'), desired: undefined }, world.network)).toBe(false);
  });
});

describe('L27 an agent has something to drain', () => {
  const busy = hurt(world, 'agent-1', (each) => ({ ...each, agentId: 'S1', tasks: ['web'] }));
  const idle = hurt(world, 'agent-1', (each) => ({ ...each, agentId: 'S1', tasks: [] }));
  const smaller = desiredFrom({ ...spec, agents: [agentSpec()] });

  it('when it goes for good and its master knows it, whatever it runs', () => {
    for (const observed of [busy, idle]) expect(facts('agent-1', observed, {}, smaller).mustDrain).toBe(true);
  });

  it('when it comes back, only where it has tasks', () => {
    expect([facts('agent-1', busy).mustDrain, facts('agent-1', idle).mustDrain]).toEqual([true, false]);
  });

  it('once for each of its containers', () => {
    const drained = busy.components.find(({ id }) => id === 'agent-1')?.container?.id;
    expect(facts('agent-1', busy, { drained }).mustDrain).toBe(false);
    expect(facts('agent-1', busy, { drained: 'the one before' }).mustDrain).toBe(true);
  });

  it('never when the whole cluster goes, no master leads, or it does not run', () => {
    expect(facts('agent-1', busy, {}, nothingOf(desired.cluster)).mustDrain).toBe(false);
    expect(facts('agent-1', { ...busy, mesos: undefined }, {}, smaller).mustDrain).toBe(false);
    expect(facts('agent-1', hurt(busy, 'agent-1', exited(1)), {}, smaller).mustDrain).toBe(false);
    expect(facts('agent-1', world, {}, smaller).mustDrain).toBe(false);
  });
});

describe('L23 a container is out of place', () => {
  const at = (id: string, over: Partial<ObservedContainer>) => {
    const observed = hurt(world, id, contained(over));
    return placeOf(matchOf(id, observed), observed);
  };

  it('off its network, at another address, or without one of its names', () => {
    expect(at('master-0', { ip: '' })).toBe('off its network');
    expect(at('master-0', { ip: '172.30.4.9' })).toBe('its address is 172.30.4.9, not 172.30.4.10');
    expect(at('master-0', { aliases: ['minimesos-master'] })).toBe('nobody finds it as master-0');
    expect(at('master-0', { aliases: [] })).toBe('nobody finds it as master-0, minimesos-master');
  });

  it('but not where it stands as it should, has more names, or nobody asked for them', () => {
    for (const aliases of [undefined, ['minimesos-master', 'master-0', 'mine']]) {
      expect(at('master-0', { aliases })).toBeUndefined();
    }
  });

  it('only while it runs, and never on the host’s network', () => {
    expect(at('master-0', { ip: '', state: 'exited' })).toBeUndefined();
    expect(at('master-0', { ip: '', state: 'paused' })).toBeUndefined();
    const custom = desiredFrom({ ...spec, distribution: 'custom' });
    expect(placeOf(matchOf('registrator-0', converged(custom), custom), world)).toBeUndefined();
  });
});

describe('L24 a component that has not answered for some time', () => {
  const having = (kind: Kind, sufferedMs: number, more: Partial<Recollection> = {}) => {
    const memory = { unreadyMs: sufferedMs, sufferedMs, proven: true, ...more };
    const { ailing, hopeless, overdue } = facts(`${kind}-0`, world, memory);
    return { ailing, hopeless, overdue };
  };

  it.each(['zookeeper', 'master', 'agent', 'registrator'] as const)(
    'is ailing, then hopeless, by its kind: %s',
    (kind) => {
      const { degradedAfterMs, restartAfterMs } = DEFAULT_POLICY.kinds[kind];
      expect(having(kind, degradedAfterMs - 1)).toMatchObject({ ailing: false, hopeless: false });
      expect(having(kind, degradedAfterMs)).toMatchObject({ ailing: true, hopeless: false });
      expect(having(kind, restartAfterMs - 1)).toMatchObject({ ailing: true, hopeless: false });
      expect(having(kind, restartAfterMs)).toMatchObject({ ailing: true, hopeless: true });
    },
  );

  it('is hopeless later where it never was ready, and where a restart was of no use; never later than the deadline', () => {
    const { restartAfterMs } = DEFAULT_POLICY.kinds.agent;
    const { progressDeadlineMs } = DEFAULT_POLICY;
    expect(having('agent', progressDeadlineMs - 1, { proven: false }).hopeless).toBe(false);
    expect(having('agent', progressDeadlineMs, { proven: false }).hopeless).toBe(true);
    expect(having('agent', restartAfterMs * 4 - 1, { restarts: 2 }).hopeless).toBe(false);
    expect(having('agent', restartAfterMs * 4, { restarts: 2 }).hopeless).toBe(true);
    expect(having('agent', progressDeadlineMs, { restarts: 20 }).hopeless).toBe(true);
  });

  it('is ailing, but not hopeless, while it waits for another', () => {
    expect(having('agent', 0, { unreadyMs: 600_000 })).toMatchObject({ ailing: true, hopeless: false });
  });

  it('L25 is not hopeless but overdue in the end where it was made from a spec with which it never was ready', () => {
    const trial = { onTrial: true };
    const { progressDeadlineMs } = DEFAULT_POLICY;
    expect(having('agent', progressDeadlineMs - 1, trial)).toMatchObject({ hopeless: false, overdue: false });
    expect(having('agent', progressDeadlineMs, trial)).toMatchObject({ hopeless: false, overdue: true });
    expect(having('agent', progressDeadlineMs)).toMatchObject({ hopeless: true, overdue: false });
  });

  it('is as well as any where nobody remembers it', () => {
    expect(facts('agent-0')).toMatchObject({ ailing: false, hopeless: false, relapsed: false, resting: false });
  });
});

describe('a change', () => {
  const stale = (ids: string[], from = world) =>
    ids.reduce((all, id) => hurt(all, id, contained({ hash: 'another' })), from);

  it('L12 begins when all its images are there: everybody waits for the first who lacks one', () => {
    const observed = stale(['agent-0', 'agent-1']);
    const context = { ...contextOf(observed), lacksImage: 'agent-1' };
    expect(heldBy(matchOf('agent-0', observed), context)).toBe('agent-1');
    expect(heldBy(matchOf('agent-1', observed), context)).toBeUndefined();
    expect(factsOf(matchOf('agent-0', observed), context, undefined).mayReplace).toBe(false);
  });

  it('takes away as many of a kind at once as its policy allows', () => {
    const observed = stale(['agent-0', 'agent-1']);
    const two = {
      ...DEFAULT_POLICY,
      kinds: { ...DEFAULT_POLICY.kinds, agent: { ...DEFAULT_POLICY.kinds.agent, maxUnavailable: 2 } },
    };
    const may = (policy = DEFAULT_POLICY) => {
      const context = contextOf(observed, desired, policy);
      return ['agent-0', 'agent-1'].map((id) => {
        const { mayReplace } = factsOf(matchOf(id, observed), context, undefined);
        if (mayReplace) context.standing.takeAway(id);
        return mayReplace;
      });
    };
    expect(may()).toEqual([true, false]);
    expect(may(two)).toEqual([true, true]);
  });

  it('of a container that has stopped waits for nobody', () => {
    const observed = hurt(stale(['agent-1'], hurt(world, 'agent-0', exited(1))), 'agent-1', exited(1));
    expect(facts('agent-1', observed).mayReplace).toBe(true);
  });

  it('of the file makes another spec of what failed', () => {
    const hash = matchOf('agent-0').desired?.hash;
    expect(facts('agent-0', world, { failedHash: hash }).changed).toBe(false);
    expect(facts('agent-0', world, { failedHash: 'another' }).changed).toBe(true);
  });
});
