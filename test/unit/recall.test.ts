import { beforeEach, describe, expect, it } from 'vitest';
import { type ErrorCode, MinimesosError } from '../../src/errors.js';
import { NETWORK, type Phase, type PlannedComponent, type Step, type Verb } from '../../src/model.js';
import { Recall } from '../../src/recall.js';
import type { Pass } from '../../src/reconcile.js';
import { clusterSpec, converged, desiredFrom, exited, hurt } from '../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const world = converged(desired);
const wanted = desired.components.find(({ kind }) => kind === 'agent');

let now = 0;
let random = 0.5;
const options = { now: () => now, random: () => random };
const failure = (code: ErrorCode = 'DOCKER_FAILED') => new MinimesosError(code, 'it failed');

beforeEach(() => {
  now = 1_000_000;
  random = 0.5;
});

const recallOf = (tireless: boolean) => new Recall({ ...options, tireless });

/** The agent in this phase; `over` what else is true of it. */
function agent(phase: Phase, over: Partial<Omit<PlannedComponent, 'kind' | 'app'>> = {}): PlannedComponent {
  const observed = world.components.find(({ kind }) => kind === 'agent');
  return { id: 'agent-0', kind: 'agent', index: 0, phase, reason: '', desired: wanted, observed, ...over };
}
const passOf = (...components: PlannedComponent[]): Pass => ({ desired, observed: world, components, steps: [] });
const stopped = () => agent('backoff', { observed: hurt(world, 'agent-0', exited(1)).components.at(-1) });
const step = (verb: Verb, component = 'agent-0'): Step => ({ verb, component, cause: '' });

const remembered = (recall: Recall) => recall.components.get('agent-0');
const pauseOf = (recall: Recall) => recall.nextTryMs;

