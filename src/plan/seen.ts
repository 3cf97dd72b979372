/** How components stand to someone who only looks: phases without a controller's memory or plans. */

import type { Desired, Observed, ObservedComponent, ObservedContainer, Phase, PlannedComponent } from '../model.js';
import { componentId } from '../observed/labels.js';
import { differences, stoppedBecause } from './causes.js';
import { type Match, match } from './match.js';

/** Without `desired`, nobody knows what is wanted, and what is there is all there is. */
export function seen(observed: Observed, desired?: Desired): PlannedComponent[] {
  return match(desired?.components ?? [], observed.components).map((each) => ({
    id: componentId(each.kind, each.index),
    kind: each.kind,
    index: each.index,
    phase: phaseOf(each.observed),
    reason: reasonOf(each, desired),
    desired: each.desired,
    observed: each.observed,
  }));
}

function phaseOf(observed: ObservedComponent | undefined): Phase {
  switch (observed?.container?.state) {
    case undefined:
      return 'absent';
    case 'created':
      return 'creating';
    case 'removing':
      return 'removing';
    case 'exited':
    case 'dead':
      return 'failed';
    case 'paused':
    case 'restarting':
      return 'degraded';
    case 'running':
      return observed?.readiness.ready ? 'ready' : 'starting';
  }
}

function reasonOf({ desired: want, observed }: Match, desired: Desired | undefined): string {
  const container = observed?.container;
  if (!container) return 'no container';
  const stale =
    want && desired && container.hash !== want.hash ? `to be replaced: ${differences(container, want, desired)}` : '';
  const byHand = container.byHand ? `to be replaced: made by hand from image ${container.image}` : '';
  const extra = desired && !want ? 'not in the minimesosFile' : '';
  return [stateOf(container, observed), stale || byHand, extra].filter(Boolean).join('; ');
}

function stateOf(container: ObservedContainer, { readiness }: ObservedComponent): string {
  if (container.state === 'running') return readiness.reason;
  return ['exited', 'dead', 'created'].includes(container.state) ? stoppedBecause(container) : container.state;
}
