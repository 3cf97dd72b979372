import { describe, expect, it } from 'vitest';
import { age, duration, table } from '../../../src/cli/table.js';

describe('a table', () => {
  it('has its columns below each other, and no blanks at the ends', () => {
    expect(
      table([
        ['COMPONENT', 'PHASE', 'REASON'],
        ['agent-0', 'ready', 'active at the leading master'],
        ['mesos-dns-0', 'starting', ''],
      ]),
    ).toEqual([
      'COMPONENT    PHASE     REASON',
      'agent-0      ready     active at the leading master',
      'mesos-dns-0  starting',
    ]);
  });

  it('is not bent by colours', () => {
    const [head, row] = table([
      ['\u001b[32mready\u001b[39m', 'x'],
      ['absent', 'x'],
    ]);
    expect([head, row]).toEqual(['\u001b[32mready\u001b[39m   x', 'absent  x']);
  });

  it('of nothing is nothing', () => {
    expect(table([])).toEqual([]);
  });
});

describe('a duration that is rounded', () => {
  it('is never told as sixty seconds', () => {
    expect([59_940, 59_960].map(duration)).toEqual(['59.9 s', '1 min 0 s']);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0.0 s'],
    [340, '0.3 s'],
    [12_300, '12.3 s'],
    [60_000, '1 min 0 s'],
    [125_900, '2 min 5 s'],
    [3_600_000, '60 min 0 s'],
  ])('of %d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('an age', () => {
  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [86_399_999, '23 h'],
    [86_400_000 * 400, '400 d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});
