import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutHost } from '../../support/faulty-world.js';
import { leftovers } from './leftovers.js';
import { Life } from './life.js';
import { mishaps } from './mishaps.js';
import { wish } from './wishes.js';

const RUNS = 3_000;
/** A busy machine, and what fails has to be shrunk. */
const PATIENCE = { timeout: 300_000 };
const story = fc.record({ leftovers, wish, mishaps });

let withHost = () => {};
beforeAll(() => {
  withHost = withoutHost();
});
afterAll(() => withHost());

describe('apply --watch', () => {
  it(
    'L17 L18 L29 heals the cluster, whatever is there and whatever happened, once nothing happens any more',
    PATIENCE,
    async () => {
      const property = fc.asyncProperty(story, async (each) => {
        expect(await new Life(each).watched()).toEqual([]);
      });
      await fc.assert(property, { numRuns: RUNS });
    },
  );
});
