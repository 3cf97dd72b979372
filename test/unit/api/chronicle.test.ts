import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Chronicle, conditionsSeen, generationIn } from '../../../src/api/chronicle.js';
import type { Situation } from '../../../src/conditions.js';
import { MinimesosError } from '../../../src/errors.js';
import { Journal } from '../../../src/journal.js';
import type { Observed, Phase } from '../../../src/model.js';
import { NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import type { Pass } from '../../../src/reconcile.js';
import { clusterSpec, converged, desiredFrom, exited, hurt, NOTHING } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const world = converged(desired);
const broken = hurt(world, 'agent-0', exited(1));

let journal: Journal;
let now = 0;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'minimesos-chronicle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  journal = new Journal(join(folder, '.minimesos', 'events.jsonl'));
  now = Date.UTC(2026, 10, 22);
});

const timeOf = (at: number) => new Date(at).toISOString();
const passOf = (observed: Observed): Pass => ({ desired, observed, ...plan(desired, observed, NO_MEMORY) });
const run = (command = 'apply') => Chronicle.open(journal, { command, version: '1.2.3', now: () => now });
const step = { verb: 'start' as const, component: 'agent-0', cause: 'stopped with exit code 1' };

async function kinds(): Promise<string[]> {
  return (await journal.read()).map(({ kind }) => kind);
}

/** What one `apply` of this generation tells that finds the cluster so, one look after the other. */
async function apply(generation: string, ...looks: Observed[]): Promise<void> {
  const chronicle = await run();
  chronicle.actsOn(generation);
  for (const observed of looks) {
    const pass = passOf(observed);
    chronicle.passed(pass, 'moving');
    chronicle.conditions(pass);
    now += 1_000;
  }
  await journal.flush();
}

describe('a journal', () => {
  it('begins with who acts on which file', async () => {
    await apply('0123abcd', world);
    expect(await journal.read()).toEqual([
      {
        time: timeOf(now - 1_000),
        kind: 'run',
        command: 'apply',
        version: '1.2.3',
        generation: '0123abcd',
        reason: 'apply',
      },
    ]);
  });

  it('is not touched by a run of the same file that does nothing', async () => {
    await apply('0123abcd', world);
    const before = await journal.read();
    await apply('0123abcd', world);
    expect(await journal.read()).toEqual(before);
  });

  it('is not touched by such a run either where only some conditions ever changed', async () => {
    await apply('0123abcd', NOTHING, world);
    const before = await journal.read();
    expect(await kinds()).toContain('condition');
    await apply('0123abcd', world);
    expect(await journal.read()).toEqual(before);
  });

  it('tells of another file, though nothing comes of it', async () => {
    await apply('0123abcd', world);
    await apply('4567abcd', world);
    expect(await kinds()).toEqual(['run', 'run']);
    expect(generationIn(await journal.read())).toBe('4567abcd');
  });

  it('tells what was done and why, who did it before that, and what came of it', async () => {
    const chronicle = await run('apply --watch');
    chronicle.done({ step, elapsedMs: 12.7 });
    chronicle.done({
      step: { ...step, verb: 'drain', cause: 'not in the minimesosFile' },
      elapsedMs: 1,
      outcome: 'drained',
    });
    chronicle.done({ step, elapsedMs: 1, error: new MinimesosError('DOCKER_FAILED', 'connection reset') });
    expect(await journal.read()).toMatchObject([
      { kind: 'run', command: 'apply --watch' },
      { kind: 'step', component: 'agent-0', verb: 'start', elapsedMs: 13, reason: 'stopped with exit code 1' },
      { kind: 'step', component: 'agent-0', verb: 'drain', reason: 'not in the minimesosFile; drained' },
    ]);
  });

  it('tells what went wrong, with the last lines of the log', async () => {
    const chronicle = await run();
    const error = new MinimesosError('COMPONENT_EXITED', 'it stopped', { details: ['out of luck'] });
    chronicle.failed(['agent-0', 'agent-1'], error);
    chronicle.engineLost(new MinimesosError('DOCKER_UNREACHABLE', 'no engine'));
    chronicle.engineBack();
    chronicle.fileChanged('minimesosFile changed');
    expect((await journal.read()).slice(1)).toMatchObject([
      { kind: 'failure', component: 'agent-0, agent-1', code: 'COMPONENT_EXITED', details: ['out of luck'] },
      { kind: 'failure', code: 'DOCKER_UNREACHABLE', reason: 'no engine' },
      { kind: 'engine', reason: 'the engine answers again' },
      { kind: 'file', reason: 'minimesosFile changed' },
    ]);
  });

  it('tells of phases that no step leads to, when they change', async () => {
    const chronicle = await run();
    const inPhase = (phase: Phase): Pass => {
      const pass = passOf(world);
      return { ...pass, components: pass.components.map((each) => ({ ...each, phase, reason: `is ${phase}` })) };
    };
    for (const phase of ['starting', 'ready', 'ready', 'degraded', 'starting'] as const) {
      chronicle.passed(inPhase(phase), 'moving');
    }
    const agent = (await journal.read()).filter(({ component }) => component === 'agent-0');
    expect(agent).toMatchObject([
      { kind: 'phase', from: 'starting', to: 'ready', reason: 'is ready' },
      { kind: 'phase', from: 'ready', to: 'degraded', reason: 'is degraded' },
    ]);
  });
});

