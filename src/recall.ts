/** What a controller remembers of each component between passes: its phase, and what went wrong. */

import { advance, type LifecycleEvent } from './components/lifecycle.js';
import { kindOf } from './components/registry.js';
import type { MinimesosError } from './errors.js';
import type { ComponentId, PlannedComponent } from './model.js';
import type { Recollection } from './plan/memory.js';
import type { Pass } from './reconcile.js';

/** Looked at again at once: another run, or the engine, was quicker. */
const LOOK_AGAIN = new Set(['DOCKER_CONFLICT', 'DOCKER_NOT_FOUND']);
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 250;

export class Recall {
  readonly #components = new Map<ComponentId, Recollection>();
  readonly #failures = new Map<ComponentId, MinimesosError>();

  get components(): ReadonlyMap<ComponentId, Recollection> {
    return this.#components;
  }

  /** Of the components that are in phase failed now. */
  get failures(): ReadonlyMap<ComponentId, MinimesosError> {
    return this.#failures;
  }

  /** Takes over the phases of a pass; gives those that it found failed, whose error is yet to be told. */
  passed({ components }: Pass): PlannedComponent[] {
    for (const { id, phase } of components) {
      this.#components.set(id, { attempts: 0, ...this.#components.get(id), phase });
      if (phase !== 'failed') this.#failures.delete(id);
    }
    return components.filter(({ id, phase }) => phase === 'failed' && !this.#failures.has(id));
  }

  succeeded(id: ComponentId): void {
    const known = this.#components.get(id);
    if (known) this.#components.set(id, { ...known, attempts: 0 });
  }

  failed(component: PlannedComponent, error: MinimesosError): void {
    const attempts = this.#attempts(component.id);
    this.#failures.set(component.id, error);
    this.#become(component, 'stepFailed', { attempts, reason: error.message, failedHash: component.desired?.hash });
  }

  /**
   * A step failed. Gives the milliseconds after which `delayOver` is due where it is worth another try, and undefined
   * where the component has failed for good.
   */
  stepFailed(component: PlannedComponent, error: MinimesosError): number | undefined {
    const delay = this.delayFor(component.id, error);
    if (delay === undefined) this.failed(component, error);
    else
      this.#become(component, 'stepDelayed', {
        attempts: this.#attempts(component.id),
        reason: `${error.message}; tried again`,
      });
    return delay;
  }

  /** Counts a failure; gives the milliseconds until another try, and undefined where none is worth it. */
  delayFor(id: ComponentId, error: MinimesosError): number | undefined {
    const attempts = this.#attempts(id) + 1;
    this.#components.set(id, { phase: 'absent', ...this.#components.get(id), attempts });
    if (!error.retryable || attempts > ATTEMPTS) return undefined;
    return LOOK_AGAIN.has(error.code) && attempts === 1 ? 0 : FIRST_DELAY_MS * 2 ** (attempts - 1);
  }

  delayOver(component: PlannedComponent): void {
    this.#become(component, 'delayOver', { attempts: this.#attempts(component.id) });
  }

  #attempts(id: ComponentId): number {
    return this.#components.get(id)?.attempts ?? 0;
  }

  #become(
    { id, kind }: PlannedComponent,
    type: Exclude<LifecycleEvent['type'], 'observed'>,
    rest: Omit<Recollection, 'phase'>,
  ): void {
    const before = this.#components.get(id)?.phase ?? 'absent';
    const { phase } = advance(kindOf(kind).lifecycle, before, { type });
    this.#components.set(id, { ...rest, phase });
  }
}
