/** What a controller remembers of each component between passes: its phase, what went wrong, and since when. */

import { advanceApp } from './components/app.js';
import { advance, type LifecycleEvent } from './components/lifecycle.js';
import { kindOf } from './components/registry.js';
import type { MinimesosError } from './errors.js';
import type { ComponentId, Phase, PlannedComponent, Step } from './model.js';
import type { Recollection } from './plan/memory.js';
import type { Pass } from './reconcile.js';
import { type ComponentRecord, isNews, NOTHING_KNOWN, recollection, seen } from './record.js';

/** Looked at again at once: another run, or the engine, was quicker. */
const LOOK_AGAIN = new Set(['DOCKER_CONFLICT', 'DOCKER_NOT_FOUND']);
/** The engine's own trouble is nobody's fault, and is over when it answers again. */
const ENGINE_GONE = 'DOCKER_UNREACHABLE';
/** So often a controller that is to come to an end tries what may be tried again. */
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;

export interface RecallOptions {
  /** Tries for ever; else what fails too often, or stops before it was ready, has failed. */
  tireless: boolean;
  now(): number;
  /** From 0 to 1. */
  random(): number;
}

export class Recall {
  readonly #records = new Map<ComponentId, ComponentRecord>();
  /** Of what has no machine: the network, a stray container. */
  readonly #efforts = new Map<ComponentId, { attempts: number; retryAt: number }>();
  readonly #failures = new Map<ComponentId, MinimesosError>();

  #changedAt: number;

  constructor(private readonly options: RecallOptions) {
    this.#changedAt = options.now();
  }

