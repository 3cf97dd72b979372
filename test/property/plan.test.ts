import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingOf } from '../../src/desired.js';
import { forecast } from '../../src/plan/forecast.js';
import { NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { settlement } from '../../src/settlement.js';
import { bounded } from '../support/worlds.js';
import { file, story, wanted, worldOf } from './plan-arbitraries.js';
import { expectSafe } from './plan-safety.js';

const RUNS = 50;

describe('a pass', () => {
  it('does one thing to a component at most, leaves alone what serves as wanted, and takes away one of a kind', () => {
    fc.assert(
      fc.property(file, story(true), (now, happened) => {
        const [desired, observed] = [wanted(now), worldOf(now, happened)];
        expectSafe({ desired, observed, ...plan(desired, observed, NO_MEMORY) }, []);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a forecast', () => {
  it('ends, whatever it starts from, with nothing left to do', () => {
    fc.assert(
      fc.property(file, story(true), (now, happened) => {
        const desired = bounded(wanted(now));
        const { observed } = forecast(desired, worldOf(now, happened));
        expect(plan(desired, observed, NO_MEMORY).steps).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('ends with the cluster that the file wants, where all that runs serves', () => {
    fc.assert(
      fc.property(file, story(false), (now, happened) => {
        const desired = bounded(wanted(now));
        const { observed } = forecast(desired, worldOf(now, happened));
        const { steps, components } = plan(desired, observed, NO_MEMORY);
        expect(settlement({ desired, observed, components, steps }, new Map())).toBe('converged');
      }),
      { numRuns: RUNS },
    );
  });

  it('of an empty cluster ends with nothing', () => {
    fc.assert(
      fc.property(file, story(true), (now, happened) => {
        const nothing = bounded(nothingOf(wanted(now).cluster));
        const { observed } = forecast(nothing, worldOf(now, happened));
        expect(observed).toMatchObject({ network: undefined, components: [] });
      }),
      { numRuns: RUNS },
    );
  });
});
