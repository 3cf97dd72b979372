/** Whether a pass left anything that time or another pass can bring nearer. */

import { isFinished, isPaused } from './conditions.js';
import type { ComponentId, Phase, PlannedComponent, Step } from './model.js';
import type { Pass } from './reconcile.js';

export type Settlement =
  /** All that is wanted is there, made from its spec and ready; nothing else is. */
  | 'converged'
  /** Something is under way, or may become ready by itself. */
  | 'moving'
  /** Steps are under way, and nothing gets nearer before one of them is done. */
  | 'stepping'
  /** All that is not ready waits for somebody's pause to be over. */
  | 'resting'
  /** All that is not ready waits for somebody who failed, or for the cluster's pause to be taken away. */
  | 'stuck';

/** `running`: the steps under way, those of the pass included. */
export function settlement(
  { components, desired, observed }: Pass,
  running: ReadonlyMap<ComponentId, Step>,
): Settlement {
  const movesByItself = (each: PlannedComponent) =>
    !running.has(each.id) && each.phase !== 'absent' && !isFinished(each);
  if (running.size > 0) return components.some(movesByItself) ? 'moving' : 'stepping';
  const unfinished = components.filter((component) => !isFinished(component));
  const wanted = desired.components.length > 0;
  if (unfinished.length === 0) return wanted || !observed.network ? 'converged' : 'resting';
  if (isPaused({ desired, observed })) return 'stuck';
  const byId = new Map(components.map((component) => [component.id, component]));
  const waitsOnly = (phases: readonly Phase[]) => unfinished.every((component) => waitsFor(component, phases, byId));
  if (waitsOnly(['failed'])) return 'stuck';
  return waitsOnly(['failed', 'backoff']) ? 'resting' : 'moving';
}

/** Follows whom it waits for; a chain of waits ends, since kinds wait only for kinds before them or their own. */
function waitsFor(
  component: PlannedComponent,
  phases: readonly Phase[],
  byId: ReadonlyMap<ComponentId, PlannedComponent>,
): boolean {
  const seen = new Set<ComponentId>();
  for (let at: PlannedComponent | undefined = component; at && !seen.has(at.id); at = byId.get(at.waitsFor ?? '')) {
    if (phases.includes(at.phase)) return true;
    seen.add(at.id);
  }
  return false;
}
