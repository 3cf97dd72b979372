import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { marathonCluster } from './marathons.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sleeper = { cmd: 'exec sleep 1000', cpus: 0.1, mem: 10 };

describe('where Marathon puts tasks', { timeout: 20_000 }, () => {
  it('S145 constraints must hold, and the queue must say what is in the way', async () => {
    const { api, agents } = await marathonCluster(cleanup, [['--attributes=rack:1'], ['--attributes=rack:2']]);
    await api.send('/v2/apps', { ...sleeper, id: '/unique', instances: 3, constraints: [['rack', 'UNIQUE']] });
    await api.send('/v2/apps', { ...sleeper, id: '/like', instances: 2, constraints: [['rack', 'LIKE', '2']] });
    await api.send('/v2/apps', {
      ...sleeper,
      id: '/balanced',
      instances: 4,
      constraints: [['rack', 'GROUP_BY', '2']],
    });
    const [first, second] = agents.map((each) => each.id());
    const agentsOf = (tasks: readonly { slaveId: string }[]) => tasks.map(({ slaveId }) => slaveId).sort();
    expect(agentsOf(await api.toRun('/unique', 2))).toEqual([first, second].sort());
    expect(agentsOf(await api.toRun('/like', 2))).toEqual([second, second]);
    expect(agentsOf(await api.toRun('/balanced', 4))).toEqual([first, first, second, second].sort());
    const reasons = await until('both offers to be refused', async () => {
      const waiting = (await api.ask('/v2/queue?embed=lastUnusedOffers')).at('queue', 0) as {
        app: { id: string };
        count: number;
        lastUnusedOffers: { reason: string[] }[];
      };
      return waiting.lastUnusedOffers.length === 2 ? waiting : null;
    });
    expect(reasons).toMatchObject({ app: { id: '/unique' }, count: 1 });
    for (const { reason } of reasons.lastUnusedOffers) expect(reason).toEqual(['UnfulfilledConstraint']);
  });

  it('S138 a roll that cannot end must be taken back, and the old tasks must live on', async () => {
    const { api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const before = (await api.toRun('/a', 2)).map(({ id }) => id).sort();
    await api.toSettle();
    // Nobody listens at its port, so that it never is healthy.
    const healthChecks = [{ protocol: 'TCP', intervalSeconds: 0.05 }];
    const updated = await api.send('/v2/apps/a', { healthChecks }, 'PUT');
    const tasks = await api.toRun('/a', 4);
    expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    expect((await api.ask(`/v2/deployments/${updated.at('deploymentId')}`, { method: 'DELETE' })).status).toBe(200);
    await api.toSettle();
    expect((await api.toRun('/a', 2)).map(({ id }) => id).sort()).toEqual(before);
    expect((await api.ask('/v2/apps/a')).at('app', 'cmd')).toBe(sleeper.cmd);
  });

  it('S149 an app in a container must run as its agent plays it', async () => {
    const { api } = await marathonCluster(cleanup);
    const docker = {
      image: 'minimesos.example/no-such-image:1',
      network: 'BRIDGE',
      portMappings: [{ containerPort: 80 }],
    };
    await api.send('/v2/apps', {
      id: '/c',
      args: ['--x'],
      cpus: 0.1,
      mem: 10,
      container: { type: 'DOCKER', docker },
    });
    const [task] = await api.toRun('/c', 1);
    expect(task?.ports).toHaveLength(1);
    await api.toSettle();
    await api.ask('/v2/apps/c', { method: 'DELETE' });
    await until('its end', async () => (await api.ask('/v2/tasks')).text === '{"tasks":[]}');
  });

  it('S130 `/v2/tasks` must tell load balancers where apps serve', async () => {
    const { api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/g/a', ports: [8000] });
    const [task] = await api.toRun('/g/a', 1);
    const { text } = await api.ask('/v2/tasks', { headers: { Accept: 'text/plain' } });
    expect(text).toBe(`g_a\t8000\t127.0.0.1:${task?.ports[0]}\t\n`);
    expect((await api.ask('/v2/tasks?status=staging')).json).toEqual({ tasks: [] });
    expect((await api.ask('/v2/tasks?status=running')).at('tasks', 0, 'servicePorts')).toEqual([8000]);
    const killed = await api.send('/v2/tasks/delete', { ids: [task?.id] });
    expect(killed.at('tasks', 0, 'id')).toBe(task?.id);
    const next = await until('another', async () => {
      const [found] = await api.toRun('/g/a', 1);
      return found?.id === task?.id ? null : found;
    });
    expect(next.id).not.toBe(task?.id);
  });

  it('S144 tasks of an agent that is gone for good must be replaced elsewhere', async () => {
    const { api, agents, leader } = await marathonCluster(cleanup, [[], []]);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2, constraints: [['hostname', 'MAX_PER', '9']] });
    const before = await api.toRun('/a', 2);
    const lost = before[0]?.slaveId;
    const message = { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: lost } } };
    const gone = await fetch(`http://127.0.0.1:${leader.port}/api/v1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
    });
    expect(gone.status).toBe(200);
    const after = await until('them elsewhere', async () => {
      const found = await api.toRun('/a', 2);
      return found.every(({ slaveId }) => slaveId !== lost) ? found : null;
    });
    expect(after).toHaveLength(2);
    expect(agents.map((each) => each.id())).toContain(after[0]?.slaveId);
  });
});
