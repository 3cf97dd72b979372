/**
 * A Mesos cluster of a test's own.
 *
 * ```ts
 * await using cluster = await MesosCluster.start({ file: 'minimesosFile', distribution: 'simulator' });
 * expect((await cluster.master.state()).activated_slaves).toBe(3);
 * ```
 *
 * Each start is a cluster with an id of its own, even of a file that others have started, so tests that run side by side
 * do not meet. It goes with its block, its `destroy`, or its process; what a killed process left goes at the next start.
 * Rejections are `MinimesosError`s with a code of the table in `errors.ts`.
 */

import { systemClock } from '../clock.js';
import { MinimesosError } from '../errors.js';
import type { Happening } from '../journal.js';
import type { ComponentId } from '../model.js';
import type { Status } from '../status.js';
import { allVariables } from '../variables.js';
import { type AddedContainer, addContainer, type ContainerRequest } from './added-container.js';
import type { ApplyResult } from './cluster.js';
import { ClusterLife, type StartOptions } from './cluster-life.js';
import { ClusterMarathon } from './cluster-marathon.js';
import { logsOf } from './logs.js';
import {
  type Agent,
  agentsOf,
  containerOf,
  type Master,
  masterOf,
  urlOf,
  type ZooKeeper,
  zookeeperOf,
} from './members.js';
import { thisPackage } from './package.js';
import type { SpecPatch } from './spec-patch.js';
import { until, type WaitOptions } from './until.js';
import { describeView, type View, viewOf } from './view.js';

export class MesosCluster implements AsyncDisposable {
  readonly #life: ClusterLife;

  private constructor(life: ClusterLife) {
    this.#life = life;
  }

  /**
   * Resolves when every component is ready. Rejects with the error of the component that failed, which it names, with
   * `NOT_SETTLED`, `FILE_MISSING`, `FILE_INVALID`, `DOCKER_UNREACHABLE`, `IMAGE_UNAVAILABLE`, `INTERRUPTED`…; then what
   * was started is gone again.
   */
  static async start(options: StartOptions = {}): Promise<MesosCluster> {
    return new MesosCluster(await ClusterLife.begin(options));
  }

  /** Fit for `--cluster`. */
  get id(): string {
    return this.#life.id;
  }

  /** Absolute path of the minimesosFile: the user's, or of one that was made for this cluster. */
  get file(): string {
    return this.#life.file;
  }

  /** As of the last `start`, `apply`, `scale`, `status` or `waitFor`, as are the members below. */
  get master(): Master {
    return masterOf(this.#life.seen, () => this.status());
  }

  get agents(): readonly Agent[] {
    return agentsOf(this.#life.seen);
  }

  get zookeeper(): ZooKeeper {
    return zookeeperOf(this.#life.seen);
  }

  /** Throws `NO_CLUSTER` where the cluster has none. */
  get marathon(): ClusterMarathon {
    const { id, seen, signal } = this.#life;
    return new ClusterMarathon(urlOf(seen, 'marathon'), {
      id,
      variables: async () => allVariables(await this.status()),
      signal,
    });
  }

  /** How it stands now. */
  async status(): Promise<Status> {
    return this.#life.look();
  }

  /** The `MINIMESOS_` variables: `{ MINIMESOS_MASTER: 'http://172.30.8.10:5050', … }`. */
  async variables(): Promise<Record<string, string>> {
    return Object.fromEntries(allVariables(await this.status()));
  }

  /** What was done to it and why, oldest first. */
  async events(): Promise<Happening[]> {
    return this.#life.cluster.events();
  }

  /**
   * What a component said so far on both streams, or the last so many lines of it. Rejects with `USAGE` where there is no
   * such component, with `NO_CLUSTER` where it has no container.
   */
  async logs(component: ComponentId, tail?: number): Promise<string> {
    const { id } = containerOf(await this.status(), component);
    return logsOf(id, tail, this.#life.docker, this.#life.signal);
  }

  /**
   * Says this over what the file says and what was said before, and resolves when the cluster is so. The file is not
   * written. Rejects as `start` does; a spec that is wrong changes nothing, and a cluster that fails is left as it is.
   */
  async apply(patch: SpecPatch): Promise<ApplyResult> {
    return this.#life.apply(patch);
  }

  /** Makes it so many agents: the first so many of the file, or more of the last one. As `apply`. */
  async scale(agents: number): Promise<ApplyResult> {
    if (Number.isInteger(agents) && agents >= 1) return this.#life.scale(agents);
    const hint = 'a cluster has at least one agent';
    throw new MinimesosError('USAGE', `${agents} is no number of agents`, { hint });
  }

  /**
   * Looks again and again until the predicate gives something truthy, and gives what was seen then. A predicate that
   * throws, as an `expect` does, does not hold yet. Rejects with `NOT_SETTLED`, which says what was seen last, and with
   * `INTERRUPTED`.
   */
  async waitFor(predicate: (view: View) => unknown, options: WaitOptions = {}): Promise<View> {
    const { timeout = 60, signal } = options;
    return until({
      clock: systemClock,
      timeout,
      signal: signal ? AbortSignal.any([this.#life.signal, signal]) : this.#life.signal,
      look: async () => viewOf(await this.status()),
      holds: predicate,
      missing: 'what was waited for is not so',
      describe: describeView,
    });
  }

  /** On the cluster's network, and gone with the cluster; `apply` leaves it alone. Resolves when it runs. */
  async addContainer(request: ContainerRequest): Promise<AddedContainer> {
    const { docker, session, signal } = this.#life;
    const { version } = thisPackage();
    return this.#life.inTurn(() => {
      const cluster = { ...this.#life.seen.cluster, session };
      return addContainer(request, { docker, cluster, version, signal });
    });
  }

  /** Removes all that belongs to it. What is under way ends. Done once, however often it is called. */
  destroy(): Promise<void> {
    return this.#life.destroy();
  }

  /** `destroy`, unless it was to be kept. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#life.dispose();
  }
}
