import { describe, expect, it } from 'vitest';
import type { ApplyResult } from '../../../src/api/cluster.js';
import { convergedOr, toldAs } from '../../../src/api/outcome.js';
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

describe('A3 an error for a test runner, which may show its message only', () => {
  it('must have its details in it, each once', () => {
    const invalid = new MinimesosError('FILE_INVALID', 'it has 2 problems: 1:1 one', {
      details: ['1:1 one', '2:2 two'],
      hint: 'nothing was changed',
    });
    expect(toldAs('it did not start', invalid)).toMatchObject({
      code: 'FILE_INVALID',
      message: 'it has 2 problems: 1:1 one:\n  2:2 two',
      hint: 'nothing was changed',
      details: ['1:1 one', '2:2 two'],
    });
  });

  it('must promise nothing of what stays where it was interrupted', () => {
    const error = new MinimesosError('INTERRUPTED', 'interrupted; what was created stays');
    expect(toldAs('it did not start', error)).toMatchObject({
      code: 'INTERRUPTED',
      message: 'it did not start: interrupted',
    });
  });

  it('must stay as it is where it says all', () => {
    const error = new MinimesosError('NOT_SETTLED', 'late: agent-0 starting', { details: ['agent-0 starting'] });
    expect(toldAs('it did not start', error)).toBe(error);
  });
});
