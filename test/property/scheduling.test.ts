import fc from 'fast-check';
import { afterEach, describe, it } from 'vitest';
import {
  addBags,
  bagOf,
  containsBag,
  equalBags,
  resourcesOf,
  subtractBags,
} from '../../src/simulator/mesos/resource-math.js';
import { Cluster } from './scheduling/cluster.js';

const SCALARS = ['cpus', 'mem', 'disk', 'gpus'] as const;

const scalar = fc.record({
  name: fc.constantFrom(...SCALARS),
  type: fc.constant('SCALAR' as const),
  scalar: fc.record({ value: fc.integer({ min: 1, max: 9_999_999 }).map((thousandths) => thousandths / 1000) }),
  role: fc.constantFrom('*', 'web', 'db'),
});
const ports = fc.record({
  name: fc.constant('ports'),
  type: fc.constant('RANGES' as const),
  ranges: fc.record({
    range: fc.array(
      fc.tuple(fc.nat(60), fc.nat(9)).map(([begin, length]) => ({ begin, end: begin + length })),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  role: fc.constantFrom('*', 'web'),
});
const bags = fc.array(fc.oneof(scalar, ports), { maxLength: 8 }).map(bagOf);

describe('sums of resources', () => {
  it('S71 what is added and taken away again leaves what was there, to the thousandth', () => {
    fc.assert(
      fc.property(bags, bags, (a, b) => {
        const disjoint = subtractBags(b, a);
        const sum = addBags(a, b);
        if (!containsBag(sum, a) || !containsBag(sum, b)) return false;
        if (!equalBags(addBags(subtractBags(sum, a), a), sum)) return false;
        return equalBags(bagOf(resourcesOf(sum)), sum) && equalBags(addBags(a, disjoint), addBags(disjoint, a));
      }),
    );
  });

  it('S71 a hundred tenths are ten', () => {
    const tenth = bagOf([{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } }]);
    const ten = bagOf([{ name: 'cpus', type: 'SCALAR', scalar: { value: 10 } }]);
    const sum = Array.from({ length: 100 }, () => tenth).reduce(addBags);
    if (!equalBags(sum, ten)) throw new Error('they are not');
    if (Array.from({ length: 100 }, () => tenth).reduce(subtractBags, ten).size !== 0)
      throw new Error('something is left');
  });
});

const index = fc.nat(7);
const thousandths = fc.integer({ min: 1, max: 3000 });
const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('agentJoins' as const), which: index }),
    fc.record({ do: fc.constant('agentBreaks' as const), which: index }),
    fc.record({ do: fc.constant('agentReturns' as const), which: index }),
    fc.record({ do: fc.constant('agentUnreachable' as const), which: index }),
    fc.record({ do: fc.constant('agentGone' as const), which: index }),
    fc.record({ do: fc.constant('agentDeactivated' as const), which: index }),
    fc.record({ do: fc.constant('subscribes' as const), which: index }),
    fc.record({ do: fc.constant('disconnects' as const), which: index }),
    fc.record({ do: fc.constant('resubscribes' as const), which: index }),
    fc.record({ do: fc.constant('tearsDown' as const), which: index }),
    fc.record({
      do: fc.constant('launches' as const),
      which: index,
      offer: index,
      sizes: fc.array(thousandths, { maxLength: 4 }),
    }),
    fc.record({
      do: fc.constant('launches' as const),
      which: index,
      offer: index,
      sizes: fc.array(thousandths, { maxLength: 4 }),
    }),
    fc.record({
      do: fc.constant('launchesGroup' as const),
      which: index,
      offer: index,
      sizes: fc.array(thousandths, { maxLength: 3 }),
    }),
    fc.record({
      do: fc.constant('reserves' as const),
      which: index,
      offer: index,
      sizes: fc.array(thousandths, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ do: fc.constant('unreserves' as const), which: index, offer: index }),
    fc.record({ do: fc.constant('declines' as const), which: index, offer: index, seconds: fc.constantFrom(0, 5) }),
    fc.record({ do: fc.constant('revives' as const), which: index }),
    fc.record({ do: fc.constant('ends' as const), which: index, task: index }),
    fc.record({ do: fc.constant('acknowledges' as const), which: index, task: index }),
    fc.record({ do: fc.constant('executorExits' as const), which: index, task: index }),
  ),
  { minLength: 10, maxLength: 60 },
);

describe('what a master accounts for', () => {
  let cluster: Cluster | undefined;
  afterEach(() => cluster?.close());

  it('S71 whatever happens, what is offered, used and free is what each agent has', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const played = new Cluster();
        cluster = played;
        try {
          for (const which of [0, 1, 2]) {
            played.play({ do: 'agentJoins', which });
            played.play({ do: 'subscribes', which });
          }
          for (const command of list) {
            played.play(command);
            played.check();
          }
        } finally {
          played.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
