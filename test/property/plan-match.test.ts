import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/plan/forecast.js';
import { match } from '../../src/plan/match.js';
import { bounded, converged } from '../support/worlds.js';
import { file, fileOfDifferentAgents, story, wanted, worldOf } from './plan-arbitraries.js';

const RUNS = 50;

describe('matching', () => {
  it('finds each block and each component a place, once', () => {
    fc.assert(
      fc.property(file, story(true), (now, happened) => {
        const [{ components: desired }, { components: observed }] = [wanted(now), worldOf(now, happened)];
        const matches = match(desired, observed);
        const pairs = matches.filter((each) => each.desired && each.observed).length;
        expect(matches).toHaveLength(desired.length + observed.length - pairs);
        expect(new Set(matches.flatMap((each) => each.desired ?? []))).toEqual(new Set(desired));
        expect(new Set(matches.flatMap((each) => each.observed ?? []))).toEqual(new Set(observed));
        expect(new Set(matches.map(({ kind, index }) => `${kind}-${index}`)).size).toBe(matches.length);
        for (const each of matches) {
          expect([each.desired?.kind ?? each.kind, each.observed?.kind ?? each.kind]).toEqual([each.kind, each.kind]);
          expect(each.observed?.index ?? each.index).toBe(each.index);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('gives each component of a converged cluster its own block', () => {
    fc.assert(
      fc.property(file, (now) => {
        const desired = wanted(now);
        for (const each of match(desired.components, converged(desired).components)) {
          expect(each.observed?.container?.hash).toBe(each.desired?.hash);
          expect(each.observed?.name).toBe(each.desired?.name);
          expect(each.index).toBe(each.desired?.position);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('blocks of agents', () => {
  it('may change places without a step', () => {
    const shuffled = file.chain((now) =>
      fc.tuple(fc.constant(now), fc.shuffledSubarray(now.blocks, { minLength: now.blocks.length })),
    );
    fc.assert(
      fc.property(shuffled, ([now, blocks]) => {
        expect(forecast(bounded(wanted({ ...now, blocks })), converged(wanted(now))).steps).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('that go take exactly their own agents along, volumes and all', () => {
    const reduced = fileOfDifferentAgents.chain((now) =>
      fc.tuple(fc.constant(now), fc.subarray([...now.blocks.keys()], { maxLength: now.blocks.length - 1 })),
    );
    fc.assert(
      fc.property(reduced, ([now, gone]) => {
        const blocks = now.blocks.filter((_, index) => !gone.includes(index));
        const { steps } = forecast(bounded(wanted({ ...now, blocks })), converged(wanted(now)));
        const expected = gone.map((index) => ({ verb: 'remove', component: `agent-${index}`, volume: 'remove' }));
        expect(steps).toMatchObject(expected);
        expect(steps).toHaveLength(gone.length);
      }),
      { numRuns: RUNS },
    );
  });
});
