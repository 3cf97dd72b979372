/** What a timer can wait at most; a longer one would be over at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A DurationInfo in ms; undefined where there is none. */
export function durationOf(info: { nanoseconds: number } | undefined): number | undefined {
  return info === undefined ? undefined : info.nanoseconds / 1e6;
}

/** As far as a timer can wait. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_TIMER_MS);
}

/** Frameworks may ask for any time. */
export function after(ms: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, timerMs(ms));
}
