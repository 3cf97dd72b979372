import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agent } from '../../../src/components/agent.js';
import type { DesiredComponent, ObservedComponent } from '../../../src/model.js';
import { type Match, match } from '../../../src/plan/match.js';
import { agentSpec, clusterSpec, converged, desiredFrom, resources } from '../../support/worlds.js';

const spec = (agents: ReturnType<typeof agentSpec>[]) => clusterSpec({ agents });
const rack = (name: string, over = {}) => agentSpec({ attributes: `rack:${name}`, ...over });
const named = (name: string, over = {}) => agentSpec({ name, ...over });

/** For each agent block in turn, the component it is matched with; `new` where it is none of those that are there. */
function pairing(before: ReturnType<typeof agentSpec>[], after: ReturnType<typeof agentSpec>[]): string[] {
  const desired = desiredFrom(spec(after));
  const pairs = match(desired.components, converged(desiredFrom(spec(before))).components).filter(
    ({ kind }) => kind === 'agent',
  );
  const wanted = pairs
    .filter((pair) => pair.desired)
    .sort((a, b) => (a.desired?.position ?? 0) - (b.desired?.position ?? 0));
  return wanted.map(({ index, observed }) => (observed ? `agent-${index}` : `new agent-${index}`));
}

describe('an agent block', () => {
  it('L5 keeps its agent when blocks before it go or swap', () => {
    const [a, b, c] = [rack('a'), rack('b'), rack('c')];
    expect(pairing([a, b, c], [b, c])).toEqual(['agent-1', 'agent-2']);
    expect(pairing([a, b, c], [c, a, b])).toEqual(['agent-2', 'agent-0', 'agent-1']);
  });

  it('L5 keeps its agent by name, whatever else changes', () => {
    const before = [named('cpu'), named('gpu')];
    const after = [named('gpu', { attributes: 'x:1' }), named('cpu', { attributes: 'y:2' })];
    expect(pairing(before, after)).toEqual(['agent-1', 'agent-0']);
  });

  it('L5 keeps its agent when it is given a name', () => {
    expect(pairing([rack('a'), rack('b')], [rack('a'), rack('b', { name: 'gpu' })])).toEqual(['agent-0', 'agent-1']);
  });

  it('L5 keeps its agent by what Mesos stored of it when all blocks change at once', () => {
    const logging = { loggingLevel: 'ERROR' as const };
    const small = { resources: resources({ cpus: [{ role: '*', value: 1 }] }) };
    expect(
      pairing([rack('a'), rack('b', small), rack('c')], [rack('c', logging), rack('b', { ...small, ...logging })]),
    ).toEqual(['agent-2', 'agent-1']);
  });

  it('L5 that is changed takes the agent that is left over', () => {
    expect(pairing([rack('a'), rack('b'), rack('c')], [rack('a'), rack('z'), rack('c')])).toEqual([
      'agent-0',
      'agent-1',
      'agent-2',
    ]);
  });

  it('L5 that is new gets the lowest free number', () => {
    expect(pairing([rack('a')], [rack('z', { name: 'z' }), rack('a')])).toEqual(['new agent-1', 'agent-0']);
  });
});

describe('equal agents', () => {
  it('L5 go from the end', () => {
    const same = agentSpec();
    expect(pairing([same, same, same], [same, same])).toEqual(['agent-0', 'agent-1']);
  });
});

describe('any agents', () => {
  const agents = ['', 'rack:a', 'rack:b', 'rack:a;ssd:1'].flatMap((attributes) =>
    [1, 2].flatMap((value) =>
      [5051, 5052].map((portNumber) =>
        agentSpec({ attributes, portNumber, resources: resources({ cpus: [{ role: '*', value }] }) }),
      ),
    ),
  );
  const name = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 1 });

  /** Blocks of one file; containers, volumes, or both, of others. */
  const meeting = fc.constantFrom('1.0.0', '1.11.0').chain((mesosVersion) => {
    const blocks = desiredFrom(clusterSpec({ agents, distribution: 'custom', mesosVersion })).components;
    const block = fc.constantFrom(...blocks.filter(({ kind }) => kind === 'agent'));
    const some = fc.option(block, { nil: undefined, freq: 3 });
    return fc.record({
      wanted: fc.array(fc.record({ block, name }), { maxLength: 12 }),
      present: fc.uniqueArray(fc.record({ index: fc.nat(20), name, made: some, used: some }), {
        maxLength: 12,
        selector: ({ index }) => index,
      }),
    });
  });

  it('L5 are paired as if each block were compared with each container, by one sameness after the other', () => {
    fc.assert(
      fc.property(meeting, ({ wanted, present }) => {
        const desired = wanted.map(({ block, name }, position) => ({ ...block, name, position }));
        const observed = present.map(agentMadeFrom);
        expect(match(desired, observed)).toEqual(matchedOneByOne(desired, observed));
      }),
    );
  });
});

interface Present {
  index: number;
  name: string | undefined;
  made: DesiredComponent | undefined;
  used: DesiredComponent | undefined;
}

/** Its container made from one block, its volume first used with another. */
function agentMadeFrom({ index, name, made, used }: Present): ObservedComponent {
  const who = { id: `agent-${index}`, name: `agent-${index}` };
  const other = { image: '', byHand: false, parts: () => ({}), ip: '', mesosVersion: '', distribution: '' };
  const container = made && { ...who, ...other, hash: made.hash, state: 'running' as const };
  const volume = used && { ...who, labels: { ...used.volume?.labels, index: String(index) } };
  return { ...who, name, kind: 'agent', index, container, volume, readiness: { ready: true, reason: '' } };
}

type Same = (want: DesiredComponent, have: ObservedComponent) => boolean;

const SAMENESS: Same[] = [
  (want, have) => want.hash === have.container?.hash,
  (want, have) => want.name !== undefined && want.name === have.name,
  ({ volume }, have) =>
    have.volume !== undefined &&
    Object.entries(volume?.labels ?? {}).every(([key, value]) => have.volume?.labels[key] === value),
  ({ volume }, have) => !!volume && !!have.volume && agent.recovery?.refuses(volume, have.volume) === undefined,
  (want, have) => want.position === have.index,
  () => true,
];

function matchedOneByOne(desired: DesiredComponent[], observed: ObservedComponent[]): Match[] {
  const left = [...observed].sort((a, b) => a.index - b.index);
  const pairs = new Map<DesiredComponent, ObservedComponent>();
  for (const same of SAMENESS) {
    for (const want of desired) {
      const at = pairs.has(want) ? -1 : left.findIndex((have) => same(want, have));
      for (const have of at < 0 ? [] : left.splice(at, 1)) pairs.set(want, have);
    }
  }
  const taken = new Set(observed.map(({ index }) => index));
  const fresh = desired.filter((want) => !pairs.has(want));
  const free = Array.from({ length: 40 }, (_, index) => index).filter((index) => !taken.has(index));
  return [
    ...[...pairs].map(([want, have]) => ({ index: have.index, desired: want, observed: have })),
    ...left.map((have) => ({ index: have.index, observed: have })),
    ...fresh.map((want, at) => ({ index: free[at] ?? 0, desired: want })),
  ]
    .sort((a, b) => a.index - b.index)
    .map((each) => ({ id: `agent-${each.index}`, kind: 'agent', ...each }));
}
