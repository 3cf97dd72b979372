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

import { systemClock } from '../clock.js';
import { type ConvergeOptions, converge } from '../controller.js';
import { desiredOf, nothingOf } from '../desired.js';
import type { Docker } from '../docker/docker.js';
import { engineSocketOf } from '../docker/engine-socket.js';
import { type BuiltImage, simulatorImage } from '../docker/image.js';
import { MinimesosError } from '../errors.js';
import type { ClusterIdentity, Desired, Observed, Step } from '../model.js';
import { readCluster, selector } from '../observed/labels.js';
import { type Look, observe } from '../observed/observe.js';
import { networkProber } from '../observed/probe.js';
import { forecast } from '../plan/forecast.js';
import { seen } from '../plan/seen.js';
import { type Status, summarize } from '../status.js';
import type { Clock, World } from '../world.js';
import { type ClusterRef, identify } from './identity.js';
import { thisPackage } from './package.js';
import { type Overrides, readSpec } from './spec.js';

export type { Listener } from '../controller.js';
export { type ErrorCode, MinimesosError } from '../errors.js';
export type { ClusterIdentity, ClusterPhase, ComponentId, Kind, Phase, Step, Verb } from '../model.js';
export type { ComponentStatus, Status } from '../status.js';

export interface OpenOptions extends Overrides {
  /** Path of the minimesosFile; default `minimesosFile` in the working folder. */
  file?: string | undefined;
  /** An id in place of the one that comes from the file's path. */
  cluster?: string | undefined;
  /** Ends what is under way; it rejects with `INTERRUPTED`. */
  signal?: AbortSignal | undefined;
  /** The engine; default the one that DOCKER_HOST names. */
  docker?: Docker | undefined;
  clock?: Clock | undefined;
}

export interface ApplyOptions {
  /** Seconds to wait for the cluster, pulls not counted; default the file's `timeout`. */
  timeout?: number | undefined;
  listener?: Partial<ConvergeOptions['listener']> | undefined;
  /** Whether the status tells when containers were started, at the price of a call for each; default true. */
  startTimes?: boolean | undefined;
}

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

interface Target {
  desired: Desired;
  /** Seconds. */
  timeout: number;
  /** Undefined where no image is wanted. */
  simulator?: BuiltImage;
}

/** A process of a cluster that takes longer to answer does not serve. */
const PROBE_TIMEOUT_MS = 1_000;
const DESTROY_TIMEOUT_S = 120;
const ANSWER_TIMEOUT_MS = 30_000;

export class Cluster {
  readonly #ref: ClusterRef;
  readonly #docker: Docker;
  readonly #options: OpenOptions;
  readonly #package = thisPackage();

  private constructor(ref: ClusterRef, docker: Docker, options: OpenOptions) {
    this.#ref = ref;
    this.#docker = docker;
    this.#options = options;
  }

