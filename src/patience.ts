/** A look at an engine that may be gone for a while: asked again, ever more seldom. */

import { asMinimesosError, type MinimesosError } from './errors.js';
import type { Clock } from './world.js';

export interface Patience {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds; Infinity for one who never gives up. 0: what fails once has failed. */
  limitMs: number;
  lost(error: MinimesosError): void;
  back(): void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** Rejects with what `look` rejected with, where another try is of no use or the limit is over. */
export async function patiently<Seen>(look: () => Promise<Seen>, patience: Patience): Promise<Seen> {
  const { clock, signal, limitMs, lost, back } = patience;
  const startedAt = clock.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const seen = await look();
      if (attempt > 0) back();
      return seen;
    } catch (thrown) {
      const error = asMinimesosError(thrown);
      if (!error.retryable || signal.aborted || clock.now() - startedAt >= limitMs) throw error;
      if (attempt === 0) lost(error);
      await clock.wait(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS), signal);
    }
  }
}
