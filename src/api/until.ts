/** Waits for what somebody looks for, and tells what was seen last where it does not come. */

import { asMinimesosError, MinimesosError } from '../errors.js';
import type { Clock } from '../world.js';

export interface WaitOptions {
  /** Seconds; default 60. */
  timeout?: number | undefined;
  /** Ends the wait, which rejects with `INTERRUPTED`. */
  signal?: AbortSignal | undefined;
}

export interface Wait<Seen> {
  clock: Clock;
  /** Seconds. */
  timeout: number;
  signal: AbortSignal;
  look(): Promise<Seen>;
  /** One that throws does not hold yet. */
  holds(seen: Seen): unknown;
  /** For people, what is waited for: `the deployment of /web is not over`. */
  missing: string;
  /** For people, a line for each thing that was seen. */
  describe(seen: Seen): string[];
}

const LOOK_EVERY_MS = 200;

/**
 * What was seen when it held. Rejects with `NOT_SETTLED` when the time is over, with `INTERRUPTED`, and with what a look
 * rejects with for good; what may be better at the next look is looked at again.
 */
export async function until<Seen>(wait: Wait<Seen>): Promise<Seen> {
  const { clock, timeout, signal, missing } = wait;
  const end = clock.now() + timeout * 1000;
  for (;;) {
    const found = await glance(wait);
    if (found.held) return found.seen;
    if (signal.aborted) throw new MinimesosError('INTERRUPTED', `interrupted: ${missing}`);
    if (clock.now() >= end) throw late(`${missing} after ${timeout} s`, found.last);
    await clock.wait(Math.min(LOOK_EVERY_MS, end - clock.now()), signal);
  }
}

/** Test runners show the message, and not all of them the rest. */
function late(missing: string, last: { details: string[]; cause?: unknown }): MinimesosError {
  return new MinimesosError('NOT_SETTLED', `${missing}: ${last.details.join('; ')}`, last);
}

type Glance<Seen> = { held: true; seen: Seen } | { held: false; last: { details: string[]; cause?: unknown } };

async function glance<Seen>({ look, holds, describe }: Wait<Seen>): Promise<Glance<Seen>> {
  let seen: Seen;
  try {
    seen = await look();
  } catch (thrown) {
    const error = asMinimesosError(thrown);
    if (!error.retryable) throw error;
    return { held: false, last: { details: [error.message], cause: error } };
  }
  try {
    if (await holds(seen)) return { held: true, seen };
    return { held: false, last: { details: describe(seen) } };
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause);
    return { held: false, last: { details: [...describe(seen), ...told.split('\n')], cause } };
  }
}
