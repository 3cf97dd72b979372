/** What a controller remembers between passes: phases, and troubles. A cache; a controller that lost it carries on. */

import type { ComponentId, Phase, Step } from '../model.js';

export interface Recollection {
  phase: Phase;
  /** Why, where the phase alone does not say: the trouble. */
  reason?: string | undefined;
  /** The spec that failed; another one is tried afresh. */
  failedHash?: string | undefined;
  /** The pause before the next try is not over. */
  resting?: boolean;
  /** Was brought back a short while ago. */
  relapsed?: boolean;
  /** For how many milliseconds it has run without doing its work. */
  unreadyMs?: number;
  /** Of these, those in which nobody else was to blame, since its last start. */
  sufferedMs?: number;
  /** How often in a row it was restarted for that. */
  restarts?: number;
  /** It was ready once, as far as this controller knows. */
  proven?: boolean;
  /** Made from a spec with which it has not been ready yet. */
  onTrial?: boolean;
  /** Id of the container whose tasks were given their time to end. */
  drained?: string | undefined;
}

export interface Memory {
  components: ReadonlyMap<ComponentId, Recollection>;
  /** The steps under way; their components are left out of planning. */
  running: ReadonlyMap<ComponentId, Step>;
}

export const NO_MEMORY: Memory = { components: new Map(), running: new Map() };
