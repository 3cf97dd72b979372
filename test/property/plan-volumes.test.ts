import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/plan/forecast.js';
import type { AgentSpec, Resources } from '../../src/spec.js';
import { agentSpec, bounded, clusterSpec, converged, desiredFrom, hurt, resources } from '../support/worlds.js';

const cpus = (value: number): Resources => resources({ cpus: [{ role: '*', value }] });
const range = (value: string): Resources => resources({ ports: [{ role: '*', value }] });

/** What may be done to a block, by what becomes of its agent's work directory (facts: measured on Mesos 1.11). */
const CHANGES: Record<'stays' | 'is reset', [string, Partial<AgentSpec>][]> = {
  stays: [
    ['nothing', {}],
    ['more', { resources: cpus(8) }],
    ['ranges joined', { resources: range('[31000-31500, 31501-32000]') }],
    ['one role more', { resources: resources({ mem: [...resources().mem, { role: 'web', value: 1 }] }) }],
    ['one attribute more', { attributes: 'rack:a;ssd:1' }],
    ['other logs', { loggingLevel: 'ERROR' }],
    ['other environment', { env: { MESOS_GC_DELAY: '1days' } }],
  ],
  'is reset': [
    ['less', { resources: cpus(1) }],
    ['fewer ports', { resources: range('[31000-31999]') }],
    ['another role', { resources: resources({ disk: [{ role: 'web', value: 2000 }] }) }],
    ['another attribute', { attributes: 'rack:b' }],
    ['no attribute', { attributes: '' }],
    ['another port', { portNumber: 5052 }],
  ],
};

const changes = (fate: keyof typeof CHANGES) =>
  fc.constantFrom(...CHANGES[fate].map(([, change]) => ({ fate, change })));
const removal = fc.constant({ fate: 'goes' as const, change: {} });

/** Up to four agents, each with a change and, perhaps, without its container. */
const fates = fc.array(
  fc.record({ block: fc.oneof(changes('stays'), changes('is reset'), removal), robbed: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

const original = (index: number): AgentSpec => agentSpec({ name: `n${index}`, attributes: 'rack:a' });

describe('the work directory of an agent', () => {
  it('stays where Mesos recovers from the change, is reset where it does not, and goes with its block', () => {
    fc.assert(
      fc.property(fates, (agents) => {
        const was = desiredFrom(clusterSpec({ agents: agents.map((_, index) => original(index)) }));
        const kept = agents.map(({ block }, index) => ({ ...original(index), ...block.change, fate: block.fate }));
        const wanted = clusterSpec({ agents: kept.filter(({ fate }) => fate !== 'goes') });
        const intact = converged(was);
        const robbed = agents.reduce(
          (world, agent, index) =>
            agent.robbed ? hurt(world, `agent-${index}`, (each) => ({ ...each, container: undefined })) : world,
          intact,
        );
        const { observed } = forecast(bounded(desiredFrom(wanted)), robbed);
        const volumeIn = (world: typeof observed, index: number) =>
          world.components.find(({ kind, name }) => kind === 'agent' && name === `n${index}`)?.volume;
        for (const [index, { block }] of agents.entries()) {
          const [first, now] = [volumeIn(intact, index), volumeIn(observed, index)];
          if (block.fate === 'goes') expect(now).toBeUndefined();
          else expect({ reset: now?.labels !== first?.labels }).toEqual({ reset: block.fate === 'is reset' });
        }
      }),
      { numRuns: 60 },
    );
  });
});