describe('a condition', () => {
  const since = (of: ReturnType<typeof conditionsSeen>, type: string) => of.find((each) => each.type === type)?.since;
  const situation = (observed: Observed): Situation => passOf(observed);

  it('is told when it changes, and has its status since then', async () => {
    const chronicle = await run();
    chronicle.conditions(situation(world));
    now += 5_000;
    const changedAt = timeOf(now);
    chronicle.conditions(situation(broken));
    now += 5_000;
    const after = chronicle.conditions(situation(broken));
    expect(after.find(({ type }) => type === 'Available')).toMatchObject({ status: false, since: changedAt });
    const told = (await journal.read()).filter(({ kind }) => kind === 'condition');
    expect(told).toContainEqual({
      time: changedAt,
      kind: 'condition',
      name: 'Available',
      status: false,
      reason: 'NoActiveAgent: no agent is active at the master',
    });
  });

  it('keeps its time over a change of its reason alone', async () => {
    const chronicle = await run();
    const [first] = chronicle.conditions(situation(NOTHING));
    now += 5_000;
    const [second] = chronicle.conditions(situation(broken));
    expect([first?.reason, second?.reason]).toEqual(['NoCluster', 'NoActiveAgent']);
    expect(second?.since).toBe(first?.since);
  });

  it('is known to the next run, and to who only looks', async () => {
    await apply('0123abcd', NOTHING, world);
    const told = (await journal.read()).find((each) => each.kind === 'condition' && each.name === 'Available');
    const looked = conditionsSeen(await journal.read(), situation(world));
    expect(since(looked, 'Available')).toBe(told?.time);
    const again = (await run()).conditions(situation(world));
    expect(since(again, 'Available')).toBe(told?.time);
  });

  it('is since its last container was started, to one who has no journal', async () => {
    const startedAt = (at: string) => (each: Observed['components'][number]) => ({
      ...each,
      container: each.container && { ...each.container, startedAt: at },
    });
    const known = hurt(
      hurt(world, 'master-0', startedAt('2026-01-02T00:00:00Z')),
      'agent-0',
      startedAt('2026-01-01T00:00:00Z'),
    );
    expect(since(conditionsSeen([], situation(known)), 'Available')).toBe('2026-01-02T00:00:00Z');
    expect(since(conditionsSeen([], situation(world)), 'Available')).toBeNull();
    const paused = conditionsSeen([], situation({ ...known, pausedSince: '2026-01-03T00:00:00Z' }));
    expect(since(paused, 'Paused')).toBe('2026-01-03T00:00:00Z');
    expect(since(paused, 'FileInvalid')).toBeNull();
  });

  it('changed since the journal’s last word is since nobody knows when', async () => {
    await apply('0123abcd', NOTHING, world);
    expect(since(conditionsSeen(await journal.read(), situation(broken)), 'Available')).toBeNull();
  });
});
