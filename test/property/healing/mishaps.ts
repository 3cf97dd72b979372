/** What goes wrong while controllers work: calls that fail, controllers that die, hands that meddle. */

import fc from 'fast-check';
import type { ErrorCode } from '../../../src/errors.js';
import type { When } from '../../support/faulty-docker.js';
import { type Wish, wish } from './wishes.js';

export const DEEDS = [
  'crash',
  'remove',
  'pause',
  'disconnect',
  'reconnect without names',
  'reconnect elsewhere',
  'recreate from another image',
  'double',
  'remove with its volume',
  'remove an idle volume',
  'freeze',
  'crash again and again',
  'kill for good',
  'begin to remove',
  'restart for ever',
  'give tasks',
  'lose the network',
  'prune images',
  'close the registry',
  'pause the cluster',
  'resume the cluster',
] as const;
export type Deed = (typeof DEEDS)[number];

export type Mishap =
  /** The very call fails, with or without its effect. */
  | { what: 'failure'; code: ErrorCode; when: When }
  /** The engine takes so many turns of the event loop for the very call. */
  | { what: 'slowness'; turns: number; when: When }
  /** The controller dies in the very call. */
  | { what: 'death'; when: When }
  /** The engine answers none of so many calls; its containers may have ended when it is back. */
  | { what: 'outage'; calls: number; fatal: boolean }
  | { what: 'deed'; deed: Deed; whose: number; told: boolean }
  | { what: 'edit'; wish: Wish };

export interface Timed {
  /** Calls to the engine until it happens. */
  after: number;
  mishap: Mishap;
}

const CODES: ErrorCode[] = ['DOCKER_FAILED', 'DOCKER_CONFLICT', 'DOCKER_NOT_FOUND', 'DOCKER_UNREACHABLE'];
const when = fc.constantFrom('before' as const, 'after' as const);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('failure' as const), code: fc.constantFrom(...CODES), when }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('slowness' as const), turns: fc.integer({ min: 1, max: 9 }), when }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('death' as const), when }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('outage' as const),
      calls: fc.integer({ min: 1, max: 8 }),
      fatal: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('deed' as const),
      deed: fc.constantFrom(...DEEDS),
      whose: fc.nat(9),
      told: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('edit' as const), wish }) },
);

export const mishaps: fc.Arbitrary<Timed[]> = fc.array(fc.record({ after: fc.nat(12), mishap }), { maxLength: 5 });
