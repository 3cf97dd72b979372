import type { HealthCheck } from '../app/definition.js';

/** What is known of a task by one of its health checks; times in ISO 8601. */
export interface Health {
  firstSuccess: string | null;
  lastSuccess: string | null;
  lastFailure: string | null;
  lastFailureCause: string | null;
  consecutiveFailures: number;
}

export const UNKNOWN_HEALTH: Health = {
  firstSuccess: null,
  lastSuccess: null,
  lastFailure: null,
  lastFailureCause: null,
  consecutiveFailures: 0,
};

export function isAlive({ lastSuccess, consecutiveFailures }: Health): boolean {
  return lastSuccess !== null && consecutiveFailures === 0;
}

export function afterSuccess(health: Health, now: string): Health {
  return { ...health, firstSuccess: health.firstSuccess ?? now, lastSuccess: now, consecutiveFailures: 0 };
}

/** A task that never was healthy may fail for as long as the grace period lasts. */
export function afterFailure(
  health: Health,
  { gracePeriodSeconds }: HealthCheck,
  cause: string,
  { now, startedAt }: { now: string; startedAt: string },
): Health {
  const isYoung = Date.parse(now) - Date.parse(startedAt) < gracePeriodSeconds * 1000;
  if (health.firstSuccess === null && isYoung) return { ...health, lastFailureCause: cause };
  const consecutiveFailures = health.consecutiveFailures + 1;
  return { ...health, lastFailure: now, lastFailureCause: cause, consecutiveFailures };
}

/** Whether the task has failed often enough to be killed. */
export function isHopeless({ consecutiveFailures }: Health, { maxConsecutiveFailures }: HealthCheck): boolean {
  return maxConsecutiveFailures > 0 && consecutiveFailures >= maxConsecutiveFailures;
}
