/** Every transition of the machine of apps is taken, and every observation finds an arrow. */

import { describe, expect, it } from 'vitest';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';
import { APP_MACHINE, type AppEvent, type AppFacts, advanceApp } from '../../../src/components/app.js';
import { arrow, type Transition } from '../../support/diagram.js';

const FACTS = ['wanted', 'told', 'there', 'current', 'otherType', 'inTheWay', 'ready', 'resting', 'changed'] as const;

/** Every combination. */
const EVENTS: AppEvent[] = [
  { type: 'gaveUp' },
  { type: 'delayed' },
  ...Array.from({ length: 2 ** FACTS.length }, (_, bits) => ({
    type: 'observed' as const,
    ...(Object.fromEntries(FACTS.map((fact, at) => [fact, ((bits >> at) & 1) === 1])) as unknown as AppFacts),
  })),
];

const drawn = (transition: Transition) => arrow(transition.source.parent ? transition.source.key : 'any', transition);

describe('L38 the machine of an app', () => {
  const steps = adjacencyMapToArray(getAdjacencyMap(APP_MACHINE, { events: EVENTS }));

  it('L38 takes each of its transitions', () => {
    const { root } = APP_MACHINE;
    const all = [root, ...Object.values(root.states)].flatMap(({ transitions }) => [...transitions.values()].flat());
    const taken = steps.flatMap(({ state, event }) => APP_MACHINE.getTransitionData(state, event)).map(drawn);
    expect([...new Set(all.map(drawn))].filter((each) => !taken.includes(each))).toEqual([]);
  });

  it('L38 finds an arrow for whatever is observed', () => {
    const lost = steps.filter(({ state, event }) => APP_MACHINE.getTransitionData(state, event).length === 0);
    expect(lost.map(({ state, event }) => [state.value, event])).toEqual([]);
  });

  it('L38 deploys nothing that is unwanted, and removes nothing that is wanted but what bears its id', () => {
    for (const { state, event } of steps) {
      if (event.type !== 'observed') continue;
      const { verb } = advanceApp(state.value, event);
      if (verb) expect(verb).toBe(event.wanted && !(event.there && event.otherType) ? 'deploy' : 'undeploy');
    }
  });
});
