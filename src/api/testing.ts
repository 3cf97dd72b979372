/**
 * Clusters for test runners: `import … from 'minimesos/testing'`. No runner is imported; each is given by its own hooks.
 *
 * ```ts
 * import { afterAll, beforeAll, expect, it } from 'vitest'; // or from '@jest/globals'
 * import { useCluster } from 'minimesos/testing';
 *
 * const mesos = useCluster({ beforeAll, afterAll }, { file: 'minimesosFile', distribution: 'simulator' });
 *
 * it('has three agents', async () => {
 *   expect((await mesos.cluster.master.state()).activated_slaves).toBe(3);
 * });
 * ```
 */

import { MinimesosError } from '../errors.js';
import type { StartOptions } from './cluster-life.js';
import { MesosCluster } from './mesos-cluster.js';

export type { MesosCluster, StartOptions };

/** A cluster that is there between `before` and `after`, for any runner. */
export interface ClusterFixture {
  /** Starts it. Rejects as `MesosCluster.start` does. */
  before(): Promise<void>;
  /** Destroys it, and ends a start that is under way. Without a cluster, after a start that failed for example, it does nothing. */
  after(): Promise<void>;
  /** Throws `NO_CLUSTER` outside of the two. */
  readonly cluster: MesosCluster;
}

/** Vitest's and Jest's hooks, which take a limit in milliseconds. */
export interface AllHooks {
  beforeAll(hook: () => Promise<void>, timeoutMs?: number): void;
  afterAll(hook: () => Promise<void>, timeoutMs?: number): void;
}

/** Those of `node:test`, which have none unless asked for. */
export interface NodeHooks {
  before(hook: () => Promise<void>): void;
  after(hook: () => Promise<void>): void;
}

/** A start ends by itself. These are beside its own limit: the pulls of images, and the removal of what dead processes left. */
const MARGIN_S = 600;
const START_S = 60;

export function clusterFixture(options: StartOptions = {}): ClusterFixture {
  let started: MesosCluster | undefined;
  let starting: Promise<unknown> = Promise.resolve();
  let callOff = () => {};
  return {
    before: async () => {
      const over = new AbortController();
      callOff = () => over.abort();
      const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
      const start = MesosCluster.start({ ...options, signal });
      starting = start.catch(() => {});
      started = await start;
    },
    after: async () => {
      // A runner that has lost its patience with the start comes here while it is under way.
      callOff();
      await starting;
      await started?.[Symbol.asyncDispose]();
      started = undefined;
    },
    get cluster() {
      if (started) return started;
      const hint = 'it is there in tests, and in hooks that run after the one that starts it';
      throw new MinimesosError('NO_CLUSTER', 'the cluster of this fixture is not started', { hint });
    },
  };
}

/** One cluster for all tests of a file, or of a `describe`. The hooks have the time that a cluster takes. */
export function useCluster(hooks: AllHooks | NodeHooks, options: StartOptions = {}): Pick<ClusterFixture, 'cluster'> {
  const fixture = clusterFixture(options);
  if ('beforeAll' in hooks) {
    const limitMs = ((options.timeout ?? START_S) + MARGIN_S) * 1000;
    hooks.beforeAll(fixture.before, limitMs);
    hooks.afterAll(fixture.after, limitMs);
  } else {
    hooks.before(fixture.before);
    hooks.after(fixture.after);
  }
  return fixture;
}

/**
 * For Vitest: `test.extend<{ cluster: MesosCluster }>({ cluster: [extendedCluster({ … }), { scope: 'file' }] })`. The first
 * test that takes it starts it, and needs a `timeout` for that.
 */
export function extendedCluster(options: StartOptions = {}) {
  // Vitest reads from the text of this function what it needs: nothing.
  // biome-ignore lint/correctness/noEmptyPattern: Vitest takes no other first parameter.
  return async ({}: object, use: (cluster: MesosCluster) => Promise<void>): Promise<void> => {
    const cluster = await MesosCluster.start(options);
    try {
      await use(cluster);
    } finally {
      await cluster[Symbol.asyncDispose]();
    }
  };
}
