import { describe, expect, it } from 'vitest';
import { componentNamed } from '../../../src/cli/component.js';
import type { ComponentStatus, Status } from '../../../src/status.js';

const component = (id: string, more: Partial<ComponentStatus> = {}): ComponentStatus =>
  ({ id, kind: id.replace(/-\d+$/, ''), ...more }) as ComponentStatus;

const status = {
  cluster: { id: 'c' },
  components: [
    component('master-0'),
    component('master-1', { leader: true }),
    component('agent-0', { name: 'gpu' }),
    component('agent-1'),
    component('marathon-0'),
  ],
} as Status;

const meant = (wanted: string) => componentNamed(status, wanted).id;

describe('a component that is meant', () => {
  it('is named by its id, by its block’s name, or by its kind where one leads or is alone', () => {
    expect(meant('agent-1')).toBe('agent-1');
    expect(meant('gpu')).toBe('agent-0');
    expect(meant('marathon')).toBe('marathon-0');
    expect(meant('master')).toBe('master-1');
  });

  it('that could be several is none', () => {
    expect(() => meant('agent')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'name one of agent-0, agent-1' }),
    );
  });

  it('that is none is told from those that there are', () => {
    expect(() => meant('agnet-1')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'cluster c has no component "agnet-1"; did you mean "agent-1"?',
        hint: 'its components are master-0, master-1, agent-0, agent-1, marathon-0',
      }),
    );
  });
});
