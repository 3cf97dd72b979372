/** Three masters and three ZooKeepers: what is lost is made up for by the others, and changes leave a majority in place. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComponentStatus, Status } from '../../src/status.js';
import { dockerSkipped } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';
import { lines } from '../support/worlds.js';

const file = (instances: number, version: string) => `minimesos {
  distribution = "simulator"
  mesosVersion = "${version}"
  zookeeper { instances = ${instances} }
  master { instances = ${instances} }
  agent { instances = 2 }
}
`;

const MASTERS = ['master-0', 'master-1', 'master-2'];
const replaced = (ids: string[]) => ids.flatMap((id) => [`remove ${id}`, `create ${id}`]);
const about = (kind: string, steps: string[]) => steps.filter((step) => step.includes(` ${kind}-`));

function leaderIn({ components }: Status, kind = 'master'): ComponentStatus {
  const [leader, ...others] = components.filter((each) => each.kind === kind && each.leader);
  if (!leader || others.length > 0)
    throw new Error(`not one leader, but ${[leader, ...others].map((each) => each?.id)}`);
  return leader;
}

function agentIdsIn({ components }: Status): (string | undefined)[] {
  return components.flatMap(({ kind, agentId }) => (kind === 'agent' ? [agentId] : []));
}

describe.skipIf(dockerSkipped)('a cluster of three masters and three ZooKeepers', () => {
  let project: Project;
  let watcher: Watcher;
  let faults: Faults;
  let agentIds: (string | undefined)[];
  beforeAll(async () => {
    project = await Project.create(file(3, '1.0.0'));
    watcher = Watcher.of(project);
    faults = await Faults.of(project);
    await watcher.converged();
    agentIds = agentIdsIn(watcher.status);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it('L35 has one leader, which status, info and state name, and which the others send on to', async () => {
    const leader = leaderIn(watcher.status);
    expect(agentIds).toEqual([expect.any(String), expect.any(String)]);
    const masters = watcher.status.components.filter(({ kind }) => kind === 'master');
    expect(masters.map(({ phase }) => phase)).toEqual(['ready', 'ready', 'ready']);
    const followers = masters.filter((each) => each !== leader);
    expect(followers.map(({ reason }) => reason)).toEqual([`follows ${leader.id}`, `follows ${leader.id}`]);
    const asked = followers.map(async ({ endpoint }) => (await fetch(`${endpoint}/state`)).json());
    for (const state of await Promise.all(asked)) expect(state).toMatchObject({ activated_slaves: 2 });

    const { variables } = await project.json<{ variables: Record<string, string> }>(['info']);
    expect(variables.MINIMESOS_MASTER).toBe(leader.endpoint);
    expect(variables.MINIMESOS_ZOOKEEPER).toMatch(/^zk:\/\/([\d.]+:2181,){2}[\d.]+:2181\/mesos$/);
    const { stdout } = await project.run(['state']);
    expect(JSON.parse(stdout)).toMatchObject({ leader: `master@${leader.container?.ip}:5050` });
  });

  it('L35 has another leader when the leader is killed, with the same agents, and the killed one follows', async () => {
    const [killed, { lines: told }] = [leaderIn(watcher.status), watcher];
    const from = told.length;
    await faults.killed(killed.id);
    await watcher.until('another leader', () => {
      const leader = watcher.status.components.find(({ kind, leader }) => kind === 'master' && leader);
      return leader && leader.id !== killed.id;
    });
    await watcher.healed(from);
    expect(watcher.stepsSince(from)).toEqual([`start ${killed.id}`]);
    expect(watcher.component(killed.id)?.reason).toBe(`follows ${leaderIn(watcher.status).id}`);
    expect(agentIdsIn(watcher.status)).toEqual(agentIds);
  });

  it('L35 outlives the loss of the ZooKeeper that stores, with the same leader', async () => {
    const [leader, from] = [leaderIn(watcher.status).id, watcher.lines.length];
    await faults.killed(leaderIn(watcher.status, 'zookeeper').id);
    await watcher.healed(from);
    expect(watcher.stepsSince(from)).toEqual(['start zookeeper-0']);
    expect(leaderIn(watcher.status).id).toBe(leader);
    expect(agentIdsIn(watcher.status)).toEqual(agentIds);
  });

  it('L34 is rolled followers first, the leader last, and then agent by agent', async () => {
    const [leader, from] = [leaderIn(watcher.status).id, watcher.lines.length];
    await project.write(file(3, '1.11.0'));
    await watcher.healed(from, 'the new version');
    const followers = MASTERS.filter((id) => id !== leader);
    expect(watcher.stepsSince(from)).toEqual(replaced([...followers, leader, 'agent-0', 'agent-1']));
    expect(leaderIn(watcher.status).id).not.toBe(leader);
    expect(watcher.status.cluster.mesosVersion).toBe('1.11.0');
    expect(agentIdsIn(watcher.status)).toEqual(agentIds);
    await watcher.end();
  });

  it('L36 becomes one of each, and three again, with the same agents and a leader', async () => {
    await project.write(file(1, '1.11.0'));
    const leader = leaderIn(await project.status()).id;
    const fewer = await project.apply();
    const steps = lines(fewer.steps);
    const goes = ['master-2', 'master-1'].sort((a, b) => Number(a === leader) - Number(b === leader));
    expect(about('master', steps)).toEqual([...goes.map((id) => `remove ${id}`), ...replaced(['master-0'])]);
    expect(about('zookeeper', steps)).toEqual([
      'remove zookeeper-2',
      'remove zookeeper-1',
      ...replaced(['zookeeper-0']),
    ]);
    expect(leaderIn(fewer.status).id).toBe('master-0');
    expect(agentIdsIn(fewer.status)).toEqual(agentIds);

    await project.write(file(3, '1.11.0'));
    const more = await project.apply();
    // The one that was alone knows nothing of the others, and goes before they come; then all come together.
    const [first, ...then] = about('master', lines(more.steps));
    expect(first).toBe('remove master-0');
    expect(then.sort()).toEqual(['create master-0', 'create master-1', 'create master-2']);
    expect(leaderIn(more.status).phase).toBe('ready');
    expect(agentIdsIn(more.status)).toEqual(agentIds);
    expect((await project.apply()).steps).toEqual([]);
  });
});
