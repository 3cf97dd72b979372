import { describe, expect, it } from 'vitest';
import { listeners, policyOf } from '../../../src/api/options.js';
import type { Listener } from '../../../src/controller.js';
import { MinimesosError } from '../../../src/errors.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';

describe('a policy', () => {
  it('is the default one where nothing is said', () => {
    expect(policyOf()).toEqual(DEFAULT_POLICY);
    expect(policyOf({})).toEqual(DEFAULT_POLICY);
  });

  it('takes any part of it, and leaves the others and the default alone', () => {
    const before = structuredClone(DEFAULT_POLICY);
    const policy = policyOf({ progressDeadlineMs: 5_000, kinds: { agent: { maxUnavailable: 3 } } });
    expect(policy).toEqual({
      ...DEFAULT_POLICY,
      progressDeadlineMs: 5_000,
      kinds: { ...DEFAULT_POLICY.kinds, agent: { ...DEFAULT_POLICY.kinds.agent, maxUnavailable: 3 } },
    });
    expect(DEFAULT_POLICY).toEqual(before);
  });
});

describe('listeners', () => {
  const step = { verb: 'start' as const, component: 'agent-0', cause: '' };
  const error = new MinimesosError('DOCKER_FAILED', 'connection reset');

  /** Tells each event that it is told. */
  function recorder(name: string, told: unknown[]): Listener {
    const record =
      (event: string) =>
      (...news: unknown[]) =>
        void told.push([name, event, ...news]);
    const events = ['started', 'progress', 'done', 'passed', 'troubled', 'failed', 'engineLost', 'engineBack'];
    return Object.fromEntries(events.map((event) => [event, record(event)])) as unknown as Listener;
  }

  it('are all told all, in their order', () => {
    const told: unknown[] = [];
    const all = listeners(recorder('a', told), recorder('b', told));
    all.started(step);
    all.troubled(['agent-0'], error);
    all.engineBack();
    expect(told).toEqual([
      ['a', 'started', step],
      ['b', 'started', step],
      ['a', 'troubled', ['agent-0'], error],
      ['b', 'troubled', ['agent-0'], error],
      ['a', 'engineBack'],
      ['b', 'engineBack'],
    ]);
  });

  it('need not listen to all, nor be there', () => {
    const told: string[] = [];
    const all = listeners(undefined, { done: ({ step: done }) => void told.push(done.component) }, {});
    all.started(step);
    all.done({ step, elapsedMs: 1 });
    all.failed(['agent-0'], error);
    expect(told).toEqual(['agent-0']);
  });
});
