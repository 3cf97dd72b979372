/** How much a controller puts up with, and for how long. Knobs of the controller: none is part of a spec hash. */

import type { Kind } from './model.js';

export interface KindPolicy {
  /** How many of the kind a roll may make unavailable at once. */
  maxUnavailable: number;
  /** So long a component that was ready may give no answer before it is called degraded. */
  degradedAfterMs: number;
  /** So long it may give none before it is restarted. */
  restartAfterMs: number;
}

export interface Policy {
  kinds: Readonly<Record<Kind, KindPolicy>>;
  /** So long a component that was made from a new spec may take to become ready, before the roll stops. */
  progressDeadlineMs: number;
  /** So long an agent that is to go may take to end its tasks. */
  drainLimitMs: number;
}

/** A JVM takes its time; a master waits for a new session at ZooKeeper, and its agents for it. */
export const DEFAULT_POLICY: Policy = {
  kinds: {
    zookeeper: { maxUnavailable: 1, degradedAfterMs: 2_000, restartAfterMs: 10_000 },
    master: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 15_000 },
    agent: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 15_000 },
    marathon: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 60_000 },
    consul: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 15_000 },
    registrator: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 15_000 },
    'mesos-dns': { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 15_000 },
    scope: { maxUnavailable: 1, degradedAfterMs: 3_000, restartAfterMs: 60_000 },
  },
  progressDeadlineMs: 120_000,
  drainLimitMs: 30_000,
};
