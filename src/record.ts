/** What is remembered of one component, how a look changes it, and what it means to the next pass. Pure. */

import type { Phase, PlannedComponent } from './model.js';
import type { Recollection } from './plan/memory.js';

/** So long in service, and what went wrong before is forgotten. */
const RECOVERED_AFTER_MS = 10_000;

export interface ComponentRecord {
  phase: Phase;
  reason?: string | undefined;
  failedHash?: string | undefined;
  /** How often in a row it stopped again, or a step of it failed. */
  attempts: number;
  /** It was brought back, and has not been ready for long since. */
  relapsed: boolean;
  retryAt?: number | undefined;
  readySince?: number | undefined;
  unreadySince?: number | undefined;
  suffersSince?: number | undefined;
  /** Milliseconds before `suffersSince`, since it was ready or started last. */
  sufferedMs: number;
  /** How often in a row it was restarted because it gave no answer. */
  restarts: number;
  /** The spec that it was ready with. */
  provenHash?: string | undefined;
  onTrial: boolean;
  drained?: string | undefined;
}

export const NOTHING_KNOWN: ComponentRecord = {
  phase: 'absent',
  attempts: 0,
  relapsed: false,
  onTrial: false,
  sufferedMs: 0,
  restarts: 0,
};

export function isNews({ phase, unready = false }: PlannedComponent, before: ComponentRecord): boolean {
  return phase !== before.phase || unready !== (before.unreadySince !== undefined);
}

export function seen(
  before: ComponentRecord,
  { phase, unready, suffers, desired, observed }: PlannedComponent,
  now: number,
): ComponentRecord {
  const ready = phase === 'ready' && observed?.readiness.ready === true;
  const readySince = ready ? (before.readySince ?? now) : undefined;
  const recovered = readySince !== undefined && now - readySince >= RECOVERED_AFTER_MS;
  const current = ready && observed.container?.hash === desired?.hash;
  return {
    ...before,
    phase,
    readySince,
    attempts: recovered ? 0 : before.attempts,
    relapsed: before.relapsed && !recovered,
    restarts: recovered ? 0 : before.restarts,
    retryAt: phase === 'backoff' ? before.retryAt : undefined,
    unreadySince: unready ? (before.unreadySince ?? now) : undefined,
    ...suffering(before, unready === true, suffers === true, now),
    provenHash: current ? desired?.hash : before.provenHash,
    onTrial: before.onTrial && !current,
  };
}

/** The time in which it waits for somebody else does not count, and does not undo what was suffered before. */
function suffering(before: ComponentRecord, unready: boolean, suffers: boolean, now: number) {
  const { suffersSince, sufferedMs } = before;
  if (!unready) return { suffersSince: undefined, sufferedMs: 0 };
  if (suffers) return { suffersSince: suffersSince ?? now, sufferedMs };
  return { suffersSince: undefined, sufferedMs: sufferedMs + (suffersSince === undefined ? 0 : now - suffersSince) };
}

export function recollection(record: ComponentRecord, now: number): Recollection {
  const { phase, reason, failedHash, relapsed, retryAt, suffersSince, unreadySince, onTrial, drained } = record;
  return {
    phase,
    reason,
    failedHash: phase === 'failed' || phase === 'backoff' ? failedHash : undefined,
    resting: retryAt !== undefined && now < retryAt,
    relapsed,
    unreadyMs: unreadySince === undefined ? 0 : now - unreadySince,
    sufferedMs: record.sufferedMs + (suffersSince === undefined ? 0 : now - suffersSince),
    restarts: record.restarts,
    proven: record.provenHash !== undefined,
    onTrial,
    drained,
  };
}
