/** The cluster test of minimesos 0.13, which was JUnit and a rule. One cluster serves all tests of this file. */

import { useCluster } from 'minimesos/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The file asks for images of 2016 and for ports of this machine; here the simulator plays them, on a network of its own.
const mesos = useCluster(
  { beforeAll, afterAll },
  { file: 'minimesosFile', distribution: 'simulator', mapPortsToHost: false },
);

describe('the cluster', { timeout: 60_000 }, () => {
  it('has three agents, and its master knows them', async () => {
    const { agents, master } = mesos.cluster;
    expect(agents.map(({ id }) => id)).toEqual(['agent-0', 'agent-1', 'agent-2']);
    const state = await master.state();
    expect(state.activated_slaves).toBe(3);
    expect(state.cluster).toBe('mesos-cluster-test');
    expect(state.slaves.map(({ resources }) => resources.mem)).toEqual([512, 512, 512]);
  });

  it('tells where its members are', async () => {
    const { agents, master, marathon, zookeeper } = mesos.cluster;
    expect(zookeeper.url).toMatch(/^zk:\/\/[\d.]+:2181\/mesos$/);
    expect(await mesos.cluster.variables()).toMatchObject({
      MINIMESOS_MASTER: master.url,
      MINIMESOS_MARATHON: marathon.url,
      MINIMESOS_ZOOKEEPER: zookeeper.url,
    });
    for (const agent of agents) expect((await agent.state()).id).toBe(agent.agentId);
  });

  it('runs an app', async () => {
    const { marathon } = mesos.cluster;
    await marathon.deploy({ id: '/hello', cmd: 'echo hello; sleep 1000', cpus: 0.1, mem: 32, instances: 2 });
    expect(await marathon.tasks('/hello')).toHaveLength(2);
    const { frameworks } = await mesos.cluster.master.state();
    expect(frameworks.find(({ name }) => name === 'marathon')?.tasks).toHaveLength(2);
    await marathon.remove('/hello');
    expect(await marathon.apps()).toEqual([]);
  });

  it('scales up and down', async () => {
    await mesos.cluster.scale(4);
    await mesos.cluster.waitFor(({ master }) => master?.activated_slaves === 4);
    await mesos.cluster.scale(3);
    expect(mesos.cluster.agents).toHaveLength(3);
    await mesos.cluster.waitFor(({ master }) => master?.activated_slaves === 3);
  });
});
