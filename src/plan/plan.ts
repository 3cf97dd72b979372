/** Desired × observed → the next safe steps. Pure: no clock, no Docker, no order of events. */

import { advance, type Facts } from '../components/lifecycle.js';
import { kindOf } from '../components/registry.js';
import { isPaused } from '../conditions.js';
import {
  type ComponentId,
  type Desired,
  NETWORK,
  type Observed,
  type Phase,
  type Plan,
  type PlannedComponent,
  type Step,
} from '../model.js';
import { strayId } from '../observed/labels.js';
import { DEFAULT_POLICY, type Policy } from '../policy.js';
import { appToLeave, planApps } from './apps.js';
import { isStale } from './causes.js';
import { type Context, factsOf, heldBy, keptBy } from './facts.js';
import { type Match, match } from './match.js';
import type { Memory } from './memory.js';
import { standingOf } from './standing.js';
import { reasonFor, stepFor } from './steps.js';

/** In a paused cluster there is no step, and each reason says what would be done. */
export function plan(desired: Desired, observed: Observed, memory: Memory, policy: Policy = DEFAULT_POLICY): Plan {
  const matches = match(desired.components, observed.components);
  const standing = standingOf(matches, memory, policy, observed.network);
  const lacksImage = matches.find(
    (each) => isStale(each, observed.network) && !observed.images.has(each.desired?.image ?? ''),
  );
  const steps: Step[] = planNetwork(desired, observed, memory);
  const apps = planApps({ desired, observed, memory, matches }, steps);
  const lastApp = appToLeave(apps, memory);
  const context: Context = { desired, observed, memory, policy, standing, lacksImage: lacksImage?.id, lastApp };
  const components = matches.map((each) => planComponent(each, context, steps));
  steps.push(...planStrays(desired, observed, memory));
  return { steps: onePullPerImage(steps, memory), components: [...components, ...apps] };
}

function planNetwork(desired: Desired, observed: Observed, memory: Memory): Step[] {
  if (isBusy(NETWORK, memory) || isPaused({ desired, observed })) return [];
  const wanted = desired.components.length > 0;
  if (wanted && !observed.network) return [{ verb: 'create', component: NETWORK, cause: 'no network' }];
  const used = observed.components.length > 0 || strays(desired, observed).length > 0 || memory.running.size > 0;
  if (!wanted && observed.network && !used)
    return [{ verb: 'remove', component: NETWORK, cause: 'nothing is left on it' }];
  return [];
}

function isBusy(id: ComponentId, { running, components }: Memory): boolean {
  return running.has(id) || components.get(id)?.resting === true;
}

function planStrays(desired: Desired, observed: Observed, memory: Memory): Step[] {
  if (isPaused({ desired, observed })) return [];
  return strays(desired, observed).flatMap((stray): Step[] => {
    const { of } = stray;
    const component = strayId(stray);
    if (isBusy(component, memory)) return [];
    const cause = of ? `it bears the labels of ${of}, which has another container` : 'the cluster goes';
    return [{ verb: 'remove', component, cause }];
  });
}

/** A second container of a component is in the way; one of no known kind goes with the cluster. */
function strays(desired: Desired, { strays = [] }: Observed) {
  return desired.components.length === 0 ? strays : strays.filter(({ of }) => of !== undefined);
}

/** The component's phase and why; its next step goes to `steps`. */
function planComponent(match: Match, context: Context, steps: Step[]): PlannedComponent {
  const { id, kind, index, desired, observed } = match;
  const who = { id, kind, index, desired, observed };
  const before = context.memory.components.get(id);
  const phaseBefore = before?.phase ?? 'absent';
  const underWay = context.memory.running.get(id);
  // Whoever runs its step owns it: it is planned again when the step is done.
  if (underWay) return { ...who, phase: phaseBefore, reason: underWay.cause };

  const facts = factsOf(match, context, before);
  const { phase, verb } = advance(kindOf(kind).lifecycle, phaseBefore, { type: 'observed', ...facts });
  const step = verb && stepFor(verb, id, match, context);
  if (step && isPaused(context))
    return { ...who, phase: phaseLeft(facts), reason: `not done while paused: ${step.verb}, ${step.cause}` };
  if (verb === 'remove' || verb === 'drain') context.standing.takeAway(id);
  if (verb === 'create') context.standing.bring(id);
  if (step) {
    steps.push(step);
    return { ...who, phase, reason: step.cause };
  }
  const waitsFor = waitsForWhom(phase, facts, match, context);
  const reason = reasonFor(phase, match, context, before?.reason, waitsFor);
  const unready = runsUnready(facts);
  const suffers = unready && !facts.blocked && context.standing.lacks(kind) === undefined;
  return { id, kind, index, desired, observed, phase, reason, waitsFor, unready, suffers };
}

/** Of a component that would be changed, were the cluster not paused. */
function phaseLeft({ container, ready }: Facts): Phase {
  if (container === 'none') return 'absent';
  return container === 'running' && ready ? 'ready' : 'degraded';
}

function runsUnready({ wanted, container, ready }: Facts): boolean {
  return wanted && container === 'running' && !ready;
}

function waitsForWhom(phase: Phase, facts: Facts, match: Match, context: Context): ComponentId | undefined {
  const { standing } = context;
  if (!facts.wanted && !facts.mayLeave) return keptBy(match, context);
  if (phase === 'absent')
    return standing.unmet(kindOf(match.kind).startsAfter) ?? standing.beforeJoining(match) ?? NETWORK;
  if (facts.stale && !facts.mayReplace) return heldBy(match, context);
  if (phase === 'backoff' && facts.container !== 'none') return standing.lacks(match.kind);
  if (facts.container !== 'running' || facts.ready) return undefined;
  return context.observed.network ? standing.lacks(match.kind) : NETWORK;
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
