/**
 * One writer a cluster: a volume with a fixed name, seen by everybody who uses this engine. Of all who ask the engine for
 * it one makes it, and the others are given it with the labels of who did.
 */

import type { Docker, VolumeSummary } from './docker/docker.js';
import { asMinimesosError, MinimesosError } from './errors.js';
import {
  HELD_BY_SOMEBODY,
  type Holder,
  holderLabels,
  isDead,
  isOfThisMachine,
  readHolder,
  thisHolder,
} from './holder.js';
import type { ClusterIdentity } from './model.js';
import { markerLabels, markerName, selector } from './observed/labels.js';
import type { Clock } from './world.js';

/** Somebody else, as told to people. */
export interface LockHolder {
  /** `apply --watch, pid 4711 of ann@laptop` */
  description: string;
  /** ISO 8601, by the engine's clock; undefined where it does not tell. */
  since?: string | undefined;
}

export interface LockOptions {
  docker: Pick<Docker, 'createVolume' | 'listVolumes' | 'removeVolume'>;
  clock: Clock;
  cluster: ClusterIdentity;
  /** Of minimesos, for labels. */
  version: string;
  /** What this process is about, for those who wait for it: `apply --watch`. */
  command: string;
  /** How long to wait for another holder, in milliseconds; 0 waits for none. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Called once, when somebody else holds the lock. */
  onWait?: ((holder: LockHolder) => void) | undefined;
}

export interface Lock {
  /** Gives back what is still held, and never rejects: what an engine that is away keeps is void when this process ends. */
  release(): Promise<void>;
}

const LOOK_EVERY_MS = 250;
/** Of a call that the engine fails. */
const TRIES = 4;
const TRY_AGAIN_MS = 50;

/**
 * Resolves when this process is the only one to change the cluster. Rejects with `CLUSTER_LOCKED` when another one still
 * is after the timeout, with `INTERRUPTED` when the signal aborts, and with what the engine fails with.
 */
export async function acquire(options: LockOptions): Promise<Lock> {
  const lock = new VolumeLock(options, await thisHolder(options.command));
  try {
    await lock.acquire();
    return lock;
  } catch (error) {
    // A call may have had its effect before it failed, or before the signal aborted.
    await lock.release();
    throw error;
  }
}

class VolumeLock implements Lock {
  readonly #options: LockOptions;
  readonly #me: Holder;
  readonly #name: string;
  #released: Promise<void> | undefined;

  constructor(options: LockOptions, me: Holder) {
    this.#options = options;
    this.#me = me;
    this.#name = markerName(options.cluster.id, 'lock');
  }

  async acquire(): Promise<void> {
    const { clock, signal, timeoutMs, onWait } = this.#options;
    this.#throwIfAborted();
    const deadline = clock.now() + timeoutMs;
    let holder = await this.#take(this.#name);
    if (holder) onWait?.(lockHolderOf(holder));
    while (holder) {
      this.#throwIfAborted();
      const left = deadline - clock.now();
      if (left <= 0) throw await lockedBy(holder, this.#name);
      await clock.wait(Math.min(LOOK_EVERY_MS, left), signal);
      this.#throwIfAborted();
      holder = await this.#takeOrElse(holder);
    }
    this.#throwIfAborted();
  }

  release(): Promise<void> {
    this.#released ??= this.#patiently(() => this.#free()).catch(() => {});
    return this.#released;
  }

  /** Who has it; undefined when we do. */
  async #take(name: string): Promise<VolumeSummary | undefined> {
    const { docker, cluster, version } = this.#options;
    const labels = { ...markerLabels(cluster, version, 'lock'), ...holderLabels(this.#me) };
    // Not found: it went between being given back and being read.
    const volume = await this.#patiently(() => docker.createVolume(name, labels));
    const holder = readHolder(volume.labels);
    if (holder.nonce === this.#me.nonce) return undefined;
    return (await isDead(holder)) ? await this.#takeFromDead(name, holder) : volume;
  }

  /** An engine that is away for a while keeps nobody from waiting on. */
  async #takeOrElse(holder: VolumeSummary): Promise<VolumeSummary | undefined> {
    return await this.#take(this.#name).catch((thrown: unknown) => {
      if (!asMinimesosError(thrown).retryable) throw thrown;
      return holder;
    });
  }

  /**
   * The engine removes by name, whoever has it by then. So only one may remove what this dead holder left: the one who
   * has the lock named after it, which is broken in the same way if that one dies too.
   */
  async #takeFromDead(name: string, dead: Holder): Promise<VolumeSummary | undefined> {
    const { docker } = this.#options;
    const right = `${name}-${dead.nonce}`;
    const other = await this.#take(right);
    if (other) return other;
    const left = (await this.#patiently(() => this.#marks())).find((volume) => volume.name === name);
    if (left && readHolder(left.labels).nonce === dead.nonce) await this.#patiently(() => docker.removeVolume(name));
    await this.#patiently(() => docker.removeVolume(right));
    return await this.#take(name);
  }

  async #free(): Promise<void> {
    const marks = await this.#marks();
    const ours = marks.filter(({ labels }) => readHolder(labels).nonce === this.#me.nonce);
    const held = ours.find(({ name }) => name === this.#name);
    // Whoever has the lock knows that those whom it was taken from have it no more: the right to take it is void.
    const rights = (held ? marks : ours).filter((each) => each !== held);
    for (const { name } of held ? [...rights, held] : rights) await this.#options.docker.removeVolume(name);
  }

  /** The lock of the cluster, and the rights to take it from the dead. */
  #marks(): Promise<VolumeSummary[]> {
    return this.#options.docker.listVolumes({ ...selector(this.#options.cluster.id), ...HELD_BY_SOMEBODY });
  }

  async #patiently<Reply>(call: () => Promise<Reply>): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (thrown) {
        const { retryable, code } = asMinimesosError(thrown);
        if (!retryable || code === 'DOCKER_UNREACHABLE' || attempt >= TRIES) throw thrown;
        await this.#options.clock.wait(TRY_AGAIN_MS * attempt, new AbortController().signal);
      }
    }
  }

  #throwIfAborted(): void {
    if (this.#options.signal.aborted) throw new MinimesosError('INTERRUPTED', 'interrupted');
  }
}

function lockHolderOf({ labels, createdAt }: VolumeSummary): LockHolder {
  return { description: readHolder(labels).description, since: createdAt || undefined };
}

async function lockedBy(volume: VolumeSummary, lock: string): Promise<MinimesosError> {
  const { description, since } = lockHolderOf(volume);
  const message = `another minimesos is changing this cluster: ${description}${since ? `, since ${since}` : ''}`;
  const near = await isOfThisMachine(readHolder(volume.labels));
  const hint = `wait for it, or, if that process is no more, docker volume rm ${lock}`;
  return new MinimesosError('CLUSTER_LOCKED', message, near ? {} : { hint });
}
