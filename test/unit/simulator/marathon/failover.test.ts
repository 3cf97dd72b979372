import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { master } from '../playing.js';
import { marathon as candidate, client, leading, marathonCluster } from './marathons.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sleeper = { cmd: 'exec sleep 1000', cpus: 0.1, mem: 10 };
const ids = (tasks: readonly { id: string }[]): string[] => tasks.map(({ id }) => id).sort();

describe('Marathon that is gone', { timeout: 20_000 }, () => {
  it('S140 one that is started again must be the same framework, adopt what lives and replace what died', async () => {
    const { zookeeper, marathon, api } = await marathonCluster(cleanup);
    const withPid = { ...sleeper, id: '/a', cmd: 'echo $$ > "$MESOS_SANDBOX/pid"; exec sleep 1000', instances: 3 };
    await api.send('/v2/apps', withPid);
    const before = await api.toRun('/a', 3);
    await api.toSettle();
    const framework = (await api.ask('/v2/info')).at('frameworkId');
    await marathon.kill();
    const again = await leading(cleanup, zookeeper.port);
    const next = client(again.port);
    expect(ids(await next.toRun('/a', 3))).toEqual(ids(before));
    await until('its subscription', () => again.host.lines.some((line) => line.includes('Registered as')));
    expect((await next.ask('/v2/info')).at('frameworkId')).toBe(framework);
    // Nothing was launched beside them.
    expect(ids(await next.toRun('/a', 3))).toEqual(ids(before));
    expect((await next.ask('/v2/queue')).json).toEqual({ queue: [] });
  });

  it('S141 what died while no Marathon was there must be replaced, and the rest must be left alone', async () => {
    const { zookeeper, marathon, api, agents } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const [dies, lives] = await api.toRun('/a', 2);
    await api.toSettle();
    await marathon.kill();
    process.kill(await pidOf(agents[0]?.port ?? 0, dies?.id ?? ''), 'SIGKILL');
    const next = client((await leading(cleanup, zookeeper.port)).port);
    const after = await until('another task', async () => {
      const found = ids(await next.toRun('/a', 2));
      return found.includes(dies?.id ?? '') ? null : found;
    });
    expect(after).toContain(lives?.id);
  });

  it('S142 a deployment must go on under the next Marathon', async () => {
    const { zookeeper, marathon, api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', cpus: 5 });
    const [deployment] = (await api.ask('/v2/deployments')).json as { id: string }[];
    await marathon.kill();
    const next = client((await leading(cleanup, zookeeper.port)).port);
    expect((await next.ask('/v2/deployments')).at(0, 'id')).toBe(deployment?.id);
    expect((await next.send('/v2/apps/a', { cpus: 0.1 }, 'PUT')).status).toBe(409);
    expect((await next.send('/v2/apps/a?force=true', { cpus: 0.1 }, 'PUT')).status).toBe(200);
    await next.toRun('/a', 1);
    await next.toSettle();
  });

  it('S143 another one must take over its tasks, when it is killed and when it abdicates', async () => {
    const { zookeeper, marathon, api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const before = ids(await api.toRun('/a', 2));
    await api.toSettle();
    const second = await candidate(cleanup, zookeeper.port);
    const other = client(second.port);
    await until('the second to know the leader', async () => (await other.ask('/v2/leader')).status === 200);
    expect((await other.ask('/v2/tasks')).headers.get('x-marathon-leader')).toBe(`http://127.0.0.1:${marathon.port}`);
    expect((await api.ask('/v2/leader', { method: 'DELETE' })).json).toEqual({ message: 'Leadership abdicated' });
    await until('the second to lead', () => second.leads());
    expect(ids(await other.toRun('/a', 2))).toEqual(before);
    expect((await other.send('/v2/apps/a', { instances: 3 }, 'PUT')).status).toBe(200);
    expect(ids(await other.toRun('/a', 3))).toEqual(expect.arrayContaining(before));
    await second.kill();
    await until('the first to lead again', () => marathon.leads());
    expect(ids(await api.toRun('/a', 3))).toEqual(expect.arrayContaining(before));
  });

  it('S144 a new master must be found, and no task be lost by that', async () => {
    const { zookeeper, leader, api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const before = ids(await api.toRun('/a', 2));
    await api.toSettle();
    await leader.kill();
    await master(cleanup, zookeeper.port, '--allocation_interval=20ms', '--zk_session_timeout=1secs');
    expect((await api.send('/v2/apps/a', { instances: 3 }, 'PUT')).status).toBe(200);
    expect(ids(await api.toRun('/a', 3))).toEqual(expect.arrayContaining(before));
  });

  it('S144 a framework that was torn down must begin afresh', async () => {
    const { leader, api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const before = ids(await api.toRun('/a', 2));
    const framework = (await api.ask('/v2/info')).at('frameworkId');
    const torn = await fetch(`http://127.0.0.1:${leader.port}/teardown`, {
      method: 'POST',
      body: `frameworkId=${framework}`,
    });
    expect(torn.status).toBe(200);
    const after = await until('other tasks', async () => {
      const found = ids(await api.toRun('/a', 2));
      return found.some((id) => before.includes(id)) ? null : found;
    });
    expect(after).toHaveLength(2);
    expect((await api.ask('/v2/info')).at('frameworkId')).not.toBe(framework);
  });
});

/** The process of a task, by what its agent tells of its container. */
async function pidOf(agentPort: number, taskId: string): Promise<number> {
  const containers = (await (await fetch(`http://127.0.0.1:${agentPort}/containers`)).json()) as {
    executor_id: string;
    status?: { executor_pid?: number };
  }[];
  const found = containers.find(({ executor_id }) => executor_id === taskId)?.status?.executor_pid;
  if (found === undefined) throw new Error(`no process of ${taskId} in ${JSON.stringify(containers)}`);
  return found;
}
