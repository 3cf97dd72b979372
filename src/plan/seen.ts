/** How components stand to someone who only looks: phases without a controller's memory or plans. */

import type { PlannedApp } from '../app.js';
import type { Desired, Observed, ObservedComponent, ObservedContainer, Phase, PlannedComponent } from '../model.js';
import { componentId } from '../observed/labels.js';
import { appId, differences, pairedApps } from './apps.js';
import { differences as specChanges, stoppedBecause } from './causes.js';
import { type Match, match } from './match.js';

/** Without `desired`, nobody knows what is wanted, and what is there is all there is. */
export function seen(observed: Observed, desired?: Desired): PlannedComponent[] {
  const matches = match(desired?.components ?? [], observed.components);
  const containers = matches.map((each) => ({
    id: componentId(each.kind, each.index),
    kind: each.kind,
    index: each.index,
    phase: phaseOf(each.observed),
    reason: reasonOf(each, desired),
    desired: each.desired,
    observed: each.observed,
  }));
  return [...containers, ...seenApps(matches, observed, desired)];
}

function seenApps(matches: readonly Match[], observed: Observed, desired?: Desired): PlannedComponent[] {
  const apps = desired
    ? pairedApps({ desired, observed, matches })
    : (observed.marathon?.apps ?? []).filter(({ ours }) => ours).map((app): PlannedApp => ({ observed: app }));
  return apps.map((app, index) => ({
    id: appId(app),
    kind: 'app',
    index,
    phase: app.unreachable
      ? 'failed'
      : app.observed === undefined
        ? 'absent'
        : app.observed.ready
          ? 'ready'
          : 'starting',
    reason: appReason(app, observed, desired),
    app,
  }));
}

function appReason(
  { desired: want, observed: app, rendered, unreachable }: PlannedApp,
  { marathon }: Observed,
  desired?: Desired,
) {
  if (unreachable) return unreachable.problem;
  if (!marathon) return 'no Marathon leads';
  if (!app) return 'not at Marathon';
  const changes = rendered ? differences(rendered, app) : [];
  const stale = changes.length > 0 ? `to be changed: ${changes.join(', ')}` : '';
  const extra = desired && !want ? 'not in the minimesosFile' : '';
  return [app.reason, stale, extra].filter(Boolean).join('; ');
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
    want && desired && container.hash !== want.hash ? `to be replaced: ${specChanges(container, want, desired)}` : '';
  const byHand = container.byHand ? `to be replaced: made by hand from image ${container.image}` : '';
  const extra = desired && !want ? 'not in the minimesosFile' : '';
  return [stateOf(container, observed), stale || byHand, extra].filter(Boolean).join('; ');
}

function stateOf(container: ObservedContainer, { readiness }: ObservedComponent): string {
  if (container.state === 'running') return readiness.reason;
  return ['exited', 'dead', 'created'].includes(container.state) ? stoppedBecause(container) : container.state;
}
