/**
 * The life of a component, as an xstate machine that is used as a function: the phase before and the facts of one
 * look give the next phase and the verb to do. No actor lives on. Phases are a cache; truth is in Docker.
 */

import { setup, transition } from 'xstate';
import type { ContainerState, ContainerVerb, Phase } from '../model.js';
import { guardsOf, type Told } from './guards.js';

/** What one look at the world, and the memory of those before, say about one component. */
export interface Facts {
  container: ContainerState | 'none';
  /** The minimesosFile asks for it. */
  wanted: boolean;
  hasVolume: boolean;
  /** The container was made from another spec than the file's. */
  stale: boolean;
  /** The process would refuse the volume that is there. */
  spoiled: boolean;
  imagePresent: boolean;
  /** What it starts after has not got so far. */
  blocked: boolean;
  /** The container, as it is, could be started where it was. */
  revivable: boolean;
  /** Taking a stale container away now keeps the promises of a rolling change. */
  mayReplace: boolean;
  /** Not wanted, it may go now: those that stay have taken over. */
  mayLeave: boolean;
  /** What it works on has to end first, or go elsewhere. */
  mustDrain: boolean;
  ready: boolean;
  /** Runs, but off its network or without its names. */
  outOfPlace: boolean;
  /** Has given no answer for longer than a working process would; for so long that only a restart is left. */
  ailing: boolean;
  hopeless: boolean;
  /** Made from a new spec, it has not become ready within the progress deadline. */
  overdue: boolean;
  /** Was brought back a short while ago. */
  relapsed: boolean;
  /** The pause before the next try is not over. */
  resting: boolean;
  /** The file asks for something else than what failed. */
  changed: boolean;
}

/** `delayed`: what was tried failed and is tried again. `gaveUp`: it is not. */
export type LifecycleEvent = Told<Facts>;

const gone = (facts: Facts) => facts.container === 'none';
const ended = (facts: Facts) => facts.container === 'exited' || facts.container === 'dead';
const stopped = (facts: Facts) => ended(facts) || facts.container === 'created';
const running = (facts: Facts) => facts.container === 'running' || facts.container === 'restarting';
const lacksImage = (facts: Facts) => facts.stale && !facts.imagePresent;
const replaceable = (facts: Facts) => facts.wanted && !gone(facts) && facts.stale && facts.mayReplace;
/** As its file wants it, or as it is to stay for now. */
const stays = (facts: Facts) => facts.wanted && running(facts) && !replaceable(facts) && !lacksImage(facts);
const stillNeeded = (facts: Facts) => running(facts) && facts.ready && !facts.mayLeave;
const unready = (facts: Facts) => stays(facts) && !facts.ready;

const GUARDS = {
  'unwanted and nothing left': (f: Facts) => !f.wanted && gone(f) && !f.hasVolume,
  'unwanted, to be drained': (f: Facts) => !f.wanted && f.mustDrain,
  unwanted: (f: Facts) => !f.wanted && !stillNeeded(f),
  // Had before anything is taken away, and before it is this one's turn.
  'stale, image missing, stopped': (f: Facts) => lacksImage(f) && f.revivable && !f.relapsed && !f.blocked,
  'stale, image missing': lacksImage,
  'stale, may be replaced, to be drained': (f: Facts) => replaceable(f) && f.mustDrain,
  'stale, may be replaced': replaceable,
  'no container, volume spoiled': (f: Facts) => gone(f) && f.spoiled,
  'no container, image missing': (f: Facts) => gone(f) && !f.imagePresent,
  'no container, starts after others': (f: Facts) => gone(f) && f.blocked,
  'no container': gone,
  'stopped, starts after others': (f: Facts) => stopped(f) && f.blocked,
  stopped,
  paused: (f: Facts) => f.container === 'paused',
  'being removed': (f: Facts) => f.container === 'removing',
  'runs, out of place': (f: Facts) => running(f) && f.outOfPlace,
  'runs and is ready': (f: Facts) => running(f) && f.ready,
  'runs, hopeless': (f: Facts) => unready(f) && f.hopeless,
  'runs, not ready': unready,
  'runs, not ready for long': (f: Facts) => unready(f) && f.ailing && !f.hopeless && !f.outOfPlace,
  'runs, not ready for a moment': (f: Facts) => unready(f) && !f.ailing && !f.hopeless && !f.outOfPlace,
  'not ready within the deadline': (f: Facts) => unready(f) && f.overdue,
  'stopped before it was ready': (f: Facts) => f.wanted && !f.stale && ended(f),
  'stopped again': (f: Facts) => f.wanted && !f.stale && ended(f) && f.relapsed,
  'still resting': (f: Facts) => f.resting && !f.changed,
  // One that runs again was mended by somebody, unless it is the old one, which serves on where the new one failed.
  'still as it failed': (f: Facts) =>
    !f.changed && (!f.wanted || f.stale || (!running(f) && f.container !== 'paused') || (unready(f) && f.overdue)),
} satisfies Record<string, (facts: Facts) => boolean>;

