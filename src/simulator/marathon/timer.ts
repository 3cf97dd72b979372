/** Node's timers end at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1;

/** Whole ms that a timer takes, for a time that anybody may have asked for. */
export function timerMs(seconds: number, leastMs = 0): number {
  return Math.ceil(Math.min(LONGEST_MS, Math.max(leastMs, seconds * 1000)));
}
