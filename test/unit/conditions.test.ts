import { describe, expect, it } from 'vitest';
import { CONDITIONS, type ConditionType, conditionsOf, type Situation } from '../../src/conditions.js';
import { MinimesosError } from '../../src/errors.js';
import type { Observed, ObservedComponent, Phase } from '../../src/model.js';
import { type Memory, NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { seen } from '../../src/plan/seen.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt, NOTHING } from '../support/worlds.js';

const desired = desiredFrom(clusterSpec({ agents: ['a', 'b'].map((name) => agentSpec({ name })) }));
const world = converged(desired);
const hashOf = (id: string) => world.components.find((each) => each.id === id)?.container?.hash;

const silent = (observed: Observed, ...ids: string[]) => ids.reduce((all, id) => hurt(all, id, deaf), observed);
const deaf = (each: ObservedComponent) => ({ ...each, readiness: { ready: false, reason: 'does not answer' } });

function remembering(id: string, phase: Phase, more: object = {}): Memory {
  return { ...NO_MEMORY, components: new Map([[id, { phase, failedHash: hashOf(id), ...more }]]) };
}

const situation = (observed: Observed, memory = NO_MEMORY): Situation => ({
  observed,
  components: plan(desired, observed, memory).components,
});

function findings(of: Situation) {
  const all = conditionsOf(of, () => null);
  return Object.fromEntries(all.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}
const messageOf = (of: Situation, type: ConditionType) =>
  conditionsOf(of, () => null).find((each) => each.type === type)?.message;

const failed = situation(
  hurt(world, 'agent-1', exited(1)),
  remembering('agent-1', 'failed', { reason: 'exit code 1' }),
);
const resting = situation(hurt(world, 'agent-1', exited(1)), remembering('agent-1', 'backoff', { resting: true }));
const paused = (observed: Observed) => situation({ ...observed, pausedSince: '2026-11-22T00:00:00Z' });

describe('a condition', () => {
  const cases: [string, Situation, Record<string, string>][] = [
    [
      'all is as it should be',
      situation(world),
      {
        Available: 'true Serves',
        Progressing: 'false Converged',
        Degraded: 'false NoneHurt',
        Paused: 'false NotPaused',
        FileInvalid: 'false Valid',
      },
    ],
    ['there is nothing yet', situation(NOTHING), { Available: 'false NoCluster', Progressing: 'true Converging' }],
    [
      'ZooKeeper does not serve',
      situation(silent(world, 'zookeeper-0')),
      { Available: 'false ZooKeeperNotReady', Progressing: 'true Converging' },
    ],
    ['no master leads', situation(silent(world, 'master-0')), { Available: 'false NoLeadingMaster' }],
    ['no agent is active', situation(silent(world, 'agent-0', 'agent-1')), { Available: 'false NoActiveAgent' }],
    ['one agent of two is active', situation(silent(world, 'agent-1')), { Available: 'true Serves' }],
    [
      'an agent failed',
      failed,
      { Available: 'true Serves', Progressing: 'false Stuck', Degraded: 'true ComponentsHurt' },
    ],
    ['an agent backs off', resting, { Progressing: 'true Converging', Degraded: 'true ComponentsHurt' }],
    [
      'an agent was ready and has not answered for long',
      situation(silent(world, 'agent-1'), remembering('agent-1', 'ready', { unreadyMs: 3_000 })),
      { Progressing: 'true Converging', Degraded: 'true ComponentsHurt' },
    ],
    [
      'an agent was ready and has not answered for a moment',
      situation(silent(world, 'agent-1'), remembering('agent-1', 'ready', { unreadyMs: 2_999 })),
      { Progressing: 'true Converging', Degraded: 'false NoneHurt' },
    ],
    [
      'reconciliation is paused and something is to be done',
      paused(hurt(world, 'agent-1', exited(1))),
      { Paused: 'true Paused', Progressing: 'false Paused', Available: 'true Serves' },
    ],
    ['reconciliation is paused and nothing is', paused(world), { Paused: 'true Paused', Progressing: 'false Paused' }],
  ];

  it.each(cases)('tells that %s', (_what, of, expected) => {
    expect(findings(of)).toMatchObject(expected);
  });

  it('names who is concerned, and why', () => {
    expect(messageOf(failed, 'Degraded')).toBe('agent-1 failed: exit code 1');
    expect(messageOf(failed, 'Progressing')).toBe('agent-1 failed: exit code 1');
    const begun = situation({ ...NOTHING, images: new Set(desired.components.map(({ image }) => image)) });
    expect(messageOf(begun, 'Progressing')).toContain('agent-0 absent: waits for ');
  });

  it('says of a roll that it goes on while an old container serves', () => {
    const stale = hurt(world, 'agent-1', (each) => ({
      ...each,
      container: each.container && { ...each.container, hash: 'of another spec' },
    }));
    const components = seen(stale, desired);
    expect(components.every(({ phase }) => phase === 'ready')).toBe(true);
    expect(findings({ observed: stale, components })).toMatchObject({ Progressing: 'true Converging' });
  });

  it('compares with what is there, where nobody knows the file', () => {
    expect(findings({ observed: world, components: seen(world) })).toMatchObject({ Progressing: 'false Converged' });
  });

  it('L30 says why the file cannot be acted on, with every diagnostic', () => {
    const details = ['minimesosFile:1:1 unknown property', 'minimesosFile:2:1 unknown block'];
    const fileProblem = new MinimesosError('FILE_INVALID', 'minimesosFile has 2 problems', { details });
    const broken = { ...situation(world), fileProblem };
    expect(findings(broken)).toMatchObject({ FileInvalid: 'true Broken', Available: 'true Serves' });
    expect(messageOf(broken, 'FileInvalid')).toBe(['minimesosFile has 2 problems', ...details].join('\n'));
    const gone = { ...situation(world), fileProblem: new MinimesosError('FILE_MISSING', 'there is no minimesosFile') };
    expect(findings(gone)).toMatchObject({ FileInvalid: 'true Missing' });
  });

  it('is told with since when it has its status, and the five always in the same order', () => {
    const all = conditionsOf(situation(world), (type, status) => `${type} ${status}`);
    expect(all.map(({ since }) => since)).toEqual([
      'Available true',
      'Progressing false',
      'Degraded false',
      'Paused false',
      'FileInvalid false',
    ]);
    expect(all.map(({ type }) => type)).toEqual([...CONDITIONS]);
  });
});
