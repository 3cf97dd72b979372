/** Why a component got into trouble by itself, with the last lines of its log. */

import type { Docker } from './docker/docker.js';
import { MinimesosError } from './errors.js';
import type { PlannedComponent } from './model.js';
import { stoppedBecause } from './plan/causes.js';
import { withoutCredentials } from './secrets.js';

export interface Situation {
  docker: Docker;
  /** Milliseconds. */
  progressDeadlineMs: number;
  /** It was brought back a short while ago. */
  relapsed: boolean;
}

const LINES = 10;

/** Undefined where there is nothing to tell. */
export async function lastWords(
  { phase, desired, observed, app }: PlannedComponent,
  { docker, progressDeadlineMs, relapsed }: Situation,
): Promise<MinimesosError | undefined> {
  if (app?.unreachable) return new MinimesosError('APP_UNREACHABLE', app.unreachable.problem);
  const { container, readiness } = observed ?? {};
  if (!container) return undefined;
  const lines = await docker.tailLogs(container.id, LINES).catch(() => []);
  const details = lines.map((line) => desired?.conceal(line) ?? withoutCredentials(line));
  if (phase === 'failed') {
    const late = `not ready within ${progressDeadlineMs / 1000} s: ${readiness?.reason}`;
    return new MinimesosError('PROGRESS_DEADLINE', late, { details });
  }
  const when = relapsed ? 'again' : 'before it was ready';
  return new MinimesosError('COMPONENT_EXITED', `${stoppedBecause(container)} ${when}`, { details });
}
