import { describe, expect, it } from 'vitest';
import { summary } from '../../../src/cli/summary.js';
import type { Step, Verb } from '../../../src/model.js';
import { NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import { summarize } from '../../../src/status.js';
import { agentSpec, clusterSpec, converged, desiredFrom, NOTHING } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec({ agents: [agentSpec(), agentSpec()] }));

/** Of a run that did this and left ZooKeeper, a master and two agents; or nothing. */
function told(done: [Verb, string][], { nothing = false } = {}): string {
  const observed = nothing ? NOTHING : converged(desired);
  const wanted = nothing ? { ...desired, components: [] } : desired;
  const { components } = plan(wanted, observed, NO_MEMORY);
  const steps = done.map(([verb, component]): Step => ({ verb, component, cause: '' }));
  return summary({ steps, elapsedMs: 3_100, status: summarize({ cluster: desired.cluster, observed, components }) });
}

describe('the summary', () => {
  it('counts components, not steps, and leaves out the network and pulls', () => {
    expect(
      told([
        ['create', 'network'],
        ['pull', 'zookeeper-0'],
        ['create', 'zookeeper-0'],
        ['create', 'master-0'],
        ['create', 'agent-0'],
        ['create', 'agent-1'],
      ]),
    ).toBe('created 4 in 3.1 s');
  });

  it('says of each component what became of it in the end', () => {
    expect(
      told([
        ['remove', 'agent-0'],
        ['create', 'agent-0'],
        ['unpause', 'master-0'],
        ['start', 'agent-1'],
        ['remove', 'agent-2'],
      ]),
    ).toBe('replaced 1, started 2, removed 1, left 1 alone in 3.1 s');
  });

  it('says how many were left alone', () => {
    expect(told([])).toBe('left 4 alone in 3.1 s');
  });

  it('says so where there was nothing to do and nothing is there', () => {
    expect(told([], { nothing: true })).toBe('nothing was completed in 3.1 s');
  });

  it('tells of the network where nothing else was there to be changed', () => {
    expect(told([['remove', 'network']], { nothing: true })).toBe('removed the network in 3.1 s');
  });

  it('of a cluster that went', () => {
    expect(
      told(
        [
          ['remove', 'agent-0'],
          ['remove', 'network'],
        ],
        { nothing: true },
      ),
    ).toBe('removed 1 in 3.1 s');
  });
});
