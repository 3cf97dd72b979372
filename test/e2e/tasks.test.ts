/** What runs on a cluster of the simulator, on a real engine: apps, their output, and what is left of them after accidents. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { eventually, MesosCluster } from '../support/mesos-cluster.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const FILE = `minimesos {
  distribution = "simulator"
  agent { instances = 2 }
  marathon { }
}
`;

describe.skipIf(dockerSkipped)('a watched cluster with apps', () => {
  let project: Project;
  let watcher: Watcher;
  let faults: Faults;
  let mesos: MesosCluster;
  let agentIds: Record<string, string | undefined>;
  beforeAll(async () => {
    project = await Project.create(FILE);
    watcher = Watcher.of(project);
    faults = await Faults.of(project);
    await watcher.converged();
    agentIds = watcher.agentIds;
    mesos = new MesosCluster(() => watcher.status);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it("S151 runs an app's command, whose output its agent gives away", async () => {
    const app = {
      id: '/hello',
      cmd: 'echo "hello from $MARATHON_APP_ID"; exec sleep 1000',
      cpus: 0.1,
      mem: 16,
      instances: 2,
    };
    expect((await mesos.marathon('/v2/apps', { method: 'POST', body: app })).status).toBe(201);
    const [task] = await mesos.deployed('/hello', 2);
    if (task === undefined) throw new Error('no task');
    expect(await mesos.sandboxFile(task, 'stdout', 'read')).toContain('hello from /hello\n');
    expect(await mesos.sandboxFile(task, 'stdout', 'download')).toContain('hello from /hello\n');
  });

  it('S151 runs a group of two apps, the second after the first that it depends on', async () => {
    const app = (id: string, more: object = {}) => ({
      id,
      cmd: `echo ${id}; exec sleep 1000`,
      cpus: 0.1,
      mem: 16,
      ...more,
    });
    const apps = [app('/shop/web', { dependencies: ['/shop/db'] }), app('/shop/db')];
    expect((await mesos.marathon('/v2/groups', { method: 'POST', body: { id: '/shop', apps } })).status).toBe(201);
    const [web] = await mesos.deployed('/shop/web', 1);
    const [db] = await mesos.deployed('/shop/db', 1);
    if (web === undefined || db === undefined) throw new Error('no task');
    expect(await mesos.sandboxFile(web, 'stdout', 'read')).toContain('/shop/web');
    expect(await mesos.sandboxFile(db, 'stdout', 'download')).toContain('/shop/db');
  });

  it('S129 L37 runs a container where the engine has its image, and takes it along when the agents go', async () => {
    const image = watcher.status.components[0]?.container?.image;
    const container = { type: 'DOCKER', docker: { image, network: 'HOST' } };
    const app = { id: '/contained', cmd: 'echo contained; exec sleep 1000', cpus: 0.1, mem: 16, container };
    expect((await mesos.marathon('/v2/apps', { method: 'POST', body: app })).status).toBe(201);
    const [task] = await mesos.deployed('/contained', 1);
    if (task === undefined) throw new Error('no task');
    await eventually(
      'its output',
      async () => (await mesos.sandboxFile(task, 'stdout', 'read')) === 'contained\n' || undefined,
    );
    const running = await project.docker.listContainers({ 'org.minimesos.simulator.task': task.id });
    expect(running.map(({ state }) => state)).toEqual(['running']);
  });

  it.each(['zookeeper-0', 'master-0', 'marathon-0'] as const)(
    'S152 keeps its agents and every task when %s is killed',
    async (id) => {
      const before = await mesos.deployed('/hello', 2);
      const { lines } = watcher;
      const seen = lines.length;
      await faults.killed(id);
      await watcher.healed(seen);
      const after = await mesos.deployed('/hello', 2);
      expect(watcher.agentIds).toEqual(agentIds);
      expect(after.map((task) => task.id).sort()).toEqual(before.map((task) => task.id).sort());
    },
  );

  it('S152 replaces the tasks of a killed agent, and leaves the others alone', async () => {
    const before = await mesos.deployed('/hello', 2);
    const { lines } = watcher;
    const seen = lines.length;
    await faults.killed('agent-1');
    await watcher.healed(seen);
    const kept = before.filter((task) => task.slaveId === agentIds['agent-0']).map((task) => task.id);
    const lost = before.filter((task) => task.slaveId === agentIds['agent-1']).map((task) => task.id);
    const after = await eventually('the lost tasks to be replaced', async () => {
      const tasks = await mesos.deployed('/hello', 2);
      return tasks.some((task) => lost.includes(task.id)) ? undefined : tasks;
    });
    expect(watcher.agentIds).toEqual(agentIds);
    expect(after.map((task) => task.id)).toEqual(expect.arrayContaining(kept));
  });

  it('L37 leaves nothing of all that', async () => {
    await watcher.end();
    await project.run(['destroy']);
    expect(await project.leftovers()).toEqual([]);
    const left = await project.docker.listContainers({ 'org.minimesos.simulator.agent': '' });
    expect(
      left.filter(({ labels }) => Object.values(agentIds).includes(labels['org.minimesos.simulator.agent'])),
    ).toEqual([]);
  });
});
