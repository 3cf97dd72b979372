/** What Marathon is to run × what it runs → the next safe steps for apps and groups. Pure. */

import type { DesiredApp, ObservedApp, PlannedApp, RenderedApp } from '../app.js';
import { type AppFacts, advanceApp } from '../components/app.js';
import { isPaused } from '../conditions.js';
import { isWithin } from '../minimesosfile/app-ids.js';
import type { ComponentId, Desired, Kind, Observed, Phase, PlannedComponent, Step } from '../model.js';
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
  const paired = pairedApps(context);
  const leaving = leavingAmong(paired, context.memory);
  return paired.map((app, index) => planApp(app, index, { ...context, leaving }, steps));
}

interface PlanContext extends AppsContext {
  /** The ids of those that are yet to be taken away. */
  leaving: readonly ComponentId[];
}

function leavingAmong(paired: readonly PlannedApp[], memory: Memory): ComponentId[] {
  const unwanted = paired.filter(({ desired, observed }) => !desired && observed).map(appId);
  return [...new Set([...unwanted, ...undeployed(memory)])];
}

/** Marathon forgets an app as soon as it is told: until its step is done, its tasks may run and its group be there. */
function undeployed({ running }: Memory): ComponentId[] {
  return [...running.values()].flatMap(({ verb, component }) => (verb === 'undeploy' ? [component] : []));
}

/** Marathon gives an id once, to an app or to a group. */
function inTheWayOf({ id }: DesiredApp, leaving: readonly ComponentId[]): ComponentId | undefined {
  return leaving.find((other) => other !== id && (isWithin(id, other) || isWithin(other, id)));
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
  const wholeGoes = desired.components.length === 0;
  const mayGo = ({ ours }: ObservedApp) => (wholeGoes ? endsTasks(observed) : ours && unreachable.length === 0);
  const goes = (app: ObservedApp) => !named.has(app.id) && mayGo(app);
  const unwanted = [...there.values()].filter(goes).map((app): PlannedApp => ({ observed: app }));
  return [...wanted, ...unreachable, ...unwanted];
}

/** Whether anybody is there who can end a task before its agent goes. */
function endsTasks({ components }: Observed): boolean {
  const runs = (wanted: Kind) =>
    components.some(({ kind, container }) => kind === wanted && container?.state === 'running');
  return runs('master') && runs('agent');
}

export function appId({ desired, observed, unreachable }: PlannedApp): ComponentId {
  return (desired ?? observed ?? unreachable)?.id ?? '';
}

/** One that is yet to be taken away; what cannot be taken away holds up nobody. */
export function appToLeave(components: readonly PlannedComponent[], memory: Memory): ComponentId | undefined {
  const [underWay] = undeployed(memory);
  return underWay ?? components.find(({ app, phase }) => !app?.desired && phase === 'removing')?.id;
}

function planApp(app: PlannedApp, index: number, context: PlanContext, steps: Step[]): PlannedComponent {
  const { desired: whole, observed: world, memory, leaving } = context;
  const id = appId(app);
  const who = { id, kind: 'app', index, app } as const;
  if (app.unreachable) return { ...who, phase: 'failed', reason: app.unreachable.problem };
  const before = memory.components.get(id);
  const phaseBefore = before?.phase ?? 'absent';
  const underWay = memory.running.get(id);
  if (underWay) return { ...who, phase: phaseBefore, reason: underWay.cause };

  const inTheWay = app.desired && inTheWayOf(app.desired, leaving);
  const facts = appFacts(app, world, before, inTheWay);
  const { phase, verb } = advanceApp(phaseBefore, { type: 'observed', ...facts });
  const cause = verb && causeOf(app, whole);
  if (verb && cause !== undefined && isPaused({ desired: whole, observed: world }))
    return { ...who, phase: facts.ready ? 'ready' : 'starting', reason: `not done while paused: ${verb}, ${cause}` };
  if (verb && cause !== undefined) {
    steps.push({ verb, component: id, cause });
    return { ...who, phase, reason: cause };
  }
  const waitsFor = facts.told && phase === 'absent' ? inTheWay : undefined;
  return { ...who, phase, ...(waitsFor ? waiting(waitsFor) : standing(app, phase, context, before)) };
}

function appFacts(
  { desired, observed, rendered }: PlannedApp,
  world: Observed,
  before: Recollection | undefined,
  inTheWay: ComponentId | undefined,
): AppFacts {
  return {
    wanted: desired !== undefined,
    told: world.marathon !== undefined,
    there: observed !== undefined,
    current: rendered !== undefined && observed !== undefined && differences(rendered, observed).length === 0,
    otherType: desired !== undefined && observed !== undefined && desired.type !== observed.type,
    inTheWay: inTheWay !== undefined,
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
  return waitsFor ? waiting(waitsFor) : { reason: '' };
}

const waiting = (waitsFor: ComponentId) => ({ reason: `waits for ${waitsFor}`, waitsFor });

function causeOf({ desired, observed, rendered }: PlannedApp, whole: Desired): string {
  if (!desired || !rendered) return whole.components.length > 0 ? 'not in the minimesosFile' : 'the cluster goes';
  if (!observed) return 'not at Marathon';
  if (observed.type !== desired.type)
    return `it is ${ARTICLED[observed.type]}, and ${desired.source} has ${ARTICLED[desired.type]}`;
  if (!observed.ours) return `installed by hand, and now ${desired.source} wants it`;
  return differences(rendered, observed).join(', ');
}

const ARTICLED = { app: 'an app', group: 'a group' };

/** How what Marathon has differs from what is wanted, for people. Of a group, what stands by hand beside it counts not. */
export function differences({ apps: wanted }: RenderedApp, { apps: there, ours }: ObservedApp): string[] {
  const named = (id: string, change: string) => (wanted.size > 1 || there.size > 1 ? `${id} ${change}` : change);
  const changed = [...wanted].flatMap(([id, { hash, fields }]) => {
    const have = there.get(id);
    if (!have) return [`${id} is missing`];
    const other = Object.entries(fields).filter(([field, value]) => have.fields[field] !== value);
    if (other.length > 0)
      return other.map(([field, value]) => named(id, `${field} ${changeOf(have.fields[field], value)}`));
    return have.hash === hash ? [] : [named(id, 'its JSON changed')];
  });
  const extra = [...there.keys()].filter((id) => !wanted.has(id)).map((id) => `${id} is too much`);
  const byHand = ours || changed.length > 0 ? [] : ['installed by hand'];
  return [...changed, ...extra, ...byHand];
}

/** A command may hold what is nobody's business. */
function changeOf(before: string | number | undefined, after: string | number | undefined): string {
  if (typeof after !== 'number') return before === undefined ? 'added' : 'changed';
  return `${typeof before === 'number' ? before : 'none'} → ${after}`;
}
