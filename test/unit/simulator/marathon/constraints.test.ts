import { describe, expect, it } from 'vitest';
import { meets, type Place } from '../../../../src/simulator/marathon/launching/constraints.js';

/** `a` on host a; `a/r1` in rack r1 beside. */
function place(text: string): Place {
  const [hostname = '', rack] = text.split('/');
  return { hostname, attributes: rack === undefined ? {} : { rack } };
}

const cases: [constraint: string[], placed: string, fits: string, unfit: string][] = [
  [['hostname', 'UNIQUE'], '', 'a b', ''],
  [['hostname', 'UNIQUE'], 'a b', 'c', 'a b'],
  [['hostname', 'CLUSTER'], '', 'a b', ''],
  [['hostname', 'CLUSTER'], 'a', 'a', 'b'],
  [['hostname', 'CLUSTER', 'b'], '', 'b', 'a'],
  [['hostname', 'CLUSTER', 'b'], 'a', '', 'a b'],
  [['hostname', 'LIKE', '[ab]\\d'], '', 'a1 b2', 'a c1 a12'],
  [['hostname', 'UNLIKE', '[ab]\\d'], '', 'a c1 a12', 'a1 b2'],
  [['hostname', 'GROUP_BY'], '', 'a b', ''],
  [['hostname', 'GROUP_BY'], 'a a b', 'b c', 'a'],
  [['hostname', 'GROUP_BY'], 'a b', 'a b c', ''],
  [['hostname', 'GROUP_BY', '3'], 'a b', 'c', 'a b'],
  [['hostname', 'GROUP_BY', '3'], 'a b c', 'a b c d', ''],
  [['hostname', 'MAX_PER', '2'], 'a b b', 'a c', 'b'],
  [['hostname', 'max_per', '2'], 'a b b', 'a c', 'b'],
  [['hostname', 'NEAR'], '', '', 'a'],
  [['rack', 'UNIQUE'], 'a/r1 b/r2', 'a/r3', 'c/r1 c/r2 c'],
  [['rack', 'CLUSTER', 'r1'], 'a/r1', 'b/r1', 'b/r2 b'],
  [['rack', 'LIKE', 'r[12]'], '', 'a/r1 a/r2', 'a/r3 a'],
  [['rack', 'UNLIKE', 'r[12]'], '', 'a/r3 a', 'a/r1'],
  [['rack', 'GROUP_BY', '2'], 'a/r1', 'b/r2', 'b/r1 b'],
  [['rack', 'MAX_PER', '1'], 'a/r1', 'b/r2', 'b/r1 b'],
  [['rack', 'LIKE', '('], '', '', 'a/r1'],
  [['hasOwnProperty', 'LIKE', '.*'], '', '', 'a'],
];

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

describe('constraints', () => {
  it.each(cases)('S145 %j beside "%s" must take "%s" and not "%s"', (constraint, placed, fits, unfit) => {
    const beside = words(placed).map(place);
    for (const each of words(fits)) expect([each, meets(constraint, place(each), beside)]).toEqual([each, true]);
    for (const each of words(unfit)) expect([each, meets(constraint, place(each), beside)]).toEqual([each, false]);
  });
});
