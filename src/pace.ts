/** How long a controller rests after a look. */

import type { Settlement } from './settlement.js';

/** The end of a step pokes; what starts by itself has to be looked at. */
const LOOK_EVERY_MS = 100;
/** A step that is done pokes: where nothing starts by itself meanwhile, a look would only be in its way. */
const STEPS_MS = 1_000;
/** Looking takes the engine's time, which steps need too: after a look comes a rest so many times as long. */
const REST = 4;
const LONGEST_REST_MS = 500;
/** What has not got further for so long is looked at more seldom. */
const QUIET_MS = 10_000;
const LOOK_AT_QUIET_MS = 1_000;
/** The engine's listing may be behind its events for so long, and is looked at so often until then. */
const NEWS_MS = 500;
const LOOK_AT_NEWS_MS = 20;
/** A settled cluster pokes when something happens to it: the looks between may take half a percent of the time. */
const IDLE_REST = 200;
const SHORTEST_IDLE_MS = 10_000;
const LONGEST_IDLE_MS = 60_000;

export interface Rest {
  /** Milliseconds in which no poke is heard, and after these, those that a poke ends. */
  deafMs: number;
  ms: number;
}

export interface Look {
  settled: Settlement;
  /** How long the look took. */
  lookedMs: number;
  /** How long ago something happened outside. */
  newsMs: number;
  /** For how long nothing has changed. */
  quietMs: number;
  /** When somebody's pause is over; undefined where nobody keeps one. */
  nextTryMs: number | undefined;
}

export function restAfter({ settled, lookedMs, newsMs, nextTryMs, quietMs }: Look): Rest {
  if (settled === 'stepping') return { deafMs: 0, ms: STEPS_MS };
  if (settled === 'moving' && quietMs > QUIET_MS && newsMs > NEWS_MS) return { deafMs: 0, ms: LOOK_AT_QUIET_MS };
  if (settled === 'moving') return { deafMs: Math.min(lookedMs * REST, LONGEST_REST_MS), ms: LOOK_EVERY_MS };
  const idleMs = Math.min(Math.max(lookedMs * IDLE_REST, SHORTEST_IDLE_MS), LONGEST_IDLE_MS);
  return { deafMs: 0, ms: Math.min(nextTryMs ?? idleMs, newsMs < NEWS_MS ? LOOK_AT_NEWS_MS : idleMs) };
}
