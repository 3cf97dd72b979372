/** What a controller remembers between passes: phases, and failures. A cache; a controller that lost it carries on. */

import type { ComponentId, Phase, Step } from '../model.js';

export interface Recollection {
  phase: Phase;
  /** Why, where the phase alone does not say: the failure, or what it waits for. */
  reason?: string | undefined;
  /** The spec that failed; another one is tried afresh. */
  failedHash?: string | undefined;
  /** How often in a row a step failed that may be tried again. */
  attempts: number;
}

export interface Memory {
  components: ReadonlyMap<ComponentId, Recollection>;
  /** The steps under way; their components are left out of planning. */
  running: ReadonlyMap<ComponentId, Step>;
}

export const NO_MEMORY: Memory = { components: new Map(), running: new Map() };
