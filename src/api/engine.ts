/** A cluster on its engine: how it is looked at, who may change it, and the world that a controller is given. */

import { systemClock } from '../clock.js';
import type { CgroupVersion } from '../distribution-table.js';
import type { Docker } from '../docker/docker.js';
import { engineSocketOf } from '../docker/engine-socket.js';
import type { BuiltImage } from '../docker/image.js';
import { MinimesosError } from '../errors.js';
import { acquire, type Lock } from '../lock.js';
import { networkApps } from '../mesos/app-operator.js';
import { networkOperator } from '../mesos/drain.js';
import type { ClusterIdentity, Desired, Observed } from '../model.js';
import { type Look, type Observatory, observe } from '../observed/observe.js';
import { Particulars } from '../observed/particulars.js';
import { patientProber } from '../observed/patient-prober.js';
import { networkProber } from '../observed/probe.js';
import { withTimeLimit } from '../time-limit.js';
import type { Clock, World } from '../world.js';
import type { ControlOptions } from './options.js';
import { interrupted, unlessAborted } from './unless-aborted.js';

/** A process of a cluster that takes longer to answer does not serve. */
const PROBE_TIMEOUT_MS = 1_000;
const ANSWER_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_S = 30;

export interface EngineOptions {
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  /** That names the engine; default the process' own. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Of minimesos. */
  version: string;
}

export interface WorldOptions {
  desired(): Promise<Desired>;
  /** Undefined where no image is wanted. */
  simulator: BuiltImage | undefined;
  claim(): Promise<boolean>;
  /** Whether each look asks agents too, for one who watches. */
  thorough?: boolean;
}

/** The right to change the cluster, taken when it is needed first. */
export interface Claim {
  /** Gives whether it had to be taken now, so that the world may have changed meanwhile. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export class Engine {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly #observatory: Observatory;
  #onLate: () => void = () => {};
  #cgroups: { version: CgroupVersion | undefined } | undefined;

  constructor(
    private readonly cluster: string,
    readonly docker: Docker,
    private readonly options: EngineOptions,
  ) {
    this.signal = options.signal ?? new AbortController().signal;
    this.clock = options.clock ?? systemClock;
    const prober = patientProber(networkProber(PROBE_TIMEOUT_MS), () => this.#onLate());
    this.#observatory = { docker, prober, particulars: new Particulars(docker) };
  }

  /** Told when a process has answered after a look went on without it. */
  onLateAnswer(told: () => void): void {
    this.#onLate = told;
  }

  /** What its machine has, which stays for as long as a run; undefined where it does not tell. */
  async cgroups(): Promise<CgroupVersion | undefined> {
    this.#cgroups ??= { version: (await this.patiently(this.docker.info())).cgroupVersion };
    return this.#cgroups.version;
  }

  look(look: Look = {}): Promise<Observed> {
    return this.patiently(observe(this.cluster, this.#observatory, look));
  }

  world({ desired, simulator, claim, thorough = false }: WorldOptions): World {
    return {
      docker: this.docker,
      operator: networkOperator(this.clock),
      apps: networkApps(this.clock),
      desired,
      observe: (wanted, busy) => this.look({ desired: wanted, busy, thorough }),
      provideImage: (reference, onProgress, signal) =>
        reference === simulator?.reference
          ? simulator.build(this.docker, onProgress, signal)
          : this.docker.pullImage(reference, onProgress, signal),
      claim,
      clock: this.clock,
      random: Math.random,
      signal: this.signal,
      version: this.options.version,
      engineSocket: engineSocketOf(this.options.env ?? process.env),
    };
  }

  claim(cluster: ClusterIdentity, { command = 'apply', lockTimeout = LOCK_TIMEOUT_S, onWait }: ControlOptions): Claim {
    const { docker, clock, signal } = this;
    const { version } = this.options;
    const timeoutMs = lockTimeout * 1000;
    let lock: Promise<Lock> | undefined;
    return {
      hold: async () => {
        if (lock) return false;
        lock = acquire({ docker, clock, cluster, version, command, timeoutMs, signal, onWait: onWait ?? (() => {}) });
        // Not taken is not held: the next look asks again.
        await lock.catch((error) => {
          lock = undefined;
          throw error;
        });
        return true;
      },
      release: async () => {
        const held = await lock?.catch(() => undefined);
        await held?.release();
      },
    };
  }

  /** Ends with the signal, and where an engine takes connections but gives no answer. */
  patiently<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { signal } = this;
    return withTimeLimit(ANSWER_TIMEOUT_MS, [signal], (over) =>
      unlessAborted(answer, over, () => (signal.aborted ? interrupted() : noAnswer())),
    );
  }
}

const noAnswer = () =>
  new MinimesosError('DOCKER_FAILED', `the Docker engine has not answered for ${ANSWER_TIMEOUT_MS / 1000} s`);
