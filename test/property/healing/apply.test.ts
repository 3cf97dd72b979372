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
/** Null: all is to go. */
const story = fc.record({ leftovers, wish: fc.option(wish, { freq: 8 }), mishaps });

let withHost = () => {};
beforeAll(() => {
  withHost = withoutHost();
});
afterAll(() => withHost());

describe('apply', () => {
  it(
    'L13 L17 L18 L29 ends with what the file wants, whatever is there and whatever happened before',
    PATIENCE,
    async () => {
      const property = fc.asyncProperty(story, async (each) => {
        expect(await new Life(each).applied()).toEqual([]);
      });
      await fc.assert(property, { numRuns: RUNS });
    },
  );
});
