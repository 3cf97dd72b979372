import { get } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import type { JsonObject } from '../../json.js';
import type { CommandInfo, TaskInfo } from '../../mesos/shapes.js';
import type { Activity, Change } from './activity.js';
import { after, timerMs } from './time.js';

/** What a task's checks found last. */
type Findings = Pick<Change, 'healthy' | 'check_status'>;

export interface Watch {
  readonly last: Findings;
  stop(): void;
}

export interface WatchListener {
  onChange(change: Omit<Change, 'state'>): void;
  /** So often in a row that it is to be killed. */
  onUnhealthy(): void;
}

/** HealthCheck and CheckInfo of the v1 API, as far as they are looked into; times in seconds. */
interface Check {
  type?: string;
  command?: CommandInfo & { command?: CommandInfo };
  http?: { scheme?: string; port: number; path?: string };
  tcp?: { port: number };
  delay_seconds?: number;
  interval_seconds?: number;
  timeout_seconds?: number;
  grace_period_seconds?: number;
  consecutive_failures?: number;
}

/** What one look found: an exit code, an HTTP status, or whether a port was open; null where it found nothing in time. */
type Found = { type: 'COMMAND'; code: number } | { type: 'HTTP'; status: number } | { type: 'TCP'; open: boolean };

/** Checks a task as its TaskInfo asks for, until it is stopped. */
export function watchHealth(info: TaskInfo, activity: Activity, listener: WatchListener): Watch {
  const last: Findings = {};
  let stopped = false;
  const tell = (findings: Findings, reason: string, message?: string): void => {
    if (stopped) return;
    Object.assign(last, findings);
    listener.onChange({ ...last, reason, ...(message === undefined ? {} : { message }) });
  };
  const stops = [
    ...(info.health_check === undefined
      ? []
      : [watchHealthCheck(info.health_check as Check, activity, tell, listener)]),
    ...(info.check === undefined ? [] : [watchCheck(info.check as Check, activity, tell)]),
  ];
  return {
    last,
    stop: () => {
      stopped = true;
      for (const stop of stops) stop();
    },
  };
}

type Tell = (findings: Findings, reason: string, message?: string) => void;

function watchHealthCheck(check: Check, activity: Activity, tell: Tell, { onUnhealthy }: WatchListener): () => void {
  const began = performance.now();
  const graceMs = (check.grace_period_seconds ?? 10) * 1000;
  let failures = 0;
  let everHealthy = false;
  return repeat(check, async () => {
    const why = unhealthyReason(check, await look(check, activity));
    if (why === null) {
      if (!everHealthy || failures > 0) tell({ healthy: true }, 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED');
      everHealthy = true;
      failures = 0;
      return;
    }
    // A task that is coming up may fail for a while.
    if (!everHealthy && performance.now() - began < graceMs) return;
    failures += 1;
    tell({ healthy: false }, 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED', why);
    if (failures >= (check.consecutive_failures ?? 3)) onUnhealthy();
  });
}

function watchCheck(check: Check, activity: Activity, tell: Tell): () => void {
  let before = '';
  return repeat(check, async () => {
    const status = checkStatus(check, await look(check, activity));
    const now = JSON.stringify(status);
    if (now !== before) tell({ check_status: status }, 'REASON_TASK_CHECK_STATUS_UPDATED');
    before = now;
  });
}

/** Each look begins its interval after the one before ended. */
function repeat(check: Check, once: () => Promise<void>): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const later = (seconds: number): void => {
    timer = after(seconds * 1000, async () => {
      await once();
      if (!stopped) later(check.interval_seconds ?? 10);
    });
    timer.unref();
  };
  later(check.delay_seconds ?? 15);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function kindOf(check: Check): Found['type'] {
  if (check.type === 'HTTP' || check.type === 'TCP' || check.type === 'COMMAND') return check.type;
  return check.http === undefined ? 'COMMAND' : 'HTTP';
}

async function look(check: Check, activity: Activity): Promise<Found | null> {
  const timeoutMs = timeoutOf(check);
  const host = activity.ip ?? '127.0.0.1';
  switch (kindOf(check)) {
    case 'HTTP': {
      const status = await httpStatus(check.http ?? { port: 0 }, host, timeoutMs);
      return status === null ? null : { type: 'HTTP', status };
    }
    case 'TCP':
      return { type: 'TCP', open: await isOpen(check.tcp?.port ?? 0, host, timeoutMs) };
    case 'COMMAND': {
      const code = await activity.probe(check.command?.command ?? check.command ?? {}, timeoutMs);
      return code === null ? null : { type: 'COMMAND', code };
    }
  }
}

/** None is as long as a timer can wait. */
function timeoutOf({ timeout_seconds = 20 }: Check): number {
  return timerMs(timeout_seconds === 0 ? Number.POSITIVE_INFINITY : timeout_seconds * 1000);
}

function unhealthyReason(check: Check, found: Found | null): string | null {
  const kind = kindOf(check);
  if (found === null) return `${kind} health check failed: nothing within ${check.timeout_seconds ?? 20}secs`;
  switch (found.type) {
    case 'HTTP':
      if (found.status >= 200 && found.status < 400) return null;
      return `Unexpected HTTP response code: ${found.status}`;
    case 'TCP':
      return found.open ? null : 'TCP connection to the task was refused';
    case 'COMMAND':
      return found.code === 0 ? null : `Command returned exited with status ${found.code}`;
  }
}

function checkStatus(check: Check, found: Found | null): JsonObject {
  const type = kindOf(check);
  switch (found?.type) {
    case 'HTTP':
      return { type, http: { status_code: found.status } };
    case 'TCP':
      return { type, tcp: { succeeded: found.open } };
    case 'COMMAND':
      return { type, command: { exit_code: found.code } };
    default:
      return { type, [type.toLowerCase()]: {} };
  }
}

function httpStatus(
  { scheme, port, path = '/' }: NonNullable<Check['http']>,
  host: string,
  timeoutMs: number,
): Promise<number | null> {
  // Mesos asks curl with -k: whose certificate it is does not count.
  const options = { host, port, path, timeout: timeoutMs, agent: false, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const asked = (scheme === 'https' ? httpsGet : get)(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    const timer = setTimeout(() => asked.destroy(), timeoutMs);
    timer.unref();
    asked.on('error', () => resolve(null));
    asked.on('close', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}

function isOpen(port: number, host: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: timeoutMs });
    const done = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => done(true));
    socket.on('timeout', () => done(false));
    socket.on('error', () => done(false));
  });
}