  /** Connects to nothing yet and reads no file. */
  static async open(options: OpenOptions = {}): Promise<Cluster> {
    const ref = await identify(options.file ?? 'minimesosFile', options.cluster);
    const docker = options.docker ?? (await import('../docker/dockerode.js')).connect();
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
    const { desired } = await this.#target();
    const { steps } = forecast(desired, await this.#observe({ desired }));
    return { steps, notes: desired.notes };
  }

  /** Brings the cluster into line with its file. A component that fails is a result, not a rejection. */
  async apply(options: ApplyOptions = {}): Promise<ApplyResult> {
    const target = await this.#target();
    return this.#converge(target, options);
  }

  /** Removes all that bears the cluster's labels. Needs no file; where nothing is left, it does nothing. */
  async destroy(options: ApplyOptions = {}): Promise<ApplyResult> {
    const desired = nothingOf((await this.#recorded()) ?? this.#unknown());
    return this.#converge({ desired, timeout: DESTROY_TIMEOUT_S }, options);
  }

  /**
   * How the cluster stands, compared with its file in the distribution that it was made from. Without a readable file,
   * what its containers' labels tell.
   */
  async status(): Promise<Status> {
    const recorded = await this.#recorded();
    const distribution = this.#options.distribution ?? recorded?.distribution;
    const target = this.#target({ ...this.#options, distribution });
    // Of a cluster that left no trace, the file is all there is.
    const desired = recorded ? (await target.catch(() => undefined))?.desired : (await target).desired;
    const cluster = desired?.cluster ?? recorded ?? this.#unknown();
    const observed = await this.#observe({ desired });
    const startedAt = await this.#startTimes(observed);
    return summarize({ cluster, observed, components: seen(observed, desired), startedAt });
  }

  async #target(overrides: Overrides = this.#options): Promise<Target> {
    const { spec, notes } = await readSpec(this.#ref.file, overrides);
    const simulator = await simulatorImage(this.#package.simulator);
    const cluster: ClusterIdentity = {
      ...this.#ref,
      name: spec.clusterName ?? `minimesos-${this.#ref.id}`,
      distribution: spec.distribution,
      mesosVersion: spec.mesosVersion,
    };
    const desired = desiredOf({ spec, cluster, simulatorImage: simulator.reference, notes });
    return { desired, timeout: spec.timeout, simulator };
  }

  async #converge(
    { desired, timeout: usual, simulator }: Target,
    { timeout = usual, listener, startTimes = true }: ApplyOptions,
  ): Promise<ApplyResult> {
    const world: World = {
      docker: this.#docker,
      desired: () => Promise.resolve(desired),
      observe: (wanted, busy) => this.#observe({ desired: wanted, busy }),
      provideImage: (reference, onProgress, signal) =>
        reference === simulator?.reference
          ? simulator.build(this.#docker, onProgress, signal)
          : this.#docker.pullImage(reference, onProgress, signal),
      clock: this.#options.clock ?? systemClock,
      signal: this.#options.signal ?? new AbortController().signal,
      version: this.#package.version,
      engineSocket: engineSocketOf(process.env),
    };
    const outcome = await converge(world, { timeoutMs: timeout * 1000, listener: { ...SILENT, ...listener } });
    const { converged, steps, elapsedMs, timedOut, failures, pass } = outcome;
    const startedAt = startTimes ? await this.#startTimes(pass.observed) : undefined;
    const status = summarize({
      cluster: desired.cluster,
      observed: pass.observed,
      components: pass.components,
      startedAt,
    });
    return { converged, steps, elapsedMs, timedOut, failures, status, notes: desired.notes };
  }

  #observe(look: Look): Promise<Observed> {
    const prober = networkProber(PROBE_TIMEOUT_MS);
    return this.#patiently(observe(this.id, { docker: this.#docker, prober }, look));
  }

  /** Ends with the signal, and where an engine takes connections but gives no answer. */
  #patiently<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { signal = new AbortController().signal } = this.#options;
    const over = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    const ended = new Promise<never>((_resolve, reject) => {
      const end = () => reject(signal.aborted ? interrupted() : noAnswer());
      if (over.aborted) end();
      else over.addEventListener('abort', end, { once: true });
    });
    return Promise.race([answer, ended]);
  }

  /** What the labels of the cluster's network or containers say of it. */
  async #recorded(): Promise<ClusterIdentity | undefined> {
    const ours = selector(this.id);
    const [networks, containers] = await this.#patiently(
      Promise.all([this.#docker.listNetworks(ours), this.#docker.listContainers(ours)]),
    );
    return [...containers, ...networks].map(({ labels }) => readCluster(labels)).find(Boolean);
  }

  /** Of a cluster that left no trace, and whose file cannot be read. */
  #unknown(): ClusterIdentity {
    return { ...this.#ref, name: `minimesos-${this.id}`, distribution: 'custom', mesosVersion: '' };
  }

  /** The listing does not tell when a container was started, so each is asked, all at once. */
  async #startTimes({ components }: Observed): Promise<Map<string, string>> {
    const ids = components.flatMap(({ container }) => container?.id ?? []);
    const details = await Promise.all(ids.map((id) => this.#docker.inspectContainer(id).catch(() => undefined)));
    return new Map(details.flatMap((detail) => (detail?.startedAt ? [[detail.id, detail.startedAt]] : [])));
  }
}

const interrupted = () => new MinimesosError('INTERRUPTED', 'interrupted');
const noAnswer = () =>
  new MinimesosError('DOCKER_FAILED', `the Docker engine has not answered for ${ANSWER_TIMEOUT_MS / 1000} s`);

const SILENT: ConvergeOptions['listener'] = {
  started: () => {},
  progress: () => {},
  done: () => {},
  passed: () => {},
  failed: () => {},
};
