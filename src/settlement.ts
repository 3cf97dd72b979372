/** Whether a pass left anything that time or another pass can bring nearer. */

import type { ComponentId, PlannedComponent } from './model.js';
import type { Pass } from './reconcile.js';

export type Settlement =
  /** All that is wanted is there, made from its spec and ready; nothing else is. */
  | 'converged'
  /** Something is under way, or may become ready by itself. */
  | 'moving'
  /** Something failed, and all that is not ready waits for it. */
  | 'stuck';

export function settlement({ steps, components, desired, observed }: Pass, running: number): Settlement {
  if (steps.length > 0 || running > 0) return 'moving';
  const unfinished = components.filter((component) => !isFinished(component));
  const emptied = desired.components.length > 0 || !observed.network;
  if (unfinished.length === 0) return emptied ? 'converged' : 'moving';
  const byId = new Map(components.map((component) => [component.id, component]));
  return unfinished.every((component) => waitsForFailure(component, byId)) ? 'stuck' : 'moving';
}

function isFinished({ phase, desired, observed }: PlannedComponent): boolean {
  if (!desired) return phase === 'absent';
  return phase === 'ready' && observed?.container?.hash === desired.hash;
}

/** Follows whom it waits for; a chain of waits ends, since kinds wait only for kinds before them or their own. */
function waitsForFailure(component: PlannedComponent, byId: ReadonlyMap<ComponentId, PlannedComponent>): boolean {
  const seen = new Set<ComponentId>();
  for (let at: PlannedComponent | undefined = component; at && !seen.has(at.id); at = byId.get(at.waitsFor ?? '')) {
    if (at.phase === 'failed') return true;
    seen.add(at.id);
  }
  return false;
}
