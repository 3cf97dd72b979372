import type { Clock } from '../../src/world.js';

interface Jumps {
  /** While `busy`, no time passes; to one who is `cut` off none passes any more. */
  state?: () => string;
  /** Milliseconds: a jump of so many leaves a moment to what is real, a file that is removed. */
  longFromMs?: number;
}

/** Waits take no time: whenever all wait, it is as late as the first of them waits for. */
export function jumpingClock({ state = () => 'idle', longFromMs = 1_000 }: Jumps = {}): Clock {
  let now = 0;
  let jumping = false;
  const waiting = new Map<() => void, number>();
  const first = () => [...waiting].sort(([, a], [, b]) => a - b).at(0);

  const jump = (): void => {
    if (state() === 'cut') return;
    if (state() === 'busy') return void setImmediate(jump);
    const [wake, at = now] = first() ?? [];
    now = Math.max(now, at);
    wake?.();
    jumping = false;
    if (waiting.size > 0) jumpSoon();
  };
  const jumpSoon = (): void => {
    if (jumping) return;
    jumping = true;
    const [, at = now] = first() ?? [];
    if (at - now >= longFromMs) setTimeout(jump, 1);
    else setImmediate(jump);
  };

  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.set(wake, now + ms);
        signal.addEventListener('abort', wake);
        jumpSoon();
      }),
  };
}
