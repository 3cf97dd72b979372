import { describe, expect, it } from 'vitest';
import { desiredOf, nothingOf } from '../../src/desired.js';
import type { AgentSpec, ClusterSpec } from '../../src/spec.js';
import { agentSpec, clusterSpec, desiredFrom, resources } from '../support/worlds.js';

const env = {};
const BASE: Partial<ClusterSpec> = {
  distribution: 'custom',
  marathon: { env, cmd: '--master x', apps: [] },
  consul: { env },
  registrator: { env },
  agents: [agentSpec({ name: 'first' }), agentSpec({ name: 'second', attributes: 'rack:b' })],
};

const named = ({ kind, name }: { kind: string; name?: string | undefined }) => (name ? `${kind} ${name}` : kind);
const hashes = (over: Partial<ClusterSpec>) =>
  new Map(desiredFrom(clusterSpec({ ...BASE, ...over })).components.map((each) => [named(each), each.hash]));
const before = hashes({});

/** Those whose hash another file changes. */
function changedBy(over: Partial<ClusterSpec>): string[] {
  const after = hashes(over);
  return [...before].flatMap(([name, hash]) => (after.get(name) === hash ? [] : name));
}

const second = (over: Partial<AgentSpec>): Partial<ClusterSpec> => ({
  agents: (BASE.agents ?? []).map((each) => (each.name === 'second' ? { ...each, ...over } : each)),
});

describe('the hash of a spec', () => {
  it('is the same for the same file', () => {
    expect(changedBy({})).toEqual([]);
  });

  it('tells blocks apart that differ', () => {
    expect(new Set(before.values()).size).toBe(before.size);
  });

  it('is the same for equal blocks, so that either can have either container', () => {
    const [, , one, other] = desiredFrom(clusterSpec({ agents: [agentSpec(), agentSpec()] })).components;
    expect(one?.hash).toBe(other?.hash);
  });

  it('is another under another name, which the container’s label would else not tell', () => {
    const [, , one, other] = desiredFrom(clusterSpec({ agents: [agentSpec(), agentSpec({ name: 'b' })] })).components;
    expect(one?.hash).not.toBe(other?.hash);
  });

  it.each<[string, Partial<ClusterSpec>]>([
    ['the timeout', { timeout: 1 }],
    ['the order of the blocks', { agents: [...(BASE.agents ?? [])].reverse() }],
    ['a block more', { agents: [...(BASE.agents ?? []), agentSpec()] }],
    ['Marathon’s apps', { marathon: { env, cmd: '--master x', apps: [{ type: 'app', marathonJson: 'a.json' }] } }],
  ])('L4 is not touched by %s', (_what, over) => {
    expect(changedBy(over)).toEqual([]);
  });

  it('L4 is not touched by where the file lies, by its cluster’s id, and by the build of the simulator', () => {
    const spec = clusterSpec({ ...BASE, distribution: 'simulator' });
    const { cluster } = desiredFrom(spec);
    const elsewhere = { ...cluster, id: 'elsewhere', file: '/elsewhere/minimesosFile' };
    const [here, there] = [
      desiredOf({ spec, cluster, simulatorImage: 'minimesos/simulator:1' }),
      desiredOf({ spec, cluster: elsewhere, simulatorImage: 'minimesos/simulator:2' }),
    ];
    expect(there.components.map(({ hash }) => hash)).toEqual(here.components.map(({ hash }) => hash));
    expect(new Set(there.components.map(({ image }) => image))).toEqual(new Set(['minimesos/simulator:2']));
  });

  it.each<[string, string[], Partial<ClusterSpec>]>([
    ['its environment', ['agent second'], second({ env: { A: '1' } })],
    ['its image', ['agent second'], second({ imageTag: 'mine' })],
    ['its resources', ['agent second'], second({ resources: resources({ cpus: [{ role: '*', value: 1 }] }) })],
    ['its attributes', ['agent second'], second({ attributes: 'rack:c' })],
    ['its port', ['agent second'], second({ portNumber: 5052 })],
    ['its privileges', ['agent second'], second({ privileged: true })],
    ['its logging level', ['agent second'], second({ loggingLevel: 'ERROR' })],
    ['ports on the host', ['zookeeper', 'master', 'marathon', 'consul'], { mapPortsToHost: true }],
    [
      'the address of the host',
      ['zookeeper', 'master', 'marathon', 'consul'],
      { mapPortsToHost: true, bindAddress: '0.0.0.0' },
    ],
    ['where sandboxes appear', ['agent first', 'agent second'], { mapAgentSandboxVolume: true }],
    ['the cluster’s logging level', ['master', 'agent first', 'agent second'], { loggingLevel: 'ERROR' }],
    ['the version of Mesos', ['master', 'agent first', 'agent second'], { mesosVersion: '1.11.0' }],
    ['Marathon’s command line', ['marathon'], { marathon: { env, cmd: '--master y', apps: [] } }],
  ])('L6 is changed by %s, of nobody else', (_what, changed, over) => {
    expect(changedBy(over)).toEqual(changed);
  });
});

describe('the name that Mesos shows of the cluster', () => {
  it('L6 is known to the master alone', () => {
    const spec = clusterSpec(BASE);
    const { cluster, components } = desiredFrom(spec);
    const renamed = desiredOf({ spec, cluster: { ...cluster, name: 'another' }, simulatorImage: 'unused' });
    const changed = renamed.components.filter(({ hash }, at) => hash !== components[at]?.hash);
    expect(changed.map(named)).toEqual(['master']);
  });
});

describe('the wish for nothing', () => {
  it('keeps who the cluster is', () => {
    const { cluster } = desiredFrom(clusterSpec());
    expect(nothingOf(cluster)).toEqual({ cluster, components: [], apps: [], unreachable: [], notes: [] });
  });
});
