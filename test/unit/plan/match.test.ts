import { describe, expect, it } from 'vitest';
import { match } from '../../../src/plan/match.js';
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
