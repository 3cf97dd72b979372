/** Desired × observed → the next safe steps. Pure: no clock, no Docker, no order of events. */

import { advance, type Facts } from '../components/lifecycle.js';
import { kindOf } from '../components/registry.js';
import {
  type ComponentId,
  type Desired,
  type DesiredComponent,
  NETWORK,
  type Observed,
  type ObservedContainer,
  type Phase,
  type Plan,
  type PlannedComponent,
  type Step,
  type Verb,
} from '../model.js';
import { componentId } from '../observed/labels.js';
import { differences, lostBecause, refusal, stoppedBecause } from './causes.js';
import { type Match, match } from './match.js';
import type { Memory } from './memory.js';
import { type Standing, standingOf } from './standing.js';

interface Context {
  desired: Desired;
  observed: Observed;
  memory: Memory;
  standing: Standing;
  /** The first whose container is to be replaced and whose new image is not there. */
  lacksImage: ComponentId | undefined;
}

interface Planned extends PlannedComponent {
  step?: Step | undefined;
}

export function plan(desired: Desired, observed: Observed, memory: Memory): Plan {
  const matches = match(desired.components, observed.components);
  const standing = standingOf(matches, memory);
  const lacksImage = matches
    .map((each) =>
      isStale(each, observed) && !observed.images.has(each.desired?.image ?? '') ? idOf(each) : undefined,
    )
    .find(Boolean);
  const context = { desired, observed, memory, standing, lacksImage };
  const components = matches.map((each) => planComponent(each, context));
  const network = planNetwork(desired, observed, memory);
  const steps = [network, ...components.map(({ step }) => step)].filter((step) => step !== undefined);
  return { steps: onePullPerImage(steps, memory), components: components.map(({ step: _, ...rest }) => rest) };
}

function planNetwork(desired: Desired, observed: Observed, memory: Memory): Step | undefined {
  if (memory.running.has(NETWORK)) return undefined;
  const wanted = desired.components.length > 0;
  if (wanted && !observed.network) return { verb: 'create', component: NETWORK, cause: 'no network' };
  const used = observed.components.length > 0 || memory.running.size > 0;
  if (!wanted && observed.network && !used)
    return { verb: 'remove', component: NETWORK, cause: 'nothing is left on it' };
  return undefined;
}

function planComponent(match: Match, context: Context): Planned {
  const { kind, index, desired, observed } = match;
  const id = idOf(match);
  const who = { id, kind, index, desired, observed };
  const before = context.memory.components.get(id);
  const underWay = context.memory.running.get(id);
  // Whoever runs its step owns it: it is planned again when the step is done.
  if (underWay) return { ...who, phase: before?.phase ?? 'absent', reason: underWay.cause };

  const facts = factsOf(match, context, before?.failedHash);
  const { phase, verb } = advance(kindOf(kind).lifecycle, before?.phase ?? 'absent', { type: 'observed', ...facts });
  const step = verb && stepFor(verb, id, match, context);
  if (step?.verb === 'remove') context.standing.takeAway(id);
  if (step) return { ...who, phase, reason: step.cause, step };
  const waitsFor = waitsForWhom(phase, facts, match, context);
  return { ...who, phase, reason: reasonFor(phase, match, context, before?.reason, waitsFor), waitsFor };
}

function idOf({ kind, index }: Match): ComponentId {
  return componentId(kind, index);
}

/** Whether the container is there and has to be made anew. */
function isStale({ desired, observed }: Match, { network }: Observed): boolean {
  const container = observed?.container;
  if (!desired || !container) return false;
  return container.hash !== desired.hash || lostBecause(container, network) !== undefined;
}

/** Whom a container that is to be replaced waits for: a change begins when all its images are there. */
function heldBy(match: Match, { lacksImage, standing }: Context): ComponentId | undefined {
  return lacksImage === idOf(match) ? standing.holds(match) : (lacksImage ?? standing.holds(match));
}

