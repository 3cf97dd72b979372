import { EventEmitter, once } from 'node:events';
import type { Docker } from '../../../src/docker/docker.js';

type Method = keyof Docker;

/** Records calls, and lets a test fail or hold the next ones. */
export class Calls {
  readonly all: string[] = [];
  readonly writes: string[] = [];
  readonly #failures: { method: Method; error: Error }[] = [];
  readonly #held = new Set<Method>();
  readonly #releases = new EventEmitter();

  failNext(method: Method, error: Error): void {
    this.#failures.push({ method, error });
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

  async #run<Reply>(method: Method, effect: () => Reply, signal?: AbortSignal): Promise<Reply> {
    if (this.#held.has(method)) {
      // Aborted, it goes on at once: the effect looks at the signal itself.
      await once(this.#releases, method, signal && { signal }).catch(() => {});
    }
    const at = this.#failures.findIndex((failure) => failure.method === method);
    const [failed] = at < 0 ? [] : this.#failures.splice(at, 1);
    if (failed) throw failed.error;
    return effect();
  }
}
