/** When to pass: one at a time, pokes coalesced, until the cluster is settled, its time is over, or it is aborted. */

import { asMinimesosError, MinimesosError } from './errors.js';
import { Executor, type ExecutorListener, type StepResult } from './executor.js';
import { type ComponentId, NETWORK, type PlannedComponent, type Step } from './model.js';
import { stoppedBecause } from './plan/causes.js';
import { Recall } from './recall.js';
import { type Pass, reconcile } from './reconcile.js';
import { settlement } from './settlement.js';
import type { World } from './world.js';

export interface Listener extends ExecutorListener {
  passed(pass: Pass): void;
  /** Components that failed for good, all of them for this reason. */
  failed(components: ComponentId[], error: MinimesosError): void;
}

export interface Outcome {
  converged: boolean;
  /** Those done without an error, in the order in which they were done. */
  steps: Step[];
  elapsedMs: number;
  /** The last look. */
  pass: Pass;
  failures: ReadonlyMap<ComponentId, MinimesosError>;
  timedOut: boolean;
}

export interface ConvergeOptions {
  /** How long the cluster may take in milliseconds, the time of pulls not counted. */
  timeoutMs: number;
  listener: Listener;
}

/** The end of a step pokes; what starts by itself has to be looked at. */
const LOOK_EVERY_MS = 100;
/** Looking takes the engine's time, which steps need too: after a look comes a rest so many times as long. */
const REST = 4;
const LONGEST_REST_MS = 500;
/** Of a look that the engine fails. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 100;
const LOG_LINES = 10;

/** Passes until nothing is left to do. Rejects with `INTERRUPTED` when the world's signal aborts. */
export async function converge(world: World, options: ConvergeOptions): Promise<Outcome> {
  return new Controller(world, options).run();
}

class Controller {
  readonly #recall = new Recall();
  readonly #executor: Executor;
  readonly #steps: Step[] = [];
  readonly #pulled = new Set<string>();
  #components: readonly PlannedComponent[] = [];
  /** Of the network: without it nothing can be done. */
  #fatal: MinimesosError | undefined;
  /** Before the next pass. */
  #pauseMs = 0;
  #poke = new AbortController();

  constructor(
    private readonly world: World,
    private readonly options: ConvergeOptions,
  ) {
    this.#executor = new Executor(world, { ...options.listener, done: (result) => this.#stepDone(result) });
  }

  async run(): Promise<Outcome> {
    const { clock, signal } = this.world;
    const { listener, timeoutMs } = this.options;
    const startedAt = clock.now();
    let spentMs = 0;
    for (let last = startedAt; ; last = clock.now()) {
      this.#poke = new AbortController();
      const pass = await this.#look();
      const lookedMs = clock.now() - last;
      this.#components = pass.components;
      await Promise.all(this.#recall.passed(pass).map((component) => this.#tellWhyItStopped(component)));
      pass.components = pass.components.map((each) => ({
        ...each,
        reason: this.#recall.failures.get(each.id)?.message ?? each.reason,
      }));
      listener.passed(pass);

      const running = this.#executor.running;
      const settled = settlement(pass, running.size);
      const timedOut = settled === 'moving' && spentMs > timeoutMs;
      if (this.#fatal) throw this.#fatal;
      if (signal.aborted) await this.#interrupted();
      if (settled !== 'moving' || timedOut) {
        const failures = this.#recall.failures;
        return {
          converged: settled === 'converged',
          steps: this.#steps,
          elapsedMs: clock.now() - startedAt,
          pass,
          failures,
          timedOut,
        };
      }
      await clock.wait(Math.min(lookedMs * REST, LONGEST_REST_MS) + this.#pauseMs, signal);
      this.#pauseMs = 0;
      await clock.wait(LOOK_EVERY_MS, AbortSignal.any([this.#poke.signal, signal]));
      // The first pull of an image may take its time.
      const pulling = [...running.values()].some(({ image }) => image !== undefined && !this.#pulled.has(image));
      if (!pulling) spentMs += clock.now() - last;
    }
  }

  /** One pass; in mid-run, an engine that fails to answer is asked again. */
  async #look(): Promise<Pass> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await reconcile(this.world, this.#recall.components, this.#executor);
      } catch (thrown) {
        const error = asMinimesosError(thrown);
        const begun = this.#components.length > 0 || this.#executor.running.size > 0;
        if (!begun || !error.retryable || attempt >= LOOKS || this.world.signal.aborted) throw error;
        await this.world.clock.wait(LOOK_AGAIN_MS * 2 ** attempt, this.world.signal);
      }
    }
  }

  #stepDone(result: StepResult): void {
    const { step, error } = result;
    if (step.image !== undefined) this.#pulled.add(step.image);
    if (!error) {
      this.#steps.push(step);
      this.#recall.succeeded(step.component);
    } else if (!this.world.signal.aborted) {
      if (step.component === NETWORK) this.#networkFailed(error);
      this.#stepFailed(this.#affectedBy(step), error);
    }
    this.options.listener.done(result);
    this.#poke.abort();
  }

  #networkFailed(error: MinimesosError): void {
    const delay = this.#recall.delayFor(NETWORK, error);
    if (delay === undefined) this.#fatal = error;
    else this.#pauseMs = Math.max(delay, LOOK_EVERY_MS);
  }

  /** Whoever wants the image of a failed pull failed with it. */
  #affectedBy({ component, image }: Step): PlannedComponent[] {
    return this.#components.filter(
      ({ id, phase, desired }) => id === component || (phase === 'pulling' && image && desired?.image === image),
    );
  }

  #stepFailed(components: PlannedComponent[], error: MinimesosError): void {
    const failed: ComponentId[] = [];
    for (const component of components) {
      const delay = this.#recall.stepFailed(component, error);
      if (delay === undefined) failed.push(component.id);
      else void this.#tryAgain(component, delay);
    }
    if (failed.length > 0) this.options.listener.failed(failed, error);
  }

  async #tryAgain(component: PlannedComponent, delayMs: number): Promise<void> {
    await this.world.clock.wait(delayMs, this.world.signal);
    this.#recall.delayOver(component);
    this.#poke.abort();
  }

  async #tellWhyItStopped(component: PlannedComponent): Promise<void> {
    const container = component.observed?.container;
    if (!container) return;
    const details = await this.world.docker.tailLogs(container.id, LOG_LINES).catch(() => []);
    const message = `${stoppedBecause(container)} before it was ready`;
    const error = new MinimesosError('COMPONENT_EXITED', message, { details });
    this.#recall.failed(component, error);
    this.options.listener.failed([component.id], error);
  }

  /** What is under way ends by itself within moments: pulls are aborted, and the engine finishes the rest. */
  async #interrupted(): Promise<never> {
    const never = new AbortController().signal;
    const giveUpAt = this.world.clock.now() + 3_000;
    while (this.#executor.running.size > 0 && this.world.clock.now() < giveUpAt) await this.world.clock.wait(20, never);
    throw new MinimesosError('INTERRUPTED', 'interrupted; what was created stays, and the next apply carries on');
  }
}
