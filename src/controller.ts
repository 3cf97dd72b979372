/** When to pass: one pass at a time, pokes coalesced; until the cluster is settled, or for as long as it is watched. */

import { isPaused } from './conditions.js';
import { MinimesosError } from './errors.js';
import { Executor, type ExecutorListener, type StepResult } from './executor.js';
import { lastWords } from './last-words.js';
import { type ComponentId, NETWORK, type PlannedComponent, type Step } from './model.js';
import { restAfter } from './pace.js';
import { patiently } from './patience.js';
import { DEFAULT_POLICY, type Policy } from './policy.js';
import { Recall } from './recall.js';
import { type Pass, reconcile } from './reconcile.js';
import { type Settlement, settlement } from './settlement.js';
import type { World } from './world.js';

export interface Listener extends ExecutorListener {
  passed(pass: Pass, settled: Settlement): void;
  /** Something went wrong with these components, and is tried again after a pause. */
  troubled(components: ComponentId[], error: MinimesosError): void;
  /** Components that failed for good, all of them for this reason. */
  failed(components: ComponentId[], error: MinimesosError): void;
  /** The engine gives no answer, and is asked again; it answers again. */
  engineLost(error: MinimesosError): void;
  engineBack(): void;
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

export interface ControllerOptions {
  listener: Listener;
  policy?: Policy;
}

/** An engine that has gone is asked for so long by a controller that is to come to an end. */
const ENGINE_PATIENCE_MS = 30_000;

/** Passes until nothing is left to do. Rejects with `INTERRUPTED` when the world's signal aborts. */
export async function converge(world: World, options: ControllerOptions & { timeoutMs: number }): Promise<Outcome> {
  return new Controller(world, options, false).converge(options.timeoutMs);
}

/** Passes until the world's signal aborts, and whenever it is poked. Gives up on nothing but an overdue roll. */
export function follow(world: World, options: ControllerOptions): { poke(): void; ended: Promise<void> } {
  const controller = new Controller(world, options, true);
  return { poke: () => controller.poke(), ended: controller.follow() };
}

class Controller {
  readonly #recall: Recall;
  readonly #executor: Executor;
  readonly #policy: Policy;
  readonly #steps: Step[] = [];
  readonly #pulled = new Set<string>();
  #components: readonly PlannedComponent[] = [];
  /** Of the network: without it nothing can be done. */
  #fatal: MinimesosError | undefined;
  #poke = new AbortController();
  /** The engine has answered once. */
  #begun = false;
  #newsAt = Number.NEGATIVE_INFINITY;
  #claimedMs = 0;

  constructor(
    private readonly world: World,
    private readonly options: ControllerOptions,
    private readonly tireless: boolean,
  ) {
    this.#policy = options.policy ?? DEFAULT_POLICY;
    this.#recall = new Recall({ tireless, now: () => world.clock.now(), random: world.random });
    const done = (result: StepResult) => this.#stepDone(result);
    this.#executor = new Executor(world, this.#policy, { ...options.listener, done });
  }

  /** Something happened outside: look again, as soon as the pass under way is over. */
  poke(): void {
    this.#newsAt = this.world.clock.now();
    this.#poke.abort();
  }

