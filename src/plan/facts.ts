/** What the machine of a component is told: the world, the file and the memory, boiled down to yes and no. */

import type { Facts } from '../components/lifecycle.js';
import { kindOf } from '../components/registry.js';
import type { ComponentId, Desired, Kind, Observed, ObservedComponent } from '../model.js';
import type { Policy } from '../policy.js';
import { isStale, misplacedBecause, refusal } from './causes.js';
import type { Match } from './match.js';
import type { Memory, Recollection } from './memory.js';
import type { Standing } from './standing.js';

export interface Context {
  desired: Desired;
  observed: Observed;
  memory: Memory;
  policy: Policy;
  standing: Standing;
  /** The first whose container is to be replaced and whose new image is not there. */
  lacksImage: ComponentId | undefined;
  /** An app that Marathon is yet to end. */
  lastApp: ComponentId | undefined;
}

export function factsOf(match: Match, context: Context, before: Recollection | undefined): Facts {
  const { observed: world, standing, policy } = context;
  const { kind, desired, observed } = match;
  const container = observed?.container;
  const stale = isStale(match, world.network);
  const { unreadyMs = 0, sufferedMs = 0, onTrial = false } = before ?? {};
  return {
    container: container?.state ?? 'none',
    wanted: desired !== undefined,
    hasVolume: observed?.volume !== undefined,
    stale,
    // Of interest only where a container is to be created; to find it out takes its time.
    spoiled: container === undefined && refusalOf(match, world) !== undefined,
    imagePresent: desired !== undefined && world.images.has(desired.image),
    blocked:
      !world.network ||
      standing.unmet(kindOf(kind).startsAfter) !== undefined ||
      standing.beforeJoining(match) !== undefined,
    revivable: container?.state === 'exited' && (container.onHost || container.network === world.network?.id),
    mayReplace: stale && (container?.state !== 'running' || heldBy(match, context) === undefined),
    mayLeave: keptBy(match, context) === undefined,
    mustDrain: container?.state === 'running' && before?.drained !== container.id && drains(match, context),
    // Where the whole cluster goes nobody is asked: what runs is taken to do its work.
    ready: observed?.readiness.ready === true || endsApps(match, context) !== undefined,
    outOfPlace: placeOf(match, world, before) !== undefined,
    ailing: unreadyMs >= policy.kinds[kind].degradedAfterMs,
    hopeless: !onTrial && sufferedMs >= restartAfterMs(kind, policy, before),
    overdue: onTrial && sufferedMs >= policy.progressDeadlineMs,
    relapsed: before?.relapsed ?? false,
    resting: before?.resting ?? false,
    changed: desired?.hash !== before?.failedHash,
  };
}

/** Whoever never was ready may be slow to start, and so may one for whom a restart was of no use. */
function restartAfterMs(kind: Kind, policy: Policy, before: Recollection | undefined): number {
  const { restarts = 0, proven = false } = before ?? {};
  const usual = policy.kinds[kind].restartAfterMs;
  const longest = Math.max(usual, policy.progressDeadlineMs);
  return proven ? Math.min(usual * 2 ** restarts, longest) : longest;
}

/** Whom a container that is to be replaced waits for: a change begins when all its images are there. */
export function heldBy(match: Match, { lacksImage, standing }: Context): ComponentId | undefined {
  return lacksImage === match.id ? standing.holds(match) : (lacksImage ?? standing.holds(match));
}

/**
 * Whom one that is not wanted waits for: Marathon ends the apps before it goes, and all others do where the whole
 * cluster goes, so that no task outlives it.
 */
export function keptBy(match: Match, context: Context): ComponentId | undefined {
  return endsApps(match, context) ?? context.standing.beforeLeaving(match);
}

/** The app that Marathon cannot end without this one. */
function endsApps({ kind, desired: wanted }: Match, { desired, lastApp }: Context): ComponentId | undefined {
  return !wanted && (kind === 'marathon' || desired.components.length === 0) ? lastApp : undefined;
}

/**
 * Whether an agent that is to go has something to drain. One that goes for good takes no more offers, whatever it runs;
 * one that comes back is bothered only for its tasks. Where the whole cluster goes, nobody waits for anything.
 */
function drains({ desired, observed }: Match, { desired: whole, observed: world }: Context): boolean {
  if (!observed?.agentId || !world.mesos || whole.components.length === 0) return false;
  return desired === undefined || (observed.tasks ?? []).length > 0;
}

/** Where a running container stands amiss; undefined where it does not. */
export function placeOf(
  { desired, observed, index }: Match,
  { network }: Observed,
  before?: Recollection | undefined,
): string | undefined {
  if (!desired || !observed) return undefined;
  return misplacedBecause(desired, observed, index, network) ?? keptFromOffers(observed, before);
}

export function refusalOf({ desired, observed }: Match, world: Observed): string | undefined {
  return desired && observed && refusal(desired, observed, world.network);
}

/** A drain by this run, or of the container before this one. Who drains an agent by hand wants it so. */
function keptFromOffers(
  { container, deactivated, drainedAt = Number.POSITIVE_INFINITY }: ObservedComponent,
  before: Recollection | undefined,
): string | undefined {
  if (!deactivated || !container) return undefined;
  const started = container.startedAt === undefined ? Number.NaN : Date.parse(container.startedAt);
  return before?.drained === container.id || drainedAt < started ? 'drained, and to stay' : undefined;
}
