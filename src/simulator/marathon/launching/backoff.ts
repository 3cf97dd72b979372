import type { App } from '../app/definition.js';

interface Delay {
  /** Which configuration it is of: a changed app begins afresh. */
  configuration: string;
  /** The next one, ms. */
  currentMs: number;
  untilMs: number;
}

/** A hundred years: more has no date. */
const LONGEST_MS = 100 * 365 * 86_400_000;

/** How long an app whose tasks ended waits before the next launch: longer each time. Times in ms since the epoch. */
export class Backoff {
  readonly #delays = new Map<string, Delay>();

  /** A task ended by itself. */
  ended(app: App, now: number): void {
    const before = this.#of(app);
    const most = Math.min(LONGEST_MS, app.maxLaunchDelaySeconds * 1000);
    const currentMs = Math.min(
      most,
      before === null ? app.backoffSeconds * 1000 : before.currentMs * app.backoffFactor,
    );
    this.#delays.set(app.id, {
      configuration: app.versionInfo.lastConfigChangeAt,
      currentMs,
      untilMs: now + currentMs,
    });
  }

  /** When the app's next task may be launched. */
  until(app: App): number {
    return this.#of(app)?.untilMs ?? 0;
  }

  reset(id: string): void {
    this.#delays.delete(id);
  }

  /** Forgets delays that are over for longer than any delay of the app can last: what runs by then is viable. */
  forget(app: App, now: number): void {
    const delay = this.#of(app);
    if (delay !== null && now > delay.untilMs + app.maxLaunchDelaySeconds * 1000) this.reset(app.id);
  }

  #of(app: App): Delay | null {
    const delay = this.#delays.get(app.id);
    return delay?.configuration === app.versionInfo.lastConfigChangeAt ? delay : null;
  }
}
