/** Why a component got into trouble by itself, with the last lines of its log. */

import type { Docker } from './docker/docker.js';
import { MinimesosError } from './errors.js';
import type { PlannedComponent } from './model.js';
import { stoppedBecause } from './plan/causes.js';

export interface Situation {
  docker: Docker;
  /** Milliseconds. */
  progressDeadlineMs: number;
  /** It was brought back a short while ago. */
  relapsed: boolean;
}

const LINES = 10;

/** Undefined where it has no container to tell of. */
export async function lastWords(
  { phase, observed }: PlannedComponent,
  { docker, progressDeadlineMs, relapsed }: Situation,
): Promise<MinimesosError | undefined> {
  const { container, readiness } = observed ?? {};
  if (!container) return undefined;
  const details = await docker.tailLogs(container.id, LINES).catch(() => []);
  if (phase === 'failed') {
    const late = `not ready within ${progressDeadlineMs / 1000} s: ${readiness?.reason}`;
    return new MinimesosError('PROGRESS_DEADLINE', late, { details });
  }
  const when = relapsed ? 'again' : 'before it was ready';
  return new MinimesosError('COMPONENT_EXITED', `${stoppedBecause(container)} ${when}`, { details });
}
