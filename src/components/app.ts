/** The life of an app at Marathon, as an xstate machine that is used as a function, like that of a container. */

import { setup, transition } from 'xstate';
import type { Phase, Verb } from '../model.js';
import { guardsOf, type Told } from './guards.js';

/** What one look at Marathon, and the memory of those before, say about one app or group. */
export interface AppFacts {
  /** The minimesosFile names it. */
  wanted: boolean;
  /** Marathon leads, and says what it has. */
  told: boolean;
  /** Marathon has it. */
  there: boolean;
  /** It is there as its JSON wants it. */
  current: boolean;
  /** It is there as an app and its JSON has a group, or the other way round. */
  otherType: boolean;
  /** Something else that goes has its id, or one above or below: no app may have the id of a group. */
  inTheWay: boolean;
  /** All its tasks run. */
  ready: boolean;
  /** The pause before the next try is not over. */
  resting: boolean;
  /** The JSON asks for something else than what failed. */
  changed: boolean;
}

export type AppEvent = Told<AppFacts>;

const GUARDS = {
  'unwanted, and not there': (f: AppFacts) => !f.wanted && !f.there,
  unwanted: (f: AppFacts) => !f.wanted,
  'Marathon does not tell': (f: AppFacts) => !f.told,
  'there as the other type': (f: AppFacts) => f.there && f.otherType,
  'another goes first': (f: AppFacts) => f.inTheWay && !f.current,
  'not there, or not as wanted': (f: AppFacts) => !f.there || !f.current,
  'all its tasks run': (f: AppFacts) => f.ready,
  'tasks are missing': (f: AppFacts) => !f.ready,
  'served, and Marathon does not tell': (f: AppFacts) => f.wanted && !f.told,
  'served, and tasks are missing': (f: AppFacts) => f.wanted && f.told && f.there && f.current && !f.ready,
  'still resting': (f: AppFacts) => f.resting && !f.changed,
  'still as it failed': (f: AppFacts) => !f.changed && !(f.told && f.there && f.current),
} satisfies Record<string, (facts: AppFacts) => boolean>;

type GuardName = keyof typeof GUARDS;

const app = setup({
  types: { events: {} as AppEvent },
  actions: { deploy: () => {}, undeploy: () => {} },
  guards: guardsOf(GUARDS),
});

const IN_SERVICE = {
  on: {
    observed: [
      { guard: 'served, and Marathon does not tell', target: 'degraded' },
      { guard: 'served, and tasks are missing', target: 'degraded' },
    ],
  },
} as const;

const inTrouble = <Guard extends GuardName>(guard: Guard, target: 'backoff' | 'failed') =>
  ({
    on: {
      observed: [
        { guard: 'unwanted, and not there', target: 'absent' },
        { guard, target },
      ],
    },
  }) as const;

export const APP_MACHINE = app.createMachine({
  id: 'app',
  initial: 'absent',
  // From any state, the first that holds.
  on: {
    gaveUp: '.failed',
    delayed: '.backoff',
    observed: [
      { guard: 'unwanted, and not there', target: '.absent' },
      { guard: 'unwanted', target: '.removing', actions: 'undeploy' },
      { guard: 'Marathon does not tell', target: '.absent' },
      { guard: 'there as the other type', target: '.removing', actions: 'undeploy' },
      { guard: 'another goes first', target: '.absent' },
      { guard: 'not there, or not as wanted', target: '.creating', actions: 'deploy' },
      { guard: 'all its tasks run', target: '.ready' },
      { guard: 'tasks are missing', target: '.starting' },
    ],
  },
  states: {
    absent: {},
    creating: {},
    starting: {},
    ready: IN_SERVICE,
    degraded: IN_SERVICE,
    removing: {},
    backoff: inTrouble('still resting', 'backoff'),
    failed: inTrouble('still as it failed', 'failed'),
  },
});

/** The next phase and what to do for it. */
export function advanceApp(phase: Phase, event: AppEvent): { phase: Phase; verb: Verb | undefined } {
  const value = phase in APP_MACHINE.states ? phase : 'absent';
  const [next, actions] = transition(APP_MACHINE, APP_MACHINE.resolveState({ value }), event);
  return { phase: next.value as Phase, verb: actions[0]?.type as Verb | undefined };
}
