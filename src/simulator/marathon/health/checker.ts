import type { App, HealthCheck } from '../app/definition.js';
import { networkMode, portNeeds } from '../app/network.js';
import type { TaskRecord } from '../tasks/tasks.js';
import { timerMs } from '../timer.js';
import { afterFailure, afterSuccess, type Health, isHopeless, UNKNOWN_HEALTH } from './health.js';
import { probe, type Target } from './probe.js';

/** A check that waits for nothing would keep a processor busy. */
const SHORTEST_INTERVAL_MS = 10;

export interface CheckerListener {
  changed(): void;
  failed(): void;
  hopeless(): void;
}

/** Whether Marathon itself looks, and not the task's agent. */
export function isOurs({ protocol }: HealthCheck): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS' || protocol === 'TCP';
}

/** One health check of one running task: looks again and again until it is closed. */
export class Checker {
  readonly #check: HealthCheck;
  readonly #target: Target;
  readonly #startedAt: string;
  readonly #listener: CheckerListener;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  health: Health = UNKNOWN_HEALTH;

  constructor(check: HealthCheck, task: TaskRecord, app: App, listener: CheckerListener) {
    this.#check = check;
    this.#target = targetOf(check, task, app);
    this.#startedAt = task.startedAt ?? task.stagedAt;
    this.#listener = listener;
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const finding = await probe(this.#target, this.#check.ignoreHttp1xx);
    if (this.#closed) return;
    if (!('ignored' in finding)) this.#found(finding.healthy ? null : finding.cause);
    if (!this.#closed)
      this.#timer = setTimeout(() => void this.#look(), timerMs(this.#check.intervalSeconds, SHORTEST_INTERVAL_MS));
  }

  #found(failure: string | null): void {
    const now = new Date().toISOString();
    if (failure === null) this.health = afterSuccess(this.health, now);
    else {
      const before = this.health.consecutiveFailures;
      this.health = afterFailure(this.health, this.#check, failure, { now, startedAt: this.#startedAt });
      if (this.health.consecutiveFailures > before) this.#listener.failed();
    }
    this.#listener.changed();
    if (isHopeless(this.health, this.#check)) this.#listener.hopeless();
  }
}

function targetOf(check: HealthCheck, task: TaskRecord, app: App): Target {
  const index = check.portIndex ?? 0;
  const hostPort = task.hostPorts[index] ?? null;
  const inside = networkMode(app) === 'container' && hostPort === null;
  const host = inside ? (task.ipAddresses[0]?.ipAddress ?? task.hostname) : task.hostname;
  const port = check.port ?? (inside ? portNeeds(app)[index]?.containerPort : hostPort) ?? 0;
  const protocol = check.protocol === 'HTTPS' || check.protocol === 'TCP' ? check.protocol : 'HTTP';
  return { protocol, host, port, path: check.path ?? '/', timeoutMs: timerMs(check.timeoutSeconds) };
}
