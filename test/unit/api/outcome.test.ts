import { describe, expect, it } from 'vitest';
import type { ApplyResult } from '../../../src/api/cluster.js';
import { convergedOr } from '../../../src/api/outcome.js';
import { MinimesosError } from '../../../src/errors.js';

function result(over: Partial<ApplyResult>): ApplyResult {
  const components = [
    { id: 'agent-0', phase: 'starting', reason: 'not registered yet' },
    { id: 'master-0', phase: 'ready', reason: 'leads' },
  ];
  const status = { components } as unknown as ApplyResult['status'];
  return {
    converged: false,
    steps: [],
    elapsedMs: 60_040,
    timedOut: false,
    failures: new Map(),
    status,
    notes: [],
    ...over,
  };
}

describe('A3 a cluster that does not become ready', () => {
  it('must be given back where it did', () => {
    const good = result({ converged: true });
    expect(convergedOr('it did not start', good)).toBe(good);
  });

  it('must name the component that failed, why, and what it said last', () => {
    const exited = new MinimesosError('COMPONENT_EXITED', 'stopped with exit code 1', { details: ['bad flag'] });
    const failures = new Map([
      ['agent-0', exited],
      ['agent-1', exited],
    ]);
    const error = {
      code: 'COMPONENT_EXITED',
      message: 'it did not start: agent-0, agent-1: stopped with exit code 1',
      details: ['bad flag'],
    };
    expect(() => convergedOr('it did not start', result({ failures }))).toThrow(expect.objectContaining(error));
  });

  it('must be about the worst failure, and name the others', () => {
    const failures = new Map([
      ['agent-0', new MinimesosError('COMPONENT_EXITED', 'stopped')],
      ['master-0', new MinimesosError('IMAGE_UNAVAILABLE', 'no image')],
    ]);
    const error = {
      code: 'IMAGE_UNAVAILABLE',
      message: 'it did not start: master-0: no image',
      details: ['agent-0: stopped'],
    };
    expect(() => convergedOr('it did not start', result({ failures }))).toThrow(expect.objectContaining(error));
  });

  it('must name what is not ready when the time is over', () => {
    const error = {
      code: 'NOT_SETTLED',
      message: 'it did not start within 60.0 s: agent-0 starting: not registered yet',
    };
    expect(() => convergedOr('it did not start', result({ timedOut: true }))).toThrow(expect.objectContaining(error));
  });
});
