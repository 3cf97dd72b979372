import { describe, expect, it } from 'vitest';
import { type Look, restAfter } from '../../src/pace.js';

const LONG_AGO = Number.POSITIVE_INFINITY;
const look = (over: Partial<Look>): Look => ({
  settled: 'converged',
  lookedMs: 5,
  newsMs: LONG_AGO,
  nextTryMs: undefined,
  quietMs: 0,
  ...over,
});

describe('a controller whose cluster is moving', () => {
  it('looks again soon, but leaves the engine four fifths of its time for the steps', () => {
    expect(restAfter(look({ settled: 'moving', lookedMs: 0 }))).toEqual({ deafMs: 0, ms: 100 });
    expect(restAfter(look({ settled: 'moving', lookedMs: 20 }))).toEqual({ deafMs: 80, ms: 100 });
    expect(restAfter(look({ settled: 'moving', lookedMs: 5_000 })).deafMs).toBe(500);
  });

  it('is looked at once a second where nothing has changed for ten', () => {
    expect(restAfter(look({ settled: 'moving', quietMs: 10_001 }))).toEqual({ deafMs: 0, ms: 1_000 });
    expect(restAfter(look({ settled: 'moving', quietMs: 10_001, newsMs: 100 })).ms).toBe(100);
  });

  it('waits for its steps, and hears at once that one is done, where nothing gets further by itself', () => {
    expect(restAfter(look({ settled: 'stepping', lookedMs: 100 }))).toEqual({ deafMs: 0, ms: 1_000 });
  });
});

describe.each(['converged', 'resting', 'stuck'] as const)('a controller whose cluster is %s', (settled) => {
  it('hears each poke at once, however long it rests', () => {
    expect(restAfter(look({ settled, lookedMs: 100 })).deafMs).toBe(0);
  });

  it('looks again after ten seconds, and takes half a percent of the time at most', () => {
    expect(restAfter(look({ settled, lookedMs: 0 })).ms).toBe(10_000);
    expect(restAfter(look({ settled, lookedMs: 100 })).ms).toBe(20_000);
    expect(restAfter(look({ settled, lookedMs: 10_000 })).ms).toBe(60_000);
  });

  it('looks when somebody’s pause is over', () => {
    expect(restAfter(look({ settled, nextTryMs: 700 })).ms).toBe(700);
    expect(restAfter(look({ settled, nextTryMs: 0 })).ms).toBe(0);
  });

  it('looks often for half a second after something happened: a listing may be behind its event', () => {
    for (const newsMs of [0, 499]) expect(restAfter(look({ settled, newsMs })).ms).toBeLessThanOrEqual(50);
    expect(restAfter(look({ settled, newsMs: 500 })).ms).toBe(10_000);
    expect(restAfter(look({ settled, newsMs: 100, nextTryMs: 5 })).ms).toBe(5);
  });
});
