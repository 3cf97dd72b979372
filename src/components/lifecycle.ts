/**
 * The life of a component, as an xstate machine that is used as a function: the phase before and the facts of one
 * look give the next phase and the verb to do. No actor lives on. Phases are a cache; truth is in Docker.
 */

import { type AnyStateMachine, setup, transition } from 'xstate';
import type { ContainerState, Phase, Verb } from '../model.js';

/** What one look at the world says about one component. */
export interface Facts {
  /** The minimesosFile asks for it. */
  wanted: boolean;
  container: ContainerState | 'none';
  hasVolume: boolean;
  /** The container was made from another spec than the file's. */
  stale: boolean;
  /** The process would refuse the volume that is there. */
  spoiled: boolean;
  imagePresent: boolean;
  /** What it starts after has not got so far. */
  blocked: boolean;
  /** Taking a stale container away now keeps the promises of a rolling change. */
  mayReplace: boolean;
  ready: boolean;
  /** The file asks for something else than what failed. */
  changed: boolean;
}

type Observed = { type: 'observed' } & Facts;
export type LifecycleEvent = Observed | { type: 'stepFailed' } | { type: 'stepDelayed' } | { type: 'delayOver' };

const gone = (facts: Facts) => facts.container === 'none';
const stopped = (facts: Facts) => facts.container === 'exited' || facts.container === 'dead';
const running = (facts: Facts) => facts.container === 'running' || facts.container === 'restarting';
const lacksImage = (facts: Facts) => facts.stale && !facts.imagePresent;
const replaceable = (facts: Facts) => facts.wanted && !gone(facts) && facts.stale && facts.mayReplace;
const suffers = (facts: Facts) =>
  facts.wanted && running(facts) && !facts.ready && !replaceable(facts) && !lacksImage(facts);

function onFacts(test: (facts: Facts) => boolean) {
  return ({ event }: { event: LifecycleEvent }): boolean => event.type === 'observed' && test(event);
}

const container = setup({
  types: { events: {} as LifecycleEvent },
  actions: {
    pull: () => {},
    create: () => {},
    start: () => {},
    unpause: () => {},
    remove: () => {},
  },
  guards: {
    'unwanted and nothing left': onFacts((f) => !f.wanted && gone(f) && !f.hasVolume),
    unwanted: onFacts((f) => !f.wanted),
    // Had before anything is taken away, and before it is this one's turn.
    'stale, image missing': onFacts(lacksImage),
    'stale, may be replaced': onFacts(replaceable),
    'no container, volume spoiled': onFacts((f) => gone(f) && f.spoiled),
    'no container, starts after others': onFacts((f) => gone(f) && f.blocked),
    'no container, image missing': onFacts((f) => gone(f) && !f.imagePresent),
    'no container': onFacts(gone),
    'stopped, starts after others': onFacts((f) => (stopped(f) || f.container === 'created') && f.blocked),
    stopped: onFacts((f) => stopped(f) || f.container === 'created'),
    paused: onFacts((f) => f.container === 'paused'),
    'being removed': onFacts((f) => f.container === 'removing'),
    'runs and is ready': onFacts((f) => running(f) && f.ready),
    'runs, not ready': onFacts(suffers),
    'stopped before it was ready': onFacts((f) => f.wanted && !f.stale && stopped(f)),
    // One that runs again was mended by somebody, unless it is the old one, which serves on where the new one failed.
    'still as it failed': onFacts(
      (f) => !f.changed && (!f.wanted || f.stale || (!running(f) && f.container !== 'paused')),
    ),
  },
});

/** A machine for one kind; every kind that is a container shares these states and differs in its facts. */
export function lifecycle(id: string) {
  return container.createMachine({
    id,
    initial: 'absent',
    // From any state, the first that holds. A pass may have missed any number of changes.
    on: {
      stepFailed: '.failed',
      stepDelayed: '.backoff',
      observed: [
        { guard: 'unwanted and nothing left', target: '.absent' },
        { guard: 'unwanted', target: '.removing', actions: 'remove' },
        { guard: 'stale, image missing', target: '.pulling', actions: 'pull' },
        { guard: 'stale, may be replaced', target: '.removing', actions: 'remove' },
        { guard: 'no container, volume spoiled', target: '.removing', actions: 'remove' },
        { guard: 'no container, image missing', target: '.pulling', actions: 'pull' },
        { guard: 'no container, starts after others', target: '.absent' },
        { guard: 'no container', target: '.creating', actions: 'create' },
        { guard: 'stopped, starts after others', target: '.absent' },
        { guard: 'stopped', target: '.starting', actions: 'start' },
        { guard: 'paused', target: '.starting', actions: 'unpause' },
        { guard: 'being removed', target: '.removing' },
        { guard: 'runs and is ready', target: '.ready' },
        { guard: 'runs, not ready', target: '.starting' },
      ],
    },
    states: {
      absent: {},
      pulling: {},
      creating: { on: { observed: { guard: 'stopped before it was ready', target: 'failed' } } },
      starting: { on: { observed: { guard: 'stopped before it was ready', target: 'failed' } } },
      ready: { on: { observed: { guard: 'runs, not ready', target: 'degraded' } } },
      degraded: { on: { observed: { guard: 'runs, not ready', target: 'degraded' } } },
      removing: {},
      backoff: {
        on: {
          delayOver: 'absent',
          observed: [{ guard: 'unwanted and nothing left', target: 'absent' }, { target: 'backoff' }],
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

export type Lifecycle = ReturnType<typeof lifecycle>;

export interface Advance {
  phase: Phase;
  verb: Verb | undefined;
}

/** The next phase and what to do for it. */
export function advance(machine: Lifecycle, phase: Phase, event: LifecycleEvent): Advance {
  const from = machine.resolveState({ value: phase });
  const [next, actions] = transition(machine as AnyStateMachine, from, event);
  return { phase: next.value as Phase, verb: actions[0]?.type as Verb | undefined };
}
