/**
 * The entry of the package: one cluster, named by its minimesosFile.
 *
 * ```ts
 * const cluster = await Cluster.open({ file: 'minimesosFile' });
 * const { converged, status } = await cluster.apply();
 * ```
 *
 * Rejections are `MinimesosError`s with a code of the table in `errors.ts`.
 */

import { converge } from '../controller.js';
import { nothingOf } from '../desired.js';
import type { Docker } from '../docker/docker.js';
import type { MinimesosError } from '../errors.js';
import { type Happening, Journal, journalPath } from '../journal.js';
import { AppFiles } from '../minimesosfile/app-files.js';
import type { ClusterIdentity, Desired, Step } from '../model.js';
import { markerLabels, markerName, readCluster, selector } from '../observed/labels.js';
import { forecast } from '../plan/forecast.js';
import { seen } from '../plan/seen.js';
import { type Status, summarize } from '../status.js';
import { Chronicle, conditionsSeen, generationIn } from './chronicle.js';
import { Engine } from './engine.js';
import { type FollowOptions, followCluster } from './follow.js';
import { type ClusterRef, identify } from './identity.js';
import { type ApplyOptions, listeners, type OpenOptions, policyOf } from './options.js';
import { thisPackage } from './package.js';
import { Source, type Target } from './source.js';

export type { Condition, ConditionType } from '../conditions.js';
export type { Listener } from '../controller.js';
export { type ErrorCode, MinimesosError } from '../errors.js';
export type { Happening } from '../journal.js';
export type { ClusterIdentity, ClusterPhase, ComponentId, Kind, Phase, Step, Verb } from '../model.js';
export type { Policy } from '../policy.js';
export type { ComponentStatus, Status } from '../status.js';
export type { FollowOptions } from './follow.js';
export type { ApplyOptions, OpenOptions } from './options.js';

export interface ApplyResult {
  converged: boolean;
  /** Those that were done, in order. */
  steps: Step[];
  elapsedMs: number;
  timedOut: boolean;
  /** By component. */
  failures: ReadonlyMap<string, MinimesosError>;
  status: Status;
  /** Things the file's author should know. */
  notes: string[];
}

const DESTROY_TIMEOUT_S = 120;

export class Cluster {
  readonly #ref: ClusterRef;
  readonly #options: OpenOptions;
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #package = thisPackage();
  /** One for all, so that who looks again and again asks no URL each time. */
  readonly #appFiles: AppFiles;

  private constructor(ref: ClusterRef, docker: Docker, options: OpenOptions) {
    this.#ref = ref;
    this.#options = options;
    this.#engine = new Engine(ref.id, docker, { ...options, version: this.#package.version });
    this.#journal = new Journal(journalPath(ref));
    this.#appFiles = new AppFiles({ signal: options.signal });
  }

  /** Connects to nothing yet and reads no file. */
  static async open(options: OpenOptions = {}): Promise<Cluster> {
    const { file = 'minimesosFile', cluster, session, env = process.env } = options;
    const ref = { ...(await identify(file, cluster)), ...(session === undefined ? {} : { session }) };
    const docker = options.docker ?? (await import('../docker/dockerode.js')).connect({ env });
    return new Cluster(ref, docker, options);
  }

  /** All clusters of the engine, whoever made them. */
  static async list({ docker }: Pick<OpenOptions, 'docker'> = {}): Promise<ClusterIdentity[]> {
    const engine = docker ?? (await import('../docker/dockerode.js')).connect();
    const networks = await engine.listNetworks(selector());
    return networks.flatMap(({ labels }) => readCluster(labels) ?? []);
  }

  get id(): string {
    return this.#ref.id;
  }

  /** Absolute path of the minimesosFile. */
  get file(): string {
    return this.#ref.file;
  }

  /** The steps that `apply` would do, in order; none where the cluster is converged. */
  async plan(): Promise<{ steps: Step[]; notes: string[] }> {
    const { desired } = await this.#source().read();
    const observed = await this.#engine.look({ desired });
    const paused =
      observed.pausedSince === undefined ? [] : ['reconciliation is paused; minimesos resume lets it go on'];
    return { steps: forecast(desired, observed).steps, notes: [...desired.notes, ...paused] };
  }

  /** Brings the cluster into line with its file. A component that fails is a result, not a rejection. */
  async apply(options: ApplyOptions = {}): Promise<ApplyResult> {
    const source = this.#source();
    const target = await source.read();
    return this.#converge(target, options, source);
  }

