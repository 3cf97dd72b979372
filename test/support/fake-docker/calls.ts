import { EventEmitter, once } from 'node:events';
import type { Docker } from '../../../src/docker/docker.js';

export type Method = keyof Docker;

/** A method, or which of them. */
export type Methods = Method | ((method: Method) => boolean);

const EVERY_METHOD: Record<Method, true> = {
  info: true,
  listContainers: true,
  listMounting: true,
  inspectContainer: true,
  createContainer: true,
  startContainer: true,
  unpauseContainer: true,
  stopContainer: true,
  restartContainer: true,
  removeContainer: true,
  connectContainer: true,
  tailLogs: true,
  logs: true,
  exec: true,
  presentImages: true,
  imagesOf: true,
  pullImage: true,
  importImage: true,
  buildImage: true,
  listNetworks: true,
  createNetwork: true,
  removeNetwork: true,
  listVolumes: true,
  createVolume: true,
  removeVolume: true,
  events: true,
  namedEvents: true,
};

/** Records calls, and lets a test fail or hold the next ones. */
export class Calls {
  readonly all: string[] = [];
  readonly writes: string[] = [];
  readonly #failures: { method: Method; error: Error }[] = [];
  readonly #outages = new Map<Method, Error>();
  readonly #held = new Set<Method>();
  readonly #releases = new EventEmitter();

  failNext(method: Method, error: Error): void {
    this.#failures.push({ method, error });
  }

  /** Undefined: they work again. */
  failWith(methods: Methods, error: Error | undefined): void {
    const named = typeof methods === 'function' ? methods : (method: Method) => method === methods;
    for (const method of (Object.keys(EVERY_METHOD) as Method[]).filter(named)) {
      if (error) this.#outages.set(method, error);
      else this.#outages.delete(method);
    }
  }

  outageOf(method: Method): Error | undefined {
    return this.#outages.get(method);
  }

  hold(method: Method): () => void {
    this.#held.add(method);
    return () => {
      this.#held.delete(method);
      this.#releases.emit(method);
    };
  }

  read<Reply>(method: Method, effect: () => Reply): Promise<Reply> {
    this.all.push(method);
    return this.#run(method, effect);
  }

  write<Reply>(method: Method, target: string, effect: () => Reply, signal?: AbortSignal): Promise<Reply> {
    this.all.push(`${method} ${target}`);
    this.writes.push(`${method} ${target}`);
    return this.#run(method, effect, signal);
  }

  /** Rejects at the first look, as a stream does that was never opened. */
  stream<Item>(method: Method, open: () => AsyncIterable<Item>): AsyncIterable<Item> {
    this.all.push(method);
    const failure = this.#failureOf(method);
    return failure ? failing(failure) : open();
  }

  async #run<Reply>(method: Method, effect: () => Reply, signal?: AbortSignal): Promise<Reply> {
    if (this.#held.has(method)) {
      // Aborted, it goes on at once: the effect looks at the signal itself.
      await once(this.#releases, method, signal && { signal }).catch(() => {});
    }
    const failure = this.#failureOf(method);
    if (failure) throw failure;
    return effect();
  }

  #failureOf(method: Method): Error | undefined {
    const outage = this.outageOf(method);
    if (outage) return outage;
    const at = this.#failures.findIndex((failure) => failure.method === method);
    const [failed] = at < 0 ? [] : this.#failures.splice(at, 1);
    return failed?.error;
  }
}

// biome-ignore lint/correctness/useYield: it fails before the first item.
async function* failing(error: Error): AsyncGenerator<never> {
  throw error;
}
