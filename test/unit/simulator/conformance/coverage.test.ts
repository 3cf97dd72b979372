import { describe, expect, it } from 'vitest';
import {
  AGENT_PATHS,
  ELSEWHERE,
  FINISHED,
  MASTER_PATHS,
  OPERATIONS,
  ROLES,
  RUNNING,
  SANDBOX_FILES,
  SCHEDULER_CALLS,
  TORN_DOWN,
  UNREACHABLE,
  V1_CALLS,
} from './catalogue.js';
import { LISTED } from './judge.js';
import { allFiles, thereAreRecordings, WITHOUT } from './recordings.js';

describe.skipIf(!thereAreRecordings)(`the recordings${WITHOUT}`, () => {
  const names = [
    ...Object.keys({ ...MASTER_PATHS, ...AGENT_PATHS, ...ROLES, ...ELSEWHERE }),
    ...[...V1_CALLS, ...RUNNING, ...FINISHED, ...TORN_DOWN, ...UNREACHABLE].map(([name]) => name),
    ...[...OPERATIONS, ...SANDBOX_FILES, ...SCHEDULER_CALLS],
  ];

  it('S90 each must be compared with an answer of the simulator', () => {
    const compared = (file: string) =>
      names.some((name) => file === name || COMPANIONS.some((each) => file === name + each));
    expect(allFiles().filter((file) => !compared(file))).toEqual([]);
  });

  it('S90 a deviation must be one from a recording, and say why', () => {
    const of = (pattern: string) => new RegExp(`^${pattern.split(':')[0]?.replaceAll('*', '.*')}`);
    expect(LISTED.length).toBeGreaterThan(0);
    for (const { recording, reason } of LISTED) {
      expect(
        names.some((name) => of(recording).test(name)),
        recording,
      ).toBe(true);
      expect(reason.length).toBeGreaterThan(5);
    }
  });
});

const COMPANIONS = ['.headers', '.body', '.meta', '.request.json', '.response_headers', '.response_body'];