const container = setup({
  types: { events: {} as LifecycleEvent },
  actions: {
    pull: () => {},
    create: () => {},
    start: () => {},
    unpause: () => {},
    restart: () => {},
    drain: () => {},
    remove: () => {},
  },
  guards: guardsOf(GUARDS),
});

const ON_ITS_WAY = {
  on: {
    observed: [
      { guard: 'stopped before it was ready', target: 'backoff' },
      { guard: 'not ready within the deadline', target: 'failed' },
    ],
  },
} as const;

const inService = <Now extends 'ready' | 'degraded'>(now: Now) =>
  ({
    on: {
      observed: [
        { guard: 'stopped again', target: 'backoff' },
        { guard: 'runs, not ready for a moment', target: now },
        { guard: 'runs, not ready for long', target: 'degraded' },
      ],
    },
  }) as const;

/** A machine for one kind; every kind that is a container shares these states and differs in its facts. */
export function lifecycle(id: string): Lifecycle {
  return { machine: machineOf(id), known: new Map() };
}

function machineOf(id: string) {
  return container.createMachine({
    id,
    initial: 'absent',
    // From any state, the first that holds. A pass may have missed any number of changes.
    on: {
      gaveUp: '.failed',
      delayed: '.backoff',
      observed: [
        { guard: 'unwanted and nothing left', target: '.absent' },
        { guard: 'unwanted, to be drained', target: '.draining', actions: 'drain' },
        { guard: 'unwanted', target: '.removing', actions: 'remove' },
        // The old one serves until the image is there.
        { guard: 'stale, image missing, stopped', target: '.starting', actions: 'start' },
        { guard: 'stale, image missing', target: '.pulling', actions: 'pull' },
        { guard: 'stale, may be replaced, to be drained', target: '.draining', actions: 'drain' },
        { guard: 'stale, may be replaced', target: '.removing', actions: 'remove' },
        { guard: 'no container, volume spoiled', target: '.removing', actions: 'remove' },
        { guard: 'no container, image missing', target: '.pulling', actions: 'pull' },
        { guard: 'no container, starts after others', target: '.absent' },
        { guard: 'no container', target: '.creating', actions: 'create' },
        { guard: 'stopped, starts after others', target: '.absent' },
        { guard: 'stopped', target: '.starting', actions: 'start' },
        { guard: 'paused', target: '.starting', actions: 'unpause' },
        { guard: 'being removed', target: '.removing' },
        { guard: 'runs, out of place', target: '.starting', actions: 'start' },
        { guard: 'runs and is ready', target: '.ready' },
        { guard: 'runs, hopeless', target: '.starting', actions: 'restart' },
        { guard: 'runs, not ready', target: '.starting' },
      ],
    },
    states: {
      absent: {},
      pulling: {},
      creating: ON_ITS_WAY,
      starting: ON_ITS_WAY,
      ready: inService('ready'),
      degraded: inService('degraded'),
      draining: {},
      removing: {},
      backoff: {
        on: {
          observed: [
            { guard: 'unwanted and nothing left', target: 'absent' },
            { guard: 'still resting', target: 'backoff' },
          ],
        },
      },
      failed: {
        on: {
          observed: [
            { guard: 'unwanted and nothing left', target: 'absent' },
            { guard: 'still as it failed', target: 'failed' },
          ],
        },
      },
    },
  });
}

export interface Lifecycle {
  machine: ReturnType<typeof machineOf>;
  /** What the machine answered, by phase and facts: xstate takes a hundred times as long to find it out again. */
  known: Map<string, Advance>;
}

export interface Advance {
  phase: Phase;
  verb: ContainerVerb | undefined;
}

const FLAGS: readonly (keyof Facts)[] = Object.keys({
  wanted: true,
  hasVolume: true,
  stale: true,
  spoiled: true,
  imagePresent: true,
  blocked: true,
  revivable: true,
  mayReplace: true,
  mayLeave: true,
  mustDrain: true,
  ready: true,
  outOfPlace: true,
  ailing: true,
  hopeless: true,
  overdue: true,
  relapsed: true,
  resting: true,
  changed: true,
} satisfies Record<Exclude<keyof Facts, 'container'>, true>) as (keyof Facts)[];

/** The next phase and what to do for it. Pure, so that what was asked before need not be asked again. */
export function advance({ machine, known }: Lifecycle, phase: Phase, event: LifecycleEvent): Advance {
  const key = `${phase} ${event.type === 'observed' ? textOf(event) : event.type}`;
  const before = known.get(key);
  if (before) return before;
  const [next, actions] = transition(machine, machine.resolveState({ value: phase }), event);
  const advanced = { phase: next.value as Phase, verb: actions[0]?.type as ContainerVerb | undefined };
  known.set(key, advanced);
  return advanced;
}

function textOf(facts: Facts): string {
  let bits = 0;
  for (const name of FLAGS) bits = bits * 2 + (facts[name] ? 1 : 0);
  return `${facts.container} ${bits}`;
}
