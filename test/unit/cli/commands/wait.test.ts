import { describe, expect, it } from 'vitest';
import { whatIsNotReady, whatIsThere } from '../../../../src/cli/commands/wait.js';
import type { ComponentStatus, Status } from '../../../../src/status.js';

const component = (id: string, phase: ComponentStatus['phase'], reason = 'why'): ComponentStatus =>
  ({ id, kind: id.replace(/[-:].*$/, ''), phase, reason, container: null }) as ComponentStatus;

const status = (phase: string, ...components: ComponentStatus[]): Status =>
  ({ cluster: { id: 'c', phase }, components }) as Status;

const converging = status(
  'converging',
  component('master-0', 'ready'),
  component('marathon-0', 'starting'),
  component('agent-0', 'absent'),
  component('app:/hello', 'starting', '0 of 1 task runs'),
);

describe('C17 what is waited for', () => {
  it('is a cluster that is ready, else those that are not are named', () => {
    expect(whatIsNotReady(status('ready', component('master-0', 'ready')), undefined)).toBeUndefined();
    expect(whatIsNotReady(converging, undefined)).toBe(
      'the cluster is converging; marathon-0 is starting: why; agent-0 is absent: why; app:/hello is starting: 0 of 1 task runs',
    );
    expect(whatIsNotReady(status('absent', component('master-0', 'absent')), undefined)).toBe('the cluster is absent');
  });

  it('may be a component, by its id or its kind', () => {
    expect(whatIsNotReady(converging, 'master')).toBeUndefined();
    expect(whatIsNotReady(converging, 'marathon')).toBe('marathon-0 is starting: why');
    expect(() => whatIsNotReady(converging, 'marathn')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('is gone when it has no container, and an app when Marathon has it no more', () => {
    expect(whatIsThere(converging, 'agent-0')).toBeUndefined();
    expect(whatIsThere(converging, 'agent-7')).toBeUndefined();
    expect(whatIsThere(converging, 'marathon')).toBe('marathon-0 is starting: why');
    expect(whatIsThere(converging, 'app:/hello')).toBe('app:/hello is starting: 0 of 1 task runs');
    expect(whatIsThere(converging, undefined)).toBe('the cluster is converging');
    expect(whatIsThere(status('absent'), undefined)).toBeUndefined();
  });
});
