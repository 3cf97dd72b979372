/** Looks at the engine, this machine and the minimesosFile, and says what is wrong and what to do. Changes nothing. */

import type { Docker } from '../docker/docker.js';
import { asMinimesosError, type MinimesosError } from '../errors.js';
import { type Check, fail } from './check.js';
import { engineChecks } from './engine-checks.js';
import { gather, type Subject } from './gather.js';
import { imageChecks } from './image-checks.js';
import { leftoverChecks } from './leftover-checks.js';
import { networkChecks } from './network-checks.js';

export interface Diagnosis {
  /** Whether no check failed; some may warn. */
  ok: boolean;
  checks: Check[];
  /** Why nothing could be looked at. */
  error?: MinimesosError | undefined;
}

/** Rejects with nothing: an engine that does not answer is what it says. `connect` may throw so too. */
export async function diagnose(connect: () => Docker, subject: Subject): Promise<Diagnosis> {
  try {
    const facts = await gather(connect(), subject);
    const checks = [engineChecks, networkChecks, imageChecks, leftoverChecks].flatMap((look) => look(facts));
    return { ok: checks.every(({ status }) => status !== 'fail'), checks };
  } catch (thrown) {
    const error = asMinimesosError(thrown);
    return { ok: false, checks: [fail('engine', error.message, error.hint)], error };
  }
}
