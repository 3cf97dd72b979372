/** Runs steps side by side, at most one for a component, and tells when each is done. */

import type { Progress } from './docker/docker.js';
import { asMinimesosError, type MinimesosError } from './errors.js';
import { execute, type Scene } from './execute.js';
import type { ComponentId, Step, Verb } from './model.js';
import type { Policy } from './policy.js';
import type { World } from './world.js';

export interface StepResult {
  step: Step;
  elapsedMs: number;
  /** For people: what came of it, where there is more to say than that it is done. */
  outcome?: string | undefined;
  error?: MinimesosError | undefined;
}

export interface ExecutorListener {
  started(step: Step): void;
  progress(step: Step, progress: Progress): void;
  done(result: StepResult): void;
}

/** More at once is no faster: the engine creates containers at the same rate from 8 to 50 (facts/apis). */
const AT_ONCE = 8;
const WAITING: ReadonlySet<Verb> = new Set(['pull', 'drain', 'deploy', 'undeploy']);

export class Executor {
  readonly #running = new Map<ComponentId, Step>();
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  constructor(
    private readonly world: World,
    private readonly policy: Policy,
    private readonly listener: ExecutorListener,
  ) {}

  /** Those started and not done, the queued included. */
  get running(): ReadonlyMap<ComponentId, Step> {
    return this.#running;
  }

  start(step: Step, scene: Scene): void {
    this.#running.set(step.component, step);
    void this.#run(step, scene);
  }

  async #run(step: Step, scene: Scene): Promise<void> {
    const { clock, signal } = this.world;
    // Waiting is no load for the engine: it takes no other step's place, and as long as it takes.
    const limited = !WAITING.has(step.verb);
    if (limited) await this.#enter();
    const startedAt = clock.now();
    let error: MinimesosError | undefined;
    let outcome: string | undefined;
    try {
      signal.throwIfAborted();
      this.listener.started(step);
      const tell = (progress: Progress) => this.listener.progress(step, progress);
      const came = await execute(step, scene, this.world, this.policy, tell);
      outcome = typeof came === 'string' ? came : undefined;
    } catch (thrown) {
      error = asMinimesosError(thrown);
    }
    if (limited) this.#leave();
    this.#running.delete(step.component);
    this.listener.done({ step, elapsedMs: clock.now() - startedAt, outcome, error });
  }

  #enter(): Promise<void> | undefined {
    if (this.#active < AT_ONCE) {
      this.#active++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes straight to the next in the queue. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#active--;
  }
}