  /**
   * Keeps the cluster in line with its file, until the signal of `open` aborts: then it resolves, and the cluster runs
   * on. Rejects where it cannot begin: the file is broken, the engine out of reach, another minimesos is at it.
   */
  async follow(options: FollowOptions = {}): Promise<void> {
    const chronicle = await this.#chronicle('apply --watch');
    try {
      await followCluster({ engine: this.#engine, source: this.#source(), chronicle, options });
    } finally {
      await this.#journal.flush();
    }
  }

  /** Removes all that bears the cluster's labels. Needs no file; where nothing is left, it does nothing. */
  async destroy(options: ApplyOptions = {}): Promise<ApplyResult> {
    const desired = nothingOf(await this.#identity());
    const target = { desired, timeout: DESTROY_TIMEOUT_S, generation: '', files: [] };
    const result = await this.#converge(target, { ...options, command: options.command ?? 'destroy' });
    if (!result.converged) return result;
    await this.resume();
    await this.#journal.remove();
    return result;
  }

  /** From now on nobody changes the cluster, but to destroy it: not `apply`, and not one who watches. */
  async pause(): Promise<void> {
    const labels = markerLabels(await this.#identity(), this.#package.version, 'paused');
    await this.#engine.patiently(this.#engine.docker.createVolume(markerName(this.id, 'paused'), labels));
  }

  async resume(): Promise<void> {
    await this.#engine.patiently(this.#engine.docker.removeVolume(markerName(this.id, 'paused')));
  }

  /** What was done and why, oldest first. */
  async events(): Promise<Happening[]> {
    return this.#journal.read();
  }

  /**
   * How the cluster stands, compared with its file in the distribution that it was made from. Without a readable file,
   * what its containers' labels tell.
   */
  async status(): Promise<Status> {
    const recorded = await this.#recorded();
    const distribution = this.#options.distribution ?? recorded?.distribution;
    const source = this.#source({ distribution });
    let desired: Desired | undefined;
    let fileProblem: MinimesosError | undefined;
    try {
      desired = (await source.read()).desired;
    } catch (thrown) {
      // Of a cluster that left no trace, the file is all there is.
      if (!recorded) throw thrown;
      fileProblem = thrown as MinimesosError;
    }
    const cluster = desired?.cluster ?? recorded ?? this.#unknown();
    const observed = await this.#engine.look({ desired, thorough: true });
    const components = seen(observed, desired);
    const journal = await this.#journal.read();
    const conditions = conditionsSeen(journal, { observed, components, fileProblem });
    return summarize({ cluster, observed, components, conditions, generation: generationIn(journal) });
  }

  #source(over: Pick<OpenOptions, 'distribution'> = {}): Source {
    const { distribution, agents, mapPortsToHost, patches } = { ...this.#options, ...over };
    const overrides = { distribution, agents, mapPortsToHost, patches };
    return new Source(this.#ref, overrides, this.#package.simulator, () => this.#engine.cgroups(), this.#appFiles);
  }

  async #converge({ desired, timeout: usual, generation }: Target, options: ApplyOptions, source?: Source) {
    const { timeout = usual, command = 'apply', listener, policy, lockTimeout, onWait } = options;
    const chronicle = await this.#chronicle(command);
    if (generation) chronicle.actsOn(generation);
    const claim = this.#engine.claim(desired.cluster, { command, lockTimeout, onWait });
    const desires = () => Promise.resolve(desired);
    const world = this.#engine.world({ desired: desires, simulator: await source?.simulator, claim: claim.hold });
    try {
      const outcome = await converge(world, {
        timeoutMs: timeout * 1000,
        listener: listeners(chronicle, listener),
        policy: policyOf(policy),
      });
      const { converged, steps, elapsedMs, timedOut, failures, pass } = outcome;
      const conditions = chronicle.conditions(pass);
      const status = summarize({ ...pass, cluster: desired.cluster, conditions, generation: chronicle.generation });
      return { converged, steps, elapsedMs, timedOut, failures, status, notes: desired.notes };
    } finally {
      await Promise.all([claim.release(), this.#journal.flush()]);
    }
  }

  #chronicle(command: string): Promise<Chronicle> {
    const { now = Date.now } = this.#options;
    return Chronicle.open(this.#journal, { command, version: this.#package.version, now });
  }

  async #identity(): Promise<ClusterIdentity> {
    return (await this.#recorded()) ?? this.#unknown();
  }

  /** What the labels of the cluster's network or containers say of it. */
  async #recorded(): Promise<ClusterIdentity | undefined> {
    const ours = selector(this.id);
    const { docker } = this.#engine;
    const [networks, containers] = await this.#engine.patiently(
      Promise.all([docker.listNetworks(ours), docker.listContainers(ours)]),
    );
    return [...containers, ...networks].map(({ labels }) => readCluster(labels)).find(Boolean);
  }

  /** Of a cluster that left no trace, and whose file cannot be read. */
  #unknown(): ClusterIdentity {
    return { ...this.#ref, name: `minimesos-${this.id}`, distribution: 'custom', mesosVersion: '' };
  }
}
