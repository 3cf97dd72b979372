/** Waiting for what Marathon was told, which it does in its own time. */

import { systemClock } from '../clock.js';
import { asMinimesosError, MinimesosError } from '../errors.js';
import type { Marathon, MarathonApp, QueuedApp } from '../mesos/marathon.js';
import type { Clock } from '../world.js';
import type { Context } from './context.js';

const TIMEOUT_S = 60;
const LOOK_EVERY_MS = 250;

export interface Rollout {
  deploymentId: string;
  /** For people: `app /hello`. */
  subject: string;
  /** What is to be so in the end: `deployed`. */
  goal: string;
  /** For people, what is still missing when the deployment is over; undefined where nothing is. */
  missing(answer: { apps: MarathonApp[]; queue: QueuedApp[] }): string | undefined;
  /** What to do where it is not done in time. */
  hint: string;
}

/** Resolves when the deployment is over and nothing is missing. Rejects with `NOT_SETTLED` or `INTERRUPTED`. */
export async function rolledOut(
  { signal, args }: Pick<Context, 'signal' | 'args'>,
  marathon: Pick<Marathon, 'apps' | 'queue' | 'deployments'>,
  rollout: Rollout,
  clock: Clock = systemClock,
): Promise<void> {
  const timeoutS = args.timeout ?? TIMEOUT_S;
  const end = clock.now() + timeoutS * 1000;
  for (;;) {
    const unmet = await whatIsUnmet(marathon, rollout);
    if (unmet === undefined) return;
    if (signal.aborted) throw new MinimesosError('INTERRUPTED', 'interrupted; the deployment goes on');
    if (clock.now() >= end) {
      const { subject, goal, hint } = rollout;
      throw new MinimesosError('NOT_SETTLED', `${subject} is not ${goal} within ${timeoutS} s: ${unmet}`, { hint });
    }
    await clock.wait(LOOK_EVERY_MS, signal);
  }
}

/** A Marathon that does not answer, while another takes over, is waited for too. */
async function whatIsUnmet(
  marathon: Parameters<typeof rolledOut>[1],
  { deploymentId, missing }: Rollout,
): Promise<string | undefined> {
  try {
    const [apps, queue, running] = await Promise.all([marathon.apps(), marathon.queue(), marathon.deployments()]);
    const why = missing({ apps, queue });
    return running.includes(deploymentId) ? (why ?? `deployment ${deploymentId} is under way`) : why;
  } catch (thrown) {
    const error = asMinimesosError(thrown);
    if (!error.retryable) throw error;
    return error.message;
  }
}