  /** As the next pass needs it, at this moment. */
  get components(): ReadonlyMap<ComponentId, Recollection> {
    const now = this.options.now();
    const efforts = [...this.#efforts].map(
      ([id, { retryAt }]) => [id, { phase: 'absent', resting: now < retryAt }] as const,
    );
    return new Map<ComponentId, Recollection>([
      ...[...this.#records].map(([id, record]) => [id, recollection(record, now)] as const),
      ...efforts,
    ]);
  }

  /** What went wrong with the components that are in phase failed or backoff now. */
  get failures(): ReadonlyMap<ComponentId, MinimesosError> {
    return this.#failures;
  }

  /** For so many milliseconds no component has changed its phase. */
  get quietMs(): number {
    return this.options.now() - this.#changedAt;
  }

  /** Whether something that is no component is yet to be tried again. */
  get keepsTrying(): boolean {
    const now = this.options.now();
    return [...this.#efforts.values()].some(({ retryAt }) => Number.isFinite(retryAt) && retryAt > now);
  }

  /** Milliseconds until the first pause is over; undefined where none is kept. */
  get nextTryMs(): number | undefined {
    const now = this.options.now();
    const pauses = [...this.#records.values()].flatMap(({ retryAt }) => (retryAt === undefined ? [] : [retryAt - now]));
    const efforts = [...this.#efforts.values()].map(({ retryAt }) => retryAt - now).filter((ms) => ms > 0);
    const due = [...pauses, ...efforts];
    return due.length > 0 ? Math.max(0, Math.min(...due)) : undefined;
  }

  /** Takes over the phases of a pass; gives those that it found in trouble, whose error is yet to be told. */
  passed({ components }: Pass): PlannedComponent[] {
    const now = this.options.now();
    if (components.some((each) => isNews(each, this.#recordOf(each.id)))) this.#changedAt = now;
    for (const component of components)
      this.#records.set(component.id, seen(this.#recordOf(component.id), component, now));
    const present = new Set(components.map(({ id }) => id));
    for (const id of this.#records.keys()) if (!present.has(id)) this.#records.delete(id);
    const troubled = new Set(components.filter(({ phase }) => IN_TROUBLE.has(phase)).map(({ id }) => id));
    for (const id of this.#failures.keys()) if (!troubled.has(id) && !this.#efforts.has(id)) this.#failures.delete(id);
    return components.filter(({ id }) => troubled.has(id) && !this.#failures.has(id));
  }

  /** An engine that was away took down what it ran: who was on its way has nothing to answer for. */
  forgive(): void {
    for (const [id, record] of this.#records) {
      if (record.phase === 'creating' || record.phase === 'starting')
        this.#records.set(id, { ...record, phase: 'absent' });
    }
  }

  succeeded({ verb, component }: Step, planned: PlannedComponent | undefined): void {
    this.#efforts.delete(component);
    if (!planned) return;
    const record = this.#recordOf(component);
    const { observed, desired } = planned;
    const again = verb === 'restart' || (verb === 'start' && observed?.container?.state === 'exited');
    this.#records.set(component, {
      ...record,
      // Whoever is brought back again and again earns ever longer pauses; any other step that is done ends them.
      attempts: again ? record.attempts : 0,
      relapsed: again || record.relapsed,
      unreadySince: undefined,
      suffersSince: undefined,
      sufferedMs: 0,
      restarts: verb === 'restart' ? record.restarts + 1 : record.restarts,
      onTrial: verb === 'create' ? desired?.hash !== record.provenHash : record.onTrial,
      drained: verb === 'drain' ? observed?.container?.id : verb === 'start' ? undefined : record.drained,
    });
  }

  /** Whether something that went wrong is tried again; else the component has failed for good. */
  wentWrong(component: PlannedComponent, error: MinimesosError, mayTryAgain: boolean): boolean {
    const { id } = component;
    const record = this.#recordOf(id);
    const attempts = error.code === ENGINE_GONE ? record.attempts : record.attempts + 1;
    const again = this.options.tireless || (mayTryAgain && attempts <= ATTEMPTS);
    const at = LOOK_AGAIN.has(error.code) && attempts === 1 ? 0 : this.#delayMs(attempts);
    this.#failures.set(id, error);
    this.#become(component, again ? 'delayed' : 'gaveUp', {
      attempts,
      reason: error.message,
      failedHash: hashOf(component),
      retryAt: again ? this.options.now() + at : undefined,
    });
    return again;
  }

  /** Of what has no machine; gives whether it is tried again. */
  effortFailed(id: ComponentId, error: MinimesosError): boolean {
    const attempts = (this.#efforts.get(id)?.attempts ?? 0) + 1;
    const again = this.options.tireless || (error.retryable && attempts <= ATTEMPTS);
    const soon = LOOK_AGAIN.has(error.code) && attempts === 1;
    const delayMs = again ? (soon ? 0 : this.#delayMs(attempts)) : Number.POSITIVE_INFINITY;
    this.#efforts.set(id, { attempts, retryAt: this.options.now() + delayMs });
    if (!again) this.#failures.set(id, error);
    return again;
  }

  /** By a look: it stopped again, or did not become ready in time. Gives whether it is tried again. */
  foundInTrouble(component: PlannedComponent, error: MinimesosError, mayTryAgain: boolean): boolean {
    if (component.phase === 'backoff') return this.wentWrong(component, error, mayTryAgain);
    this.#failures.set(component.id, error);
    this.#become(component, 'gaveUp', { reason: error.message, failedHash: hashOf(component) });
    return false;
  }

  /** Doubles from half a second to a minute; spread, so that those who fell together do not rise together. */
  #delayMs(attempts: number): number {
    const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1), LONGEST_DELAY_MS);
    return delay * (0.75 + this.options.random() / 2);
  }

  #recordOf(id: ComponentId): ComponentRecord {
    return this.#records.get(id) ?? NOTHING_KNOWN;
  }

  #become(
    { id, kind }: PlannedComponent,
    type: Exclude<LifecycleEvent['type'], 'observed'>,
    rest: Partial<ComponentRecord>,
  ): void {
    const before = this.#recordOf(id);
    const { phase } =
      kind === 'app' ? advanceApp(before.phase, { type }) : advance(kindOf(kind).lifecycle, before.phase, { type });
    this.#records.set(id, { ...before, ...rest, phase });
  }
}

const hashOf = ({ desired, app }: PlannedComponent) => desired?.hash ?? app?.rendered?.hash;

const IN_TROUBLE: ReadonlySet<Phase> = new Set(['failed', 'backoff']);
