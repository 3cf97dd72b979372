/** What Docker is asked for in each distribution, and what an engine with other cgroups changes. `vitest -u` writes it anew. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../src/container-spec.js';
import { desiredOf } from '../../../src/desired.js';
import { type CgroupVersion, DISTRIBUTION_NAMES, DISTRIBUTIONS } from '../../../src/distribution-table.js';
import type { Place } from '../../../src/model.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

type Name = (typeof DISTRIBUTION_NAMES)[number];

const env = {};

/** By component; those of one place, which is as good as any. */
function containers(distribution: Name, cgroups?: CgroupVersion): Record<string, ContainerSpec> {
  const spec = clusterSpec({
    distribution,
    mesosVersion: DISTRIBUTIONS[distribution].defaultVersion,
    agents: [agentSpec(), agentSpec({ privileged: true })],
    marathon: { env, cmd: '--master zk://minimesos-zookeeper:2181/mesos', apps: [] },
    consul: { env },
    registrator: { env },
    mesosDns: { env },
    scope: { env, port: 4040 },
  });
  const { cluster } = desiredFrom(spec);
  const { components } = desiredOf({ spec, cluster, simulatorImage: 'minimesos/simulator:<digest>', cgroups });
  const place = (id: string): Place => ({
    cluster,
    id,
    index: 0,
    ip: '172.30.8.77',
    addressOf: (other) => `<address of ${other}>`,
    workDir: '<volume>',
    engineSocket: '/var/run/docker.sock',
  });
  return Object.fromEntries(
    components.map(({ kind, position, render }) => [`${kind}-${position}`, render(place(`${kind}-${position}`))]),
  );
}

/** By component, the variables that are others; null where one is gone. */
function changes(before: Record<string, ContainerSpec>, after: Record<string, ContainerSpec>) {
  const changed = Object.entries(after).map(([id, { env: now }]) => {
    const { env: then = {} } = before[id] ?? {};
    const names = Object.keys({ ...then, ...now }).filter((name) => then[name] !== now[name]);
    return [id, Object.fromEntries(names.map((name) => [name, now[name] ?? null]))] as const;
  });
  return Object.fromEntries(changed.filter(([, variables]) => Object.keys(variables).length > 0));
}

const withoutEnv = (all: Record<string, ContainerSpec>) => Object.values(all).map((each) => ({ ...each, env }));

const golden = (name: string) => join(import.meta.dirname, name);
const asText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('a distribution', () => {
  it.each(DISTRIBUTION_NAMES)(
    'F50 makes each component from its image, started as the image needs it: %s',
    async (name) => {
      await expect(asText(containers(name))).toMatchFileSnapshot(golden(`${name}.txt`));
    },
  );

  it.each(DISTRIBUTION_NAMES)('F51 tells its agents of the engine’s cgroups, and nobody else: %s', async (name) => {
    const unasked = containers(name);
    const [v1, v2] = [containers(name, 1), containers(name, 2)];
    expect([withoutEnv(v1), withoutEnv(v2)]).toEqual([withoutEnv(unasked), withoutEnv(unasked)]);
    const text = asText({ 'cgroup v1': changes(unasked, v1), 'cgroup v2': changes(unasked, v2) });
    await expect(text).toMatchFileSnapshot(golden(`${name}.cgroups.txt`));
  });
});
