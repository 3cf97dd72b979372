/** Every transition of every kind's machine is taken, by whatever combination of facts leads to it. */

import { describe, expect, it } from 'vitest';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { Facts, Lifecycle, LifecycleEvent } from '../../../src/components/lifecycle.js';
import { COMPONENT_KINDS } from '../../../src/components/registry.js';
import { CONTAINER_STATES, PHASES, type Verb } from '../../../src/model.js';
import { arrow, type Transition } from '../../support/diagram.js';
import { SERVING } from '../../support/facts.js';

type Machine = Lifecycle['machine'];
type Fact = Exclude<keyof Facts, 'container'>;

const VERBS: Verb[] = ['create', 'drain', 'pull', 'remove', 'restart', 'start', 'unpause'];
const STOPPED_OR_SO = CONTAINER_STATES.filter((state) => state !== 'running');

/** With the spec that failed, if one did. */
const SERVING_YET: Facts = { ...SERVING, changed: false };
const FACTS = Object.keys(SERVING_YET).filter((fact) => fact !== 'container') as Fact[];

/** What `most` of these facts at most can be. */
function* sets(most: number, facts = FACTS): Generator<Fact[]> {
  yield [];
  if (most === 0) return;
  for (const [at, first] of facts.entries()) {
    for (const rest of sets(most - 1, facts.slice(at + 1))) yield [first, ...rest];
  }
}

/** A look at one that serves but for these facts, each of which is the other way round. */
function look(container: Facts['container'], otherwise: readonly Fact[]): LifecycleEvent {
  const turned = Object.fromEntries(otherwise.map((fact) => [fact, !SERVING_YET[fact]]));
  return { type: 'observed', ...SERVING_YET, container, ...turned };
}

/** No guard tells more facts from those of one that serves: two, one of them or both besides the container; three of a stale one. */
const EVENTS: LifecycleEvent[] = [
  { type: 'gaveUp' },
  { type: 'delayed' },
  ...[...sets(2)].flatMap((facts) => [
    look('running', facts),
    look('none', facts),
    look('running', ['stale', ...facts]),
  ]),
  ...STOPPED_OR_SO.flatMap((container) => [...sets(1)].map((facts) => look(container, facts))),
  look('exited', ['stale', 'imagePresent', 'revivable']),
];

/** Those of all states, and those that serve any. */
function transitionsOf({ root }: Machine): Transition[] {
  return [root, ...Object.values(root.states)].flatMap(({ transitions }) => [...transitions.values()].flat());
}

const nameOf = (action: Transition['actions'][number]) => (typeof action === 'object' ? action.type : action);
const drawn = (transition: Transition) => arrow(transition.source.parent ? transition.source.key : 'any', transition);

describe.each(COMPONENT_KINDS)('L1 the machine of $kind', ({ lifecycle: { machine } }) => {
  const steps = adjacencyMapToArray(getAdjacencyMap(machine, { events: EVENTS }));

  it('takes each of its transitions, from states that its life leads to', () => {
    const taken = new Set(steps.flatMap(({ state, event }) => machine.getTransitionData(state, event)).map(drawn));
    expect(taken.size).toBeGreaterThan(0);
    expect(
      transitionsOf(machine)
        .map(drawn)
        .filter((each) => !taken.has(each)),
    ).toEqual([]);
  });

  it('is in a phase of the contract, whatever happens', () => {
    const phases = new Set(steps.flatMap(({ state, nextState }) => [state.value, nextState.value]));
    expect([...phases].sort()).toEqual([...PHASES].sort());
  });

  it('finds an arrow for whatever is observed', () => {
    const lost = steps.filter(({ state, event }) => machine.getTransitionData(state, event).length === 0);
    expect(lost.map(({ state, event }) => [state.value, event])).toEqual([]);
  });

  it('reaches every phase by one look or two', () => {
    const ways = getShortestPaths(machine, { events: EVENTS });
    expect(ways.map(({ state }) => state.value).sort()).toEqual([...PHASES].sort());
    expect(Math.max(...ways.map(({ weight }) => weight))).toBeLessThanOrEqual(2);
  });

  it('knows the verbs of the contract, and no others', () => {
    const names = transitionsOf(machine).flatMap(({ actions }) => actions.map((action) => nameOf(action)));
    expect([...new Set(names)].sort()).toEqual(VERBS);
  });
});