function factsOf(match: Match, context: Context, failedHash: string | undefined): Facts {
  const { observed: world, standing } = context;
  const { kind, desired, observed } = match;
  const container = observed?.container;
  const stale = isStale(match, world);
  return {
    wanted: desired !== undefined,
    container: container?.state ?? 'none',
    hasVolume: observed?.volume !== undefined,
    stale,
    spoiled: refusalOf(match, world) !== undefined,
    imagePresent: desired !== undefined && world.images.has(desired.image),
    blocked: !world.network || standing.unmet(kindOf(kind).startsAfter) !== undefined,
    mayReplace: stale && (container?.state !== 'running' || heldBy(match, context) === undefined),
    ready: observed?.readiness.ready ?? false,
    changed: desired?.hash !== failedHash,
  };
}

function stepFor(verb: Verb, component: string, match: Match, context: Context): Step {
  const { desired, observed } = match;
  const container = observed?.container;
  if (verb === 'pull' && desired) {
    return { verb, component, image: desired.image, cause: `image ${desired.image} is not on this engine` };
  }
  if (verb === 'remove') return removal(component, match, context);
  if (verb === 'start' && container) return { verb, component, cause: stoppedBecause(container) };
  if (verb === 'unpause') return { verb, component, cause: 'paused' };
  return { verb, component, cause: observed?.volume ? 'no container; its volume is kept' : 'no container' };
}

function removal(component: string, match: Match, { desired: whole, observed: world }: Context): Step {
  const { desired, observed } = match;
  if (!desired) {
    const cause = whole.components.length > 0 ? 'not in the minimesosFile' : 'the cluster goes';
    return { verb: 'remove', component, cause, volume: 'remove' };
  }
  const refused = refusalOf(match, world);
  const reset = refused && `${refused}: ${kindOf(desired.kind).recovery?.resetMeans}`;
  const causes = observed?.container
    ? [changeOf(observed.container, desired, whole, world, refused !== undefined), reset]
    : [reset];
  return { verb: 'remove', component, cause: causes.filter(Boolean).join('; '), volume: refused ? 'remove' : 'keep' };
}

function changeOf(
  container: ObservedContainer,
  desired: DesiredComponent,
  whole: Desired,
  world: Observed,
  refused: boolean,
): string {
  if (container.hash !== desired.hash) return differences(container, desired, whole, refused);
  return lostBecause(container, world.network) ?? '';
}

function refusalOf({ desired, observed }: Match, world: Observed): string | undefined {
  return desired && observed && refusal(desired, observed, world.network);
}

function waitsForWhom(phase: Phase, facts: Facts, match: Match, context: Context): string | undefined {
  const { standing } = context;
  if (phase === 'absent') return standing.unmet(kindOf(match.kind).startsAfter) ?? NETWORK;
  if (facts.stale && !facts.mayReplace) return heldBy(match, context);
  return phase === 'starting' || phase === 'degraded' ? standing.lacks(match.kind) : undefined;
}

function reasonFor(
  phase: Phase,
  { desired, observed }: Match,
  { desired: whole }: Context,
  before: string | undefined,
  waitsFor: string | undefined,
): string {
  if (phase === 'failed' || phase === 'backoff') return before ?? 'failed';
  const waits = waitsFor ? `waits for ${waitsFor}` : '';
  if (!observed?.container) return waits;
  const { container, readiness } = observed;
  const stale =
    desired && container.hash !== desired.hash ? `to be replaced: ${differences(container, desired, whole)}` : '';
  return [readiness.reason, stale, waits].filter(Boolean).join('; ');
}

/** Whoever needs an image that is being pulled waits for that pull. */
function onePullPerImage(steps: Step[], memory: Memory): Step[] {
  const pulled = new Set([...memory.running.values()].flatMap(({ image }) => image ?? []));
  return steps.filter(({ image }) => {
    if (image === undefined) return true;
    const first = !pulled.has(image);
    pulled.add(image);
    return first;
  });
}
