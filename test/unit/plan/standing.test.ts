import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../src/components/registry.js';
import { type ComponentId, KINDS, type Kind, type Need } from '../../../src/model.js';
import { componentId } from '../../../src/observed/labels.js';
import type { Match } from '../../../src/plan/match.js';
import type { Memory } from '../../../src/plan/memory.js';
import { type Standing, standingOf } from '../../../src/plan/standing.js';
import { DEFAULT_POLICY } from '../../../src/policy.js';
import { clusterSpec, converged, desiredFrom } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec({ marathon: { env: {}, cmd: '--master x', apps: [] } }));
const world = converged(desired);
const policyWith = (maxUnavailable: number) => ({
  ...DEFAULT_POLICY,
  kinds: { ...DEFAULT_POLICY.kinds, agent: { ...DEFAULT_POLICY.kinds.agent, maxUnavailable } },
});

const component = fc.record({
  kind: fc.constantFrom('zookeeper', 'master', 'agent', 'agent', 'agent', 'marathon'),
  index: fc.nat(4),
  wanted: fc.constantFrom(true, true, true, false),
  state: fc.constantFrom('running', 'running', 'exited', 'none'),
  ready: fc.boolean(),
  reachable: fc.boolean(),
  current: fc.boolean(),
  before: fc.constantFrom('absent', 'ready', 'degraded', 'starting'),
  step: fc.constantFrom(undefined, undefined, 'pull', 'remove', 'create'),
});
type Component = typeof component extends fc.Arbitrary<infer Value> ? Value : never;

const idOf = ({ kind, index }: { kind: Kind; index: number }) => componentId(kind, index);
const inOrder = (one: Component, other: Component) =>
  KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || one.index - other.index;

/** Of those that decide by majority one only: test/unit/plan/ensemble.test.ts is about several. */
const alone = (each: Component): Component => (kindOf(each.kind).ensemble ? { ...each, index: 0 } : each);

const components = fc
  .uniqueArray(component.map(alone), { maxLength: 12, selector: idOf })
  .map((all) => all.sort(inOrder));

function matchOf({ kind, index, wanted, state, ready, reachable, current }: Component): Match {
  const block = desired.components.find((each) => each.kind === kind);
  const there = world.components.find((each) => each.kind === kind);
  const hash = current ? (block?.hash ?? '') : 'other';
  const container =
    state === 'none' || !there?.container
      ? undefined
      : { ...there.container, state, hash, ip: reachable ? '10.0.0.2' : '' };
  const observed = there && { ...there, id: idOf({ kind, index }), index, container, readiness: { ready, reason: '' } };
  return { id: idOf({ kind, index }), kind, index, desired: wanted ? block : undefined, observed };
}

function memoryOf(all: Component[]): Memory {
  const running = all.flatMap(({ step, ...who }) => {
    const component = idOf(who);
    return step ? [[component, { verb: step, component, cause: '' }] as const] : [];
  });
  return { components: new Map(all.map((each) => [idOf(each), { phase: each.before }])), running: new Map(running) };
}

/** The rules, with a look at every component for every question. */
function toldOneByOne(all: Component[], maxUnavailable: number): Standing {
  const busy = ({ step }: Component) => step !== undefined && step !== 'pull';
  const here = all.filter(({ wanted }) => wanted);
  const gone = new Set<ComponentId>(here.filter(busy).map(idOf));
  const is = {
    running: (each: Component) => each.state === 'running' && !gone.has(idOf(each)),
    ready: (each: Component) => is.running(each) && each.ready,
  };
  const current = (each: Component) => each.current && each.state !== 'none';
  const served = new Set(
    here
      .filter(
        (each) => is.ready(each) || (is.running(each) && each.reachable && ['ready', 'degraded'].includes(each.before)),
      )
      .map(idOf),
  );
  const of = (kind: Kind) => here.filter((each) => each.kind === kind);
  const first = (found: Component[]) => found[0] && idOf(found[0]);
  const unmet = (needs: readonly Need[]) =>
    first(needs.flatMap((need) => of(need.kind).filter((each) => !is[need.is](each))));
  return {
    unmet,
    lacks: (kind) => unmet(kindOf(kind).waitsFor.map((each) => ({ kind: each, is: 'ready' }))),
    holds: (match) => {
      const unsettled = kindOf(match.kind)
        .waitsFor.flatMap(of)
        .filter((each) => !is.ready(each) || !current(each));
      const away = of(match.kind).filter(
        (each) =>
          idOf(each) !== idOf(match) &&
          !is.ready(each) &&
          (served.has(idOf(match)) || current(each) || gone.has(idOf(each))),
      );
      return (
        first(unsettled) ?? (away.length >= (match.kind === 'agent' ? maxUnavailable : 1) ? first(away) : undefined)
      );
    },
    beforeJoining: () => undefined,
    beforeLeaving: () => undefined,
    bring: () => {},
    takeAway: (id) => gone.add(id),
  };
}

describe('the standing of the kinds', () => {
  it('is what a look at every component tells, however many are taken away meanwhile', () => {
    const needs = KINDS.flatMap((kind) => [[{ kind, is: 'running' }], [{ kind, is: 'ready' }]] satisfies Need[][]);
    fc.assert(
      fc.property(components, fc.array(fc.nat(11), { maxLength: 6 }), fc.constantFrom(1, 2), (all, taken, most) => {
        const matches = all.map(matchOf);
        const told = toldOneByOne(all, most);
        const standing = standingOf(matches, memoryOf(all), policyWith(most), undefined);
        const answers = (of: Standing) => ({
          unmet: [...needs, needs.flat()].map((each) => of.unmet(each)),
          lacks: KINDS.map((kind) => of.lacks(kind)),
          holds: matches.map((each) => of.holds(each)),
        });
        expect(answers(standing)).toEqual(answers(told));
        for (const which of taken) {
          const id = idOf(matches[which % matches.length] ?? { kind: 'agent', index: 99 });
          standing.takeAway(id);
          told.takeAway(id);
          expect(answers(standing)).toEqual(answers(told));
        }
      }),
    );
  });
});
