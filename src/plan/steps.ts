/** The step for a verb, with its cause; and where there is no step, why a component is in its phase. */

import { kindOf } from '../components/registry.js';
import { drainMeans, listedTasks } from '../mesos/drain.js';
import type { ContainerVerb, Desired, DesiredComponent, Observed, ObservedComponent, Phase, Step } from '../model.js';
import { differences, lostBecause, stoppedBecause } from './causes.js';
import { type Context, placeOf, refusalOf } from './facts.js';
import type { Match } from './match.js';

export function stepFor(verb: ContainerVerb, component: string, match: Match, context: Context): Step {
  const { desired, observed } = match;
  const container = observed?.container;
  switch (verb) {
    case 'pull':
      return {
        verb,
        component,
        image: desired?.image ?? '',
        cause: `image ${desired?.image} is not on this engine`,
      };
    case 'create':
      return { verb, component, cause: observed?.volume ? 'no container; its volume is kept' : 'no container' };
    case 'start': {
      const stopped = container && container.state !== 'running' ? stoppedBecause(container) : undefined;
      return {
        verb,
        component,
        cause: stopped ?? placeOf(match, context.observed, context.memory.components.get(component)) ?? '',
      };
    }
    case 'unpause':
      return { verb, component, cause: 'paused' };
    case 'restart':
      return { verb, component, cause: `${observed?.readiness.reason}, for too long` };
    case 'drain':
    case 'remove':
      return removal(verb, component, match, context);
  }
}

function removal(verb: 'drain' | 'remove', component: string, match: Match, context: Context): Step {
  const refused = refusalOf(match, context.observed);
  const volume = match.desired && !refused ? 'keep' : 'remove';
  const cause = [whyItGoes(match, context, refused), ...whatBecomesOfTasks(verb, match, context)].join('; ');
  return { verb, component, cause, ...(verb === 'remove' ? { volume } : {}) };
}

function whyItGoes(
  { desired, observed }: Match,
  { desired: whole, observed: world }: Context,
  refused: string | undefined,
): string {
  if (!desired) return whole.components.length > 0 ? 'not in the minimesosFile' : 'the cluster goes';
  const reset = refused && `${refused}: ${kindOf(desired.kind).recovery?.resetMeans}`;
  const changed = observed?.container && changeOf(observed, desired, whole, world, refused !== undefined);
  return [changed === refused ? '' : changed, reset].filter(Boolean).join('; ');
}

/** Of an agent that goes: which tasks end, and what they are told before. */
function whatBecomesOfTasks(
  verb: 'drain' | 'remove',
  { observed }: Match,
  { observed: world, desired: whole }: Context,
): string[] {
  const tasks = observed?.tasks ?? [];
  const named = tasks.length > 0 ? [`ends ${countOf(tasks)}: ${listedTasks(tasks)}`] : [];
  if (verb === 'remove' || whole.components.length === 0) return named;
  const means = drainMeans(world.mesos?.version ?? '');
  return means === 'none' ? [...named, `Mesos ${world.mesos?.version} knows no drain`] : named;
}

const countOf = (tasks: readonly string[]) => (tasks.length === 1 ? '1 task' : `${tasks.length} tasks`);
function changeOf(
  observed: ObservedComponent,
  desired: DesiredComponent,
  whole: Desired,
  world: Observed,
  refused: boolean,
): string {
  const { container } = observed;
  if (!container) return '';
  if (container.byHand) return `made by hand from image ${container.image}`;
  if (container.hash !== desired.hash) return differences(container, desired, whole, refused);
  return lostBecause(container, observed, world.network) ?? '';
}

export function reasonFor(
  phase: Phase,
  { desired, observed }: Match,
  { desired: whole }: Context,
  before: string | undefined,
  waitsFor: string | undefined,
): string {
  const waits = waitsFor ? `waits for ${waitsFor}` : '';
  if (phase === 'failed' || phase === 'backoff') return [before ?? 'failed', waits].filter(Boolean).join('; ');
  if (!observed?.container) return waits;
  const { container, readiness } = observed;
  const stale =
    desired && container.hash !== desired.hash ? `to be replaced: ${differences(container, desired, whole)}` : '';
  return [readiness.reason, stale, waits].filter(Boolean).join('; ');
}