  async converge(timeoutMs: number): Promise<Outcome> {
    const { clock, signal } = this.world;
    const startedAt = clock.now();
    let spentMs = 0;
    for (let last = startedAt; ; last = clock.now()) {
      const { pass, settled } = await this.#pass().catch((error) =>
        signal.aborted ? this.#interrupted() : Promise.reject(error),
      );
      const lookedMs = clock.now() - last;
      const timedOut = settled !== 'converged' && settled !== 'stuck' && spentMs > timeoutMs;
      if (this.#fatal) throw this.#fatal;
      if (signal.aborted) await this.#interrupted();
      if (settled === 'stuck' && isPaused(pass)) throw paused(pass.observed.pausedSince);
      if (settled === 'converged' || settled === 'stuck' || timedOut) {
        const elapsedMs = clock.now() - startedAt;
        const failures = this.#recall.failures;
        const converged = settled === 'converged' && failures.size === 0;
        return { converged, steps: this.#steps, elapsedMs, pass, failures, timedOut };
      }
      await this.#rest(settled, lookedMs);
      if (!this.#pullsForTheFirstTime()) spentMs += clock.now() - last - this.#claimedMs;
      this.#claimedMs = 0;
    }
  }

  async follow(): Promise<void> {
    const { clock, signal } = this.world;
    while (!signal.aborted) {
      const last = clock.now();
      const passed = await this.#pass().catch((error) => (signal.aborted ? undefined : Promise.reject(error)));
      if (passed && !signal.aborted) await this.#rest(passed.settled, clock.now() - last);
    }
    await this.#stepsEnded();
  }

  async #pass(): Promise<{ pass: Pass; settled: Settlement }> {
    this.#poke = new AbortController();
    const pass = await this.#look();
    this.#begun = true;
    this.#components = pass.components;
    await Promise.all(this.#recall.passed(pass).map((component) => this.#tellWhy(component)));
    pass.components = pass.components.map((each) => ({ ...each, reason: this.#reasonOf(each) }));
    const reached = settlement(pass, this.#executor.running);
    const settled = reached === 'converged' && this.#recall.keepsTrying ? 'resting' : reached;
    this.options.listener.passed(pass, settled);
    return { pass, settled };
  }

  #reasonOf({ id, reason, waitsFor }: PlannedComponent): string {
    const failure = this.#recall.failures.get(id);
    return failure ? [failure.message, ...(waitsFor ? [`waits for ${waitsFor}`] : [])].join('; ') : reason;
  }

  /** One pass; once begun, an engine that fails to answer is asked again. */
  #look(): Promise<Pass> {
    const world = { ...this.world, claim: () => this.#claim() };
    return patiently(() => reconcile(world, () => this.#recall.components, this.#executor, this.#policy), {
      ...this.world,
      limitMs: this.#begun ? (this.tireless ? Number.POSITIVE_INFINITY : ENGINE_PATIENCE_MS) : 0,
      lost: (error) => {
        this.#recall.forgive();
        this.options.listener.engineLost(error);
      },
      back: () => this.options.listener.engineBack(),
    });
  }

  /** Waiting for another minimesos to end is no time that the cluster takes. */
  async #claim(): Promise<boolean> {
    const startedAt = this.world.clock.now();
    const taken = await this.world.claim();
    this.#claimedMs += this.world.clock.now() - startedAt;
    return taken;
  }

  async #rest(settled: Settlement, lookedMs: number): Promise<void> {
    const { clock, signal } = this.world;
    const newsMs = clock.now() - this.#newsAt;
    const { nextTryMs, quietMs } = this.#recall;
    const { deafMs, ms } = restAfter({ settled, lookedMs, newsMs, nextTryMs, quietMs });
    await clock.wait(deafMs, signal);
    await clock.wait(ms, AbortSignal.any([this.#poke.signal, signal]));
  }

  /** The first pull of an image may take its time. */
  #pullsForTheFirstTime(): boolean {
    return [...this.#executor.running.values()].some(({ image }) => image !== undefined && !this.#pulled.has(image));
  }

  #stepDone(result: StepResult): void {
    const { step, error } = result;
    if (step.image !== undefined) this.#pulled.add(step.image);
    if (!error) {
      // Of one who never ends nobody asks for the list.
      if (!this.tireless) this.#steps.push(step);
      this.#recall.succeeded(
        step,
        this.#components.find(({ id }) => id === step.component),
      );
    } else if (!this.world.signal.aborted) {
      this.#stepFailed(step, error);
    }
    this.options.listener.done(result);
    this.#poke.abort();
  }

  #stepFailed(step: Step, error: MinimesosError): void {
    const components = this.#affectedBy(step);
    if (components.length === 0) {
      const again = this.#recall.effortFailed(step.component, error);
      if (!again && step.component === NETWORK) this.#fatal = error;
      else this.options.listener[again ? 'troubled' : 'failed']([step.component], error);
    }
    const failed = components.filter((each) => !this.#recall.wentWrong(each, error, error.retryable));
    const again = components.filter((each) => !failed.includes(each));
    if (failed.length > 0) this.options.listener.failed(idsOf(failed), error);
    if (again.length > 0) this.options.listener.troubled(idsOf(again), error);
  }

  /** Whoever wants the image of a failed pull failed with it. */
  #affectedBy({ component, image }: Step): PlannedComponent[] {
    return this.#components.filter(
      ({ id, phase, desired }) => id === component || (phase === 'pulling' && image && desired?.image === image),
    );
  }

  async #tellWhy(component: PlannedComponent): Promise<void> {
    const { progressDeadlineMs } = this.#policy;
    const relapsed = this.#recall.components.get(component.id)?.relapsed === true;
    const error = await lastWords(component, { docker: this.world.docker, progressDeadlineMs, relapsed });
    if (!error) return;
    // Who waited for somebody may have died of it.
    const again = this.#recall.foundInTrouble(component, error, component.waitsFor !== undefined);
    // Its phase is another one now: whether that settles all is seen at the next look, at once.
    this.#poke.abort();
    this.options.listener[again ? 'troubled' : 'failed']([component.id], error);
  }

  async #interrupted(): Promise<never> {
    await this.#stepsEnded();
    throw new MinimesosError('INTERRUPTED', 'interrupted; what was created stays, and the next apply carries on');
  }

  /** What is under way ends by itself within moments: pulls are aborted, and the engine finishes the rest. */
  async #stepsEnded(): Promise<void> {
    const { clock } = this.world;
    const never = new AbortController().signal;
    const giveUpAt = clock.now() + 3_000;
    while (this.#executor.running.size > 0 && clock.now() < giveUpAt) await clock.wait(20, never);
  }
}

const idsOf = (components: PlannedComponent[]): ComponentId[] => components.map(({ id }) => id);

function paused(since: string | undefined): MinimesosError {
  return new MinimesosError('CLUSTER_PAUSED', `reconciliation of this cluster is paused since ${since}`);
}
