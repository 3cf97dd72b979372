/** What a controller is given: everything outside of it. Two clusters, or a fake clock, fit into one process. */

import type { Docker, Progress } from './docker/docker.js';
import type { AppOperator } from './mesos/app-operator.js';
import type { Operator } from './mesos/drain.js';
import type { ComponentId, Desired, Observed } from './model.js';

export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Resolves after this many milliseconds, or early when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface World {
  docker: Docker;
  operator: Operator;
  apps: AppOperator;
  /** The file's desired state; the last good one while the file is broken. */
  desired(): Promise<Desired>;
  /** What `busy` names is being changed, and need not be asked whether it does its work. */
  observe(desired: Desired, busy: ReadonlySet<ComponentId>): Promise<Observed>;
  /** Brings an image to the engine: a pull, or a build of the simulator's. */
  provideImage(reference: string, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
  /**
   * Takes the right to change the cluster, before the first step. Gives whether it was taken just now, and others may
   * have changed the world meanwhile. Rejects with `CLUSTER_LOCKED`.
   */
  claim(): Promise<boolean>;
  clock: Clock;
  /** From 0 to 1, for pauses that are not to end together. */
  random(): number;
  /** Ends everything; what was created stays labelled, so that another run carries on. */
  signal: AbortSignal;
  /** Of minimesos, for labels. */
  version: string;
  /** Path of the engine's socket on the engine's host, for those that are given it. */
  engineSocket: string;
}
