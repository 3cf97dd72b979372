/** The life of a cluster of a test's own: begun, changed one thing after the other, and gone with all that belongs to it. */

import { randomBytes } from 'node:crypto';
import type { Listener } from '../controller.js';
import type { Docker } from '../docker/docker.js';
import { MinimesosError } from '../errors.js';
import { thisSession, writeSession } from '../session.js';
import type { Status } from '../status.js';
import { type ApplyResult, Cluster } from './cluster.js';
import { type Home, homeOf, leave, type Wanted } from './home.js';
import type { OpenOptions } from './options.js';
import { convergedOr, toldAs } from './outcome.js';
import { beforeProcessEnds } from './process-end.js';
import { reap } from './reap.js';
import type { Overrides } from './spec.js';
import type { SpecPatch } from './spec-patch.js';

export interface StartOptions extends Wanted {
  /** In place of the file's: `simulator` needs no image and no registry. */
  distribution?: string | undefined;
  /** In place of the file's number of agents. */
  agents?: number | undefined;
  /** In place of the file's. */
  mapPortsToHost?: boolean | undefined;
  /** Ends what is under way, which rejects with `INTERRUPTED`. `destroy` is not ended by it. */
  signal?: AbortSignal | undefined;
  /** Seconds that the cluster may take to be ready, at the start and after each change; default the file's `timeout`. */
  timeout?: number | undefined;
  /** Only `destroy()` removes the cluster: not the end of a block or of the process, not a failed start. For a look at it. */
  keep?: boolean | undefined;
  /** The environment that names the engine, as DOCKER_HOST does; default the process' own. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Told of each step and each failure. */
  listener?: Partial<Listener> | undefined;
}

/** What stays the same. */
interface Base {
  id: string;
  home: Home;
  docker: Docker;
  /** Undefined where it outlives the process. */
  session: string | undefined;
  options: StartOptions;
}

export class ClusterLife {
  /** Ends with the user's signal, and when the cluster goes. */
  readonly signal: AbortSignal;
  readonly #base: Base;
  readonly #ended = new AbortController();
  readonly #callOff: () => void;
  #cluster: Cluster | undefined;
  #status: Status | undefined;
  /** What is said over the file now. */
  #said: Overrides;
  #turn: Promise<unknown> = Promise.resolve();
  /** Something of it may be there. */
  #begun = false;
  #destroyed: Promise<void> | undefined;

  private constructor(base: Base) {
    const { signal, keep, distribution, agents, mapPortsToHost } = base.options;
    this.#base = base;
    this.#said = { distribution, agents, mapPortsToHost };
    this.signal = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    this.#callOff = keep ? () => {} : beforeProcessEnds(() => this.destroy());
  }

  /** Resolves when every component is ready; where it rejects, what was begun is gone again. */
  static async begin(options: StartOptions): Promise<ClusterLife> {
    const docker = (await import('../docker/dockerode.js')).connect({ env: options.env ?? process.env });
    const home = await homeOf(options, options.distribution);
    const id = `test-${process.pid.toString(36)}-${randomBytes(3).toString('hex')}`;
    const session = options.keep ? undefined : writeSession(await thisSession(home.folder));
    const life = new ClusterLife({ id, home, docker, session, options });
    try {
      await reap(docker, life.signal);
      await life.#become(`cluster ${id} did not start`, (said) => said);
      return life;
    } catch (error) {
      if (!options.keep) await life.#giveUp();
      throw error;
    }
  }

  get id(): string {
    return this.#base.id;
  }

  get file(): string {
    return this.#base.home.file;
  }

  get docker(): Docker {
    return this.#base.docker;
  }

  get session(): string | undefined {
    return this.#base.session;
  }

  /** Throws `NO_CLUSTER` when it is destroyed. */
  get cluster(): Cluster {
    if (!this.#cluster || this.#ended.signal.aborted) throw destroyed(this.id);
    return this.#cluster;
  }

  /** As it was last looked at. */
  get seen(): Status {
    if (!this.#status || this.#ended.signal.aborted) throw destroyed(this.id);
    return this.#status;
  }

  async look(): Promise<Status> {
    this.#status = await this.cluster.status();
    return this.#status;
  }

  apply(patch: SpecPatch): Promise<ApplyResult> {
    return this.#become(`cluster ${this.id} did not become so`, (said) => overruled(said, patch));
  }

  scale(agents: number): Promise<ApplyResult> {
    return this.#become(`cluster ${this.id} did not scale to ${agents}`, (said) => ({ ...said, agents }));
  }

  /** One change after the other, since each goes on from what the one before said, and the end waits for them. */
  async inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(() => {
      if (this.#ended.signal.aborted) throw destroyed(this.id);
      return change();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy().catch((error) => {
      this.#destroyed = undefined;
      throw error;
    });
    return this.#destroyed;
  }

  /** As its block ends. */
  async dispose(): Promise<void> {
    if (!this.#base.options.keep) await this.destroy();
  }

  /** What is said is kept only if it can be acted on. */
  #become(whatFailed: string, say: (said: Overrides) => Overrides): Promise<ApplyResult> {
    const become = async () => {
      this.#begun = true;
      const said = say(this.#said);
      const cluster = await this.#open({ ...said, signal: this.signal });
      const { timeout, listener } = this.#base.options;
      const result = await cluster.apply({ timeout, listener, command: 'MesosCluster' });
      this.#said = said;
      this.#cluster = cluster;
      this.#status = result.status;
      return convergedOr(whatFailed, result);
    };
    return this.inTurn(become).catch((thrown) => {
      throw toldAs(whatFailed, thrown);
    });
  }

  #open(options: OpenOptions): Promise<Cluster> {
    const { id, home, docker, session } = this.#base;
    const { env } = this.#base.options;
    return Cluster.open({ ...options, file: home.file, cluster: id, docker, session, env });
  }

  async #destroy(): Promise<void> {
    this.#ended.abort();
    await this.#turn;
    const cluster = await this.#open({});
    convergedOr(`cluster ${this.id} is not gone`, await cluster.destroy());
    await leave(this.#base.home);
    this.#callOff();
  }

  /** Of a start that failed: the reason for that is what counts. */
  async #giveUp(): Promise<void> {
    if (this.#begun) await this.destroy().catch(() => {});
    this.#callOff();
    await leave(this.#base.home);
  }
}

/** What is said last counts. */
function overruled({ patches = [], ...before }: Overrides, patch: SpecPatch): Overrides {
  const still = Object.entries(before).filter(([name]) => patch[name as keyof SpecPatch] === undefined);
  return { ...Object.fromEntries(still), patches: [...patches, structuredClone(patch)] };
}

function destroyed(id: string): MinimesosError {
  const hint = 'MesosCluster.start starts another';
  return new MinimesosError('NO_CLUSTER', `cluster ${id} is destroyed`, { hint });
}
