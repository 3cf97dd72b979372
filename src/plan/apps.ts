/** What Marathon is to run × what it runs → the next safe steps for apps and groups. Pure. */

import type { ObservedApp, PlannedApp, RenderedApp } from '../app.js';
import { type AppFacts, advanceApp } from '../components/app.js';
import { isPaused } from '../conditions.js';
import type { ComponentId, Desired, Observed, Phase, PlannedComponent, Step } from '../model.js';
import { variablesOf } from './app-variables.js';
import type { Match } from './match.js';
import type { Memory, Recollection } from './memory.js';

export interface AppsContext {
  desired: Desired;
  observed: Observed;
  memory: Memory;
  matches: readonly Match[];
}

/** In the order of the file, and after these what is to go. The steps go to `steps`. */
export function planApps(context: AppsContext, steps: Step[]): PlannedComponent[] {
  return pairedApps(context).map((app, index) => planApp(app, index, context, steps));
}

/** What the file names, with what is there of it; then what is there and is to go. */
export function pairedApps(context: Omit<AppsContext, 'memory'>): PlannedApp[] {
  const { desired, observed } = context;
  const unreachable = desired.unreachable.map((app): PlannedApp => ({ unreachable: app }));
  if (desired.apps.length === 0 && observed.marathon === undefined) return unreachable;
  const there = new Map((observed.marathon?.apps ?? []).map((app) => [app.id, app]));
  const variables = variablesOf(context);
  const wanted = desired.apps.map(
    (app): PlannedApp => ({ desired: app, observed: there.get(app.id), rendered: app.render(variables) }),
  );
  const named = new Set(desired.apps.map(({ id }) => id));
  // With the cluster all goes; else what was installed by hand is nobody's business here, and what is ours may be what is out of reach.
  const mayGo = ({ ours }: ObservedApp) => (ours && unreachable.length === 0) || desired.components.length === 0;
  const goes = (app: ObservedApp) => !named.has(app.id) && mayGo(app);
  const unwanted = [...there.values()].filter(goes).map((app): PlannedApp => ({ observed: app }));
  return [...wanted, ...unreachable, ...unwanted];
}

export function appId({ desired, observed, unreachable }: PlannedApp): ComponentId {
  return (desired ?? observed ?? unreachable)?.id ?? '';
}

/** The first that is yet to be taken away; what cannot be taken away holds up nobody. */
export function appToLeave(components: readonly PlannedComponent[]): ComponentId | undefined {
  return components.find(({ app, phase }) => !app?.desired && phase === 'removing')?.id;
}

function planApp(app: PlannedApp, index: number, context: AppsContext, steps: Step[]): PlannedComponent {
  const { desired, observed, memory } = context;
  const id = appId(app);
  const who = { id, kind: 'app', index, app } as const;
  if (app.unreachable) return { ...who, phase: 'failed', reason: app.unreachable.problem };
  const before = memory.components.get(id);
  const phaseBefore = before?.phase ?? 'absent';
  const underWay = memory.running.get(id);
  if (underWay) return { ...who, phase: phaseBefore, reason: underWay.cause };

  const facts = appFacts(app, observed, before);
  const { phase, verb } = advanceApp(phaseBefore, { type: 'observed', ...facts });
  const cause = verb && causeOf(app, desired);
  if (verb && cause !== undefined && isPaused({ desired, observed }))
    return { ...who, phase: facts.ready ? 'ready' : 'starting', reason: `not done while paused: ${verb}, ${cause}` };
  if (verb && cause !== undefined) {
    steps.push({ verb, component: id, cause });
    return { ...who, phase, reason: cause };
  }
  return { ...who, phase, ...standing(app, phase, context, before) };
}

function appFacts(app: PlannedApp, world: Observed, before: Recollection | undefined): AppFacts {
  const { desired, observed, rendered } = app;
  return {
    wanted: desired !== undefined,
    told: world.marathon !== undefined,
    there: observed !== undefined,
    current: rendered !== undefined && observed !== undefined && differences(rendered, observed).length === 0,
    ready: observed?.ready ?? false,
    resting: before?.resting ?? false,
    changed: rendered?.hash !== before?.failedHash,
  };
}

function standing(
  { observed }: PlannedApp,
  phase: Phase,
  { desired, matches, observed: { marathon } }: AppsContext,
  before: Recollection | undefined,
): Pick<PlannedComponent, 'reason' | 'waitsFor'> {
  if (phase === 'failed' || phase === 'backoff') return { reason: before?.reason ?? 'failed' };
  if (marathon) return { reason: observed?.reason ?? '' };
  const waitsFor = desired.apps.length > 0 ? matches.find(({ kind }) => kind === 'marathon')?.id : undefined;
  return { reason: waitsFor ? `waits for ${waitsFor}` : '', waitsFor };
}

function causeOf({ desired, observed, rendered }: PlannedApp, whole: Desired): string {
  if (!desired || !rendered) return whole.components.length > 0 ? 'not in the minimesosFile' : 'the cluster goes';
  if (!observed) return 'not at Marathon';
  if (!observed.ours) return `installed by hand, and now ${desired.source} wants it`;
  return differences(rendered, observed).join(', ');
}

/** How what Marathon has differs from what is wanted, for people. Of a group, what stands by hand beside it counts not. */
export function differences({ apps: wanted }: RenderedApp, { apps: there, ours }: ObservedApp): string[] {
  const named = (id: string, change: string) => (wanted.size > 1 || there.size > 1 ? `${id} ${change}` : change);
  const changed = [...wanted].flatMap(([id, { hash, fields }]) => {
    const have = there.get(id);
    if (!have) return [`${id} is missing`];
    const other = Object.entries(fields).filter(([field, value]) => have.fields[field] !== value);
    if (other.length > 0)
      return other.map(([field, value]) => named(id, `${field} ${shown(have.fields[field])} → ${shown(value)}`));
    return have.hash === hash ? [] : [named(id, 'its JSON changed')];
  });
  const extra = [...there.keys()].filter((id) => !wanted.has(id)).map((id) => `${id} is too much`);
  const byHand = ours || changed.length > 0 ? [] : ['installed by hand'];
  return [...changed, ...extra, ...byHand];
}

/** A command may hold what is nobody's business. */
function shown(value: string | number | undefined): string {
  return typeof value === 'number' ? String(value) : value === undefined ? 'none' : '…';
}
