import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Readiness } from '../../../src/model.js';
import { patientProber } from '../../../src/observed/patient-prober.js';
import type { Prober } from '../../../src/observed/probe.js';
import { NO_APPS } from '../../support/fake-marathon.js';

const UP: Readiness = { ready: true, reason: 'serves' };
const DOWN: Readiness = { ready: false, reason: 'does not' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Processes whose answers a test gives, by hand. */
function questions() {
  const open: { resolve(readiness: Readiness): void; reject(error: Error): void }[] = [];
  const asked: string[] = [];
  const prober: Prober = {
    master: async () => ({ leads: false, reason: 'no leader elected' }),
    component: (kind, host) => {
      asked.push(`${kind} ${host}`);
      return new Promise((resolve, reject) => open.push({ resolve, reject }));
    },
    apps: async () => NO_APPS,
  };
  const patient = patientProber(prober);
  return {
    asked,
    answer: (readiness: Readiness) => open.shift()?.resolve(readiness),
    fail: (error: Error) => open.shift()?.reject(error),
    ask: (host = 'a', life?: string) => patient.component('zookeeper', host, 2181, life),
  };
}

describe('L24 a process that is asked at each look', () => {
  it('is waited for the first time', async () => {
    const { ask, answer } = questions();
    const first = ask();
    await vi.advanceTimersByTimeAsync(60_000);
    answer(UP);
    expect(await first).toEqual(UP);
  });

  it('holds up no look with an answer that takes longer: the one before it counts', async () => {
    const { ask, answer, asked } = questions();
    const first = ask();
    answer(UP);
    await first;
    const second = ask();
    await vi.advanceTimersByTimeAsync(250);
    expect(await second).toEqual(UP);
    const third = ask();
    await vi.advanceTimersByTimeAsync(250);
    expect(await third).toEqual(UP);
    expect(asked).toHaveLength(2);
  });

  it('is taken at its word as soon as it answers', async () => {
    const { ask, answer } = questions();
    const first = ask();
    answer(UP);
    await first;
    const second = ask();
    answer(DOWN);
    expect(await second).toEqual(DOWN);
    const third = ask();
    await vi.advanceTimersByTimeAsync(250);
    expect(await third).toEqual(DOWN);
  });

  it('counts as out of reach while it was so the last time', async () => {
    const { ask, fail } = questions();
    const first = ask();
    fail(new Error('connection refused'));
    await expect(first).rejects.toThrow('connection refused');
    const second = ask();
    const rejected = expect(second).rejects.toThrow('connection refused');
    await vi.advanceTimersByTimeAsync(250);
    await rejected;
  });

  it('is nobody else than itself', async () => {
    const { ask, answer, asked } = questions();
    const [one, other] = [ask('a'), ask('b')];
    answer(UP);
    answer(DOWN);
    expect([await one, await other]).toEqual([UP, DOWN]);
    expect(asked).toEqual(['zookeeper a', 'zookeeper b']);
  });

  it('is believed nothing that it said before its last start', async () => {
    const { ask, answer, asked } = questions();
    const before = ask('a', 'first');
    answer(UP);
    await before;
    const after = ask('a', 'second');
    await vi.advanceTimersByTimeAsync(60_000);
    answer(DOWN);
    expect(await after).toEqual(DOWN);
    expect(asked).toHaveLength(2);
  });
});
