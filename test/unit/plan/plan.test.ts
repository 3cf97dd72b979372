import { describe, expect, it } from 'vitest';
import { nothingOf } from '../../../src/desired.js';
import { forecast } from '../../../src/plan/forecast.js';
import { NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import {
  agentSpec,
  clusterSpec,
  converged,
  desiredFrom,
  exited,
  hurt,
  lines,
  NOTHING,
  resources,
} from '../../support/worlds.js';

const stepsOf = (spec: Parameters<typeof desiredFrom>[0], world: Parameters<typeof forecast>[1]) =>
  forecast(desiredFrom(spec), world).steps;

const racks = ['a', 'b', 'c', 'd', 'e'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const five = clusterSpec({ agents: racks });
const withAgents = (agents: typeof racks) => clusterSpec({ agents });

describe('a converged cluster', () => {
  it('L3 has nothing left to plan', () => {
    expect(stepsOf(five, converged(desiredFrom(five)))).toEqual([]);
  });

  it('L4 is not touched when only a knob of the controller changes', () => {
    expect(stepsOf({ ...five, timeout: 5 }, converged(desiredFrom(five)))).toEqual([]);
  });

  it('L4 is not touched when the simulator is built anew', () => {
    const world = converged(desiredFrom(five));
    const desired = desiredFrom(five);
    const rebuilt = {
      ...desired,
      components: desired.components.map((each) => ({ ...each, image: 'minimesos/simulator:new' })),
    };
    expect(forecast(rebuilt, world).steps).toEqual([]);
  });
});

describe('a cold start', () => {
  it('L9 makes the network first, pulls each image once, and ends with every component', () => {
    const steps = stepsOf(clusterSpec({ marathon: { env: {}, cmd: '--master x', apps: [] } }), NOTHING);
    expect(lines(steps)).toEqual([
      'create network',
      'pull zookeeper-0',
      'create zookeeper-0',
      'create master-0',
      'create agent-0',
      'create marathon-0',
    ]);
  });

  it('L10 creates master and agents side by side as soon as ZooKeeper runs', () => {
    const desired = desiredFrom(five);
    const world = converged(desired);
    const starting = {
      ...world,
      components: world.components
        .filter(({ kind }) => kind === 'zookeeper')
        .map((each) => ({ ...each, readiness: { ready: false, reason: 'starting' } })),
    };
    expect(lines(plan(desired, starting, NO_MEMORY).steps)).toEqual([
      'create master-0',
      'create agent-0',
      'create agent-1',
      'create agent-2',
      'create agent-3',
      'create agent-4',
    ]);
  });
});

describe('scaling agents', () => {
  it('L5 creates just the new ones', () => {
    const three = withAgents(racks.slice(0, 3));
    expect(lines(stepsOf(five, converged(desiredFrom(three))))).toEqual(['create agent-3', 'create agent-4']);
  });

  it('L5 removes exactly the agent whose block went, with its work directory', () => {
    const world = converged(desiredFrom(five));
    const steps = stepsOf(withAgents(racks.filter((_, at) => at !== 1)), world);
    expect(steps).toEqual([
      { verb: 'remove', component: 'agent-1', cause: 'not in the minimesosFile', volume: 'remove' },
    ]);
  });

  it('L5 gives a new agent the number of the one that went', () => {
    const world = converged(desiredFrom(withAgents(racks.filter((_, at) => at !== 1))), converged(desiredFrom(five)));
    expect(lines(stepsOf(five, world))).toEqual(['create agent-1']);
  });
});

describe('a changed agent', () => {
  const world = converged(desiredFrom(five));
  const changed = (change: Partial<(typeof racks)[0]>) =>
    stepsOf(withAgents(racks.map((each, at) => (at === 2 ? { ...each, ...change } : each))), world);

  it('L6 L7 is the only one replaced, and keeps its work directory when it gets more resources', () => {
    expect(changed({ resources: resources({ cpus: [{ role: '*', value: 8 }] }) })).toEqual([
      { verb: 'remove', component: 'agent-2', cause: 'MESOS_RESOURCES changed', volume: 'keep' },
      { verb: 'create', component: 'agent-2', cause: 'no container; its volume is kept' },
    ]);
  });

  it('L8 loses its work directory when it gets less, and the plan says why', () => {
    const [remove] = changed({ resources: resources({ cpus: [{ role: '*', value: 2 }] }) });
    expect(remove).toEqual({
      verb: 'remove',
      component: 'agent-2',
      cause: 'cpus(*) goes from 4 to 2: its work directory is reset, and Mesos gives it a new id',
      volume: 'remove',
    });
  });

  it.each([
    ['another attribute', { attributes: 'rack:z' }, 'attribute rack goes from c to z'],
    ['another port', { portNumber: 5052 }, 'port goes from 5051 to 5052'],
  ])('L8 loses its work directory with %s', (_what, change, cause) => {
    const [remove] = changed(change);
    expect(remove).toMatchObject({ volume: 'remove', cause: expect.stringContaining(cause) });
  });

  it('L8 is not recovered from by a real Mesos before 1.5, even with more', () => {
    const custom = { ...five, distribution: 'custom' };
    const more = { ...custom, agents: racks.map((each) => ({ ...each, attributes: `${each.attributes};ssd:1` })) };
    const steps = stepsOf(more, converged(desiredFrom(custom)));
    expect(steps.filter(({ verb }) => verb === 'remove').every(({ volume }) => volume === 'remove')).toBe(true);
    expect(
      stepsOf({ ...more, mesosVersion: '1.5' }, converged(desiredFrom({ ...custom, mesosVersion: '1.5' })))[0],
    ).toMatchObject({ volume: 'keep' });
  });
});

describe('agents changed at the same time', () => {
  it('keep their places in the forecast, whichever of them is made anew first', () => {
    const [a, , , d] = racks;
    const before = withAgents([
      agentSpec({ attributes: 'rack:a' }),
      agentSpec({ attributes: 'rack:c' }),
      d ?? agentSpec(),
    ]);
    const after = withAgents([
      a ?? agentSpec(),
      agentSpec({ attributes: 'rack:c;ssd:1' }),
      agentSpec({ attributes: 'rack:z' }),
    ]);
    const steps = stepsOf(after, converged(desiredFrom(before)));
    expect(steps.map(({ verb, component, volume }) => [verb, component, volume])).toEqual([
      ['remove', 'agent-1', 'keep'],
      ['create', 'agent-1', undefined],
      ['remove', 'agent-2', 'remove'],
      ['create', 'agent-2', undefined],
    ]);
  });

  it('keep the ids that Mesos lets them keep, though another is reset before', () => {
    const [a, b] = ['rack:a', 'rack:b'].map((attributes) => agentSpec({ attributes }));
    const before = withAgents([a ?? agentSpec(), b ?? agentSpec()]);
    const after = withAgents([agentSpec({ attributes: 'rack:z' }), agentSpec({ attributes: 'rack:b;ssd:1' })]);
    const steps = stepsOf(after, converged(desiredFrom(before)));
    expect(steps.filter(({ verb }) => verb === 'remove').map(({ component, volume }) => [component, volume])).toEqual([
      ['agent-0', 'remove'],
      ['agent-1', 'keep'],
    ]);
  });

  it('are who their blocks name them, and are made anew under another name', () => {
    const named = (...names: string[]) => withAgents(names.map((name) => agentSpec({ name })));
    const steps = stepsOf(named('y', 'x'), converged(desiredFrom(named('x', 'y'))));
    expect(steps).toEqual([]);
    const renamed = stepsOf(named('z'), converged(desiredFrom(named('x'))));
    expect(renamed).toEqual([
      { verb: 'remove', component: 'agent-0', cause: 'name changed', volume: 'keep' },
      { verb: 'create', component: 'agent-0', cause: 'no container; its volume is kept' },
    ]);
  });
});

describe('a version bump', () => {
  const world = converged(desiredFrom(five));
  const bumped = desiredFrom({ ...five, mesosVersion: '1.11.0' });

  it('L11 replaces every Mesos process, the master first and agents one at a time, and leaves ZooKeeper alone', () => {
    const steps = forecast(bumped, world).steps;
    expect(lines(steps)).toEqual(
      ['master-0', 'agent-0', 'agent-1', 'agent-2', 'agent-3', 'agent-4'].flatMap((id) => [
        `remove ${id}`,
        `create ${id}`,
      ]),
    );
    expect(steps.every(({ volume }) => volume !== 'remove')).toBe(true);
    expect(steps[0]?.cause).toBe('mesosVersion 1.0.0 → 1.11.0');
  });

  it('L11 waits with the agents until the new master leads', () => {
    const withMaster = converged(bumped, world).components.filter(({ kind }) => kind === 'master');
    const others = world.components.filter(({ kind }) => kind !== 'master');
    const notLeading = withMaster.map((each) => ({
      ...each,
      readiness: { ready: false, reason: 'no leader elected' },
    }));
    const { steps, components } = plan(bumped, { ...world, components: [...others, ...notLeading] }, NO_MEMORY);
    expect(steps).toEqual([]);
    expect(components.find(({ id }) => id === 'agent-0')).toMatchObject({ waitsFor: 'master-0' });
  });

  it('L11 takes no second agent while one is on its way back', () => {
    const masterDone = {
      ...world,
      components: world.components.map(
        (each) =>
          converged(bumped, world).components.find(({ id }) => id === each.id && each.kind === 'master') ?? each,
      ),
    };
    const oneAway = hurt(masterDone, 'agent-3', (each) => ({
      ...each,
      readiness: { ready: false, reason: 'not registered yet' },
    }));
    // The one that serves nobody may go; none that serves may.
    expect(lines(plan(bumped, oneAway, NO_MEMORY).steps)).toEqual(['remove agent-3']);
  });
});

describe('a hurt component', () => {
  const world = converged(desiredFrom(five));

  it('L13 is started again when it stopped', () => {
    expect(stepsOf(five, hurt(world, 'agent-1', exited(137)))).toEqual([
      { verb: 'start', component: 'agent-1', cause: 'stopped with exit code 137' },
    ]);
  });

  it('L14 L22 is left alone when it stops before it was ready', () => {
    const memory = { running: new Map(), components: new Map([['agent-1', { phase: 'starting' as const }]]) };
    const { steps, components } = plan(desiredFrom(five), hurt(world, 'agent-1', exited(1)), memory);
    expect(steps).toEqual([]);
    expect(components.find(({ id }) => id === 'agent-1')?.phase).toBe('backoff');
  });

  it('L16 is left to whoever runs its step', () => {
    const step = { verb: 'start' as const, component: 'agent-1', cause: 'stopped' };
    const memory = { running: new Map([['agent-1', step]]), components: new Map() };
    expect(plan(desiredFrom(five), hurt(world, 'agent-1', exited(137)), memory).steps).toEqual([]);
  });

  it('L15 is degraded once it was ready and no longer is for long', () => {
    const memory = {
      running: new Map(),
      components: new Map([['master-0', { phase: 'ready' as const, unreadyMs: 3_000 }]]),
    };
    const silent = hurt(world, 'master-0', (each) => ({
      ...each,
      readiness: { ready: false, reason: 'does not answer' },
    }));
    const { components } = plan(desiredFrom(five), silent, memory);
    expect(components.find(({ id }) => id === 'master-0')).toMatchObject({
      phase: 'degraded',
      reason: 'does not answer',
    });
  });
});

describe('destroy', () => {
  it('L20 removes components with their volumes, and the network last', () => {
    const steps = forecast(nothingOf(desiredFrom(five).cluster), converged(desiredFrom(five))).steps;
    expect(steps).toHaveLength(8);
    expect(steps.slice(0, -1).every(({ verb, volume }) => verb === 'remove' && volume === 'remove')).toBe(true);
    expect(steps.at(-1)).toEqual({ verb: 'remove', component: 'network', cause: 'nothing is left on it' });
  });
});