describe('L22 what stops again and again', () => {
  /** Stops, keeps its pause, and is started again. */
  function crash(recall: Recall): number {
    recall.passed(passOf(stopped()));
    expect(recall.wentWrong(stopped(), failure('COMPONENT_EXITED'), false)).toBe(true);
    const pause = pauseOf(recall) ?? 0;
    now += pause;
    recall.succeeded(step('start'), stopped());
    return pause;
  }

  it('earns a pause of half a second, which doubles to a minute', () => {
    const recall = recallOf(true);
    const pauses = Array.from({ length: 10 }, () => crash(recall));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it.each([
    [0, 0.75],
    [1, 1.25],
  ])('does not rise together with others: a quarter more or less by chance (%d)', (chance, times) => {
    random = chance;
    const recall = recallOf(true);
    const pauses = Array.from({ length: 9 }, () => crash(recall));
    expect(pauses.slice(0, 2)).toEqual([500 * times, 1_000 * times]);
    expect(pauses.at(-1)).toBe(60_000 * times);
  });

  it('rests for as long as its pause, and no longer', () => {
    const recall = recallOf(true);
    recall.passed(passOf(stopped()));
    recall.wentWrong(stopped(), failure('COMPONENT_EXITED'), false);
    expect(remembered(recall)).toMatchObject({ phase: 'backoff', resting: true, reason: 'it failed' });
    now += 499;
    expect(remembered(recall)).toMatchObject({ resting: true });
    now += 1;
    expect(remembered(recall)).toMatchObject({ phase: 'backoff', resting: false });
  });

  it('is forgiven after ten seconds of service, and not before', () => {
    const recall = recallOf(true);
    for (let times = 0; times < 3; times++) crash(recall);
    recall.passed(passOf(agent('ready')));
    now += 9_999;
    recall.passed(passOf(agent('ready')));
    expect(remembered(recall)?.relapsed).toBe(true);
    now += 1;
    recall.passed(passOf(agent('ready')));
    expect(remembered(recall)?.relapsed).toBe(false);
    expect(crash(recall)).toBe(500);
  });

  it('has to serve these ten seconds without a break', () => {
    const recall = recallOf(true);
    crash(recall);
    const silent = agent('ready', {
      observed: { ...agent('ready').observed, readiness: { ready: false, reason: '' } } as never,
    });
    for (const each of [agent('ready'), silent, agent('ready')]) {
      recall.passed(passOf(each));
      now += 6_000;
    }
    recall.passed(passOf(agent('ready')));
    expect(remembered(recall)?.relapsed).toBe(true);
    now += 4_000;
    recall.passed(passOf(agent('ready')));
    expect(remembered(recall)?.relapsed).toBe(false);
  });

  it('has failed at once for one who is to come to an end, unless it may be tried again', () => {
    const recall = recallOf(false);
    recall.passed(passOf(stopped()));
    expect(recall.wentWrong(stopped(), failure('COMPONENT_EXITED'), false)).toBe(false);
    expect(remembered(recall)).toMatchObject({ phase: 'failed', failedHash: wanted?.hash });
    expect(pauseOf(recall)).toBeUndefined();
    const other = recallOf(false);
    expect(other.wentWrong(stopped(), failure('COMPONENT_EXITED'), true)).toBe(true);
  });
});

describe('L17 a step that fails', () => {
  /** What becomes of each of so many failures in a row. */
  function failures(recall: Recall, count: number, error = failure()): (number | undefined)[] {
    return Array.from({ length: count }, () => {
      const again = recall.wentWrong(agent('creating'), error, error.retryable);
      const pause = pauseOf(recall);
      now += pause ?? 0;
      return again ? pause : undefined;
    });
  }

  it('is tried four times more by one who is to come to an end', () => {
    expect(failures(recallOf(false), 5)).toEqual([500, 1_000, 2_000, 4_000, undefined]);
  });

  it('is tried for ever by one who watches, even what is of no use to others', () => {
    const recall = recallOf(true);
    expect(failures(recall, 9, failure('DOCKER_REFUSED')).at(-1)).toBe(60_000);
    expect(remembered(recall)?.phase).toBe('backoff');
  });

  it('is given up at once where another try is of no use', () => {
    expect(failures(recallOf(false), 1, failure('PORT_TAKEN'))).toEqual([undefined]);
  });

  it.each(['DOCKER_CONFLICT', 'DOCKER_NOT_FOUND'] as const)(
    'is looked at again at once where somebody was quicker: %s',
    (code) => {
      expect(failures(recallOf(false), 3, failure(code))).toEqual([0, 1_000, 2_000]);
    },
  );

  it('is nobody’s fault where the engine is away, and uses up no try', () => {
    const recall = recallOf(false);
    expect(failures(recall, 9, failure('DOCKER_UNREACHABLE'))).toEqual(Array(9).fill(500));
  });

  it('is forgotten when a step of it is done', () => {
    const recall = recallOf(false);
    failures(recall, 3);
    recall.succeeded(step('create'), agent('creating'));
    expect(failures(recall, 1)).toEqual([500]);
  });
});

describe('what went wrong', () => {
  it('is told once for each time that it went wrong', () => {
    const recall = recallOf(true);
    expect(recall.passed(passOf(stopped())).map(({ id }) => id)).toEqual(['agent-0']);
    const error = failure('COMPONENT_EXITED');
    recall.wentWrong(stopped(), error, false);
    expect(recall.passed(passOf(stopped()))).toEqual([]);
    expect(recall.failures.get('agent-0')).toBe(error);
    recall.passed(passOf(agent('starting')));
    expect(recall.failures.size).toBe(0);
    expect(recall.passed(passOf(stopped()))).toHaveLength(1);
  });

  it('is forgotten with the component', () => {
    const recall = recallOf(true);
    recall.passed(passOf(agent('ready')));
    recall.passed(passOf());
    expect(recall.components.size).toBe(0);
  });

  it('is tied to the spec that it went wrong with', () => {
    const recall = recallOf(false);
    recall.wentWrong(agent('creating'), failure('DOCKER_REFUSED'), false);
    expect(remembered(recall)?.failedHash).toBe(wanted?.hash);
    recall.passed(passOf(agent('starting')));
    expect(remembered(recall)?.failedHash).toBeUndefined();
  });
});

describe('an effort for what is no component', () => {
  const pauses = (recall: Recall, count: number) =>
    Array.from({ length: count }, () => {
      const again = recall.effortFailed(NETWORK, failure());
      const pause = pauseOf(recall) ?? 0;
      now += pause;
      // The pass that tries again.
      recall.passed(passOf());
      return again ? pause : undefined;
    });

  it('is tried again after ever longer pauses', () => {
    expect(pauses(recallOf(true), 4)).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('is given up after four more tries by one who is to come to an end', () => {
    expect(pauses(recallOf(false), 5)).toEqual([500, 1_000, 2_000, 4_000, undefined]);
  });

  it('rests in between', () => {
    const recall = recallOf(true);
    recall.effortFailed(NETWORK, failure());
    expect(recall.components.get(NETWORK)).toMatchObject({ resting: true });
    now += 500;
    expect(recall.components.get(NETWORK)).toMatchObject({ resting: false });
  });
});

describe('L24 L25 a component that does not answer', () => {
  const suffering = agent('ready', { unready: true, suffers: true });

  it('suffers from the first look that finds it so, until one finds it well', () => {
    const recall = recallOf(true);
    recall.passed(passOf(suffering));
    now += 4_000;
    recall.passed(passOf(suffering));
    expect(remembered(recall)?.sufferedMs).toBe(4_000);
    now += 1_000;
    expect(remembered(recall)?.sufferedMs).toBe(5_000);
    recall.passed(passOf(agent('ready', { suffers: false })));
    expect(remembered(recall)?.sufferedMs).toBe(0);
  });

  it('does not suffer while it waits for somebody else, and that does not undo what it suffered', () => {
    const recall = recallOf(true);
    recall.passed(passOf(suffering));
    now += 4_000;
    recall.passed(passOf(agent('ready', { unready: true, suffers: false })));
    now += 60_000;
    recall.passed(passOf(suffering));
    expect(remembered(recall)).toMatchObject({ sufferedMs: 4_000, unreadyMs: 64_000 });
  });

  it('has nothing to answer for that the engine did: who was on its way begins anew', () => {
    const recall = recallOf(false);
    recall.passed(passOf(agent('starting')));
    recall.forgive();
    expect(remembered(recall)?.phase).toBe('absent');
  });

  it('is given its time anew when something was done for it', () => {
    const recall = recallOf(true);
    recall.passed(passOf(suffering));
    now += 20_000;
    recall.succeeded(step('restart'), suffering);
    expect(remembered(recall)).toMatchObject({ sufferedMs: 0, relapsed: true });
  });

  it('is on trial from when it was made from a new spec until it is ready with it', () => {
    const recall = recallOf(true);
    recall.succeeded(step('create'), agent('creating', { observed: undefined }));
    expect(remembered(recall)?.onTrial).toBe(true);
    recall.passed(passOf(agent('starting', { suffers: true })));
    expect(remembered(recall)?.onTrial).toBe(true);
    recall.passed(passOf(agent('ready')));
    expect(remembered(recall)?.onTrial).toBe(false);
    // Made anew from a spec that it was ready with.
    recall.succeeded(step('create'), agent('creating', { observed: undefined }));
    expect(remembered(recall)?.onTrial).toBe(false);
  });

  it('has failed when it is overdue', () => {
    const recall = recallOf(true);
    expect(recall.foundInTrouble(agent('failed'), failure('PROGRESS_DEADLINE'), true)).toBe(false);
    expect(remembered(recall)).toMatchObject({ phase: 'failed', failedHash: wanted?.hash, resting: false });
  });
});

it('L27 an agent is drained once for each of its containers', () => {
  const recall = recallOf(true);
  const draining = agent('draining');
  recall.succeeded(step('drain'), draining);
  expect(remembered(recall)?.drained).toBe(draining.observed?.container?.id);
});
