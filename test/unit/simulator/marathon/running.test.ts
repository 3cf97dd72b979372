import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { marathonCluster } from './marathons.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const sleeper = { cmd: 'exec sleep 1000', cpus: 0.1, mem: 10 };

/** What a task wrote, read back through its agent. */
async function outputOf(agentPort: number, taskId: string, file = 'stdout'): Promise<string> {
  const state = (await (await fetch(`http://127.0.0.1:${agentPort}/state`)).json()) as {
    frameworks: { executors: { id: string; directory: string }[] }[];
    completed_frameworks: { completed_executors: { id: string; directory: string }[] }[];
  };
  const executors = state.frameworks.flatMap((framework) => framework.executors);
  const directory = executors.find(({ id }) => id === taskId)?.directory;
  const path = encodeURIComponent(`${directory}/${file}`);
  const read = await fetch(`http://127.0.0.1:${agentPort}/files/read?path=${path}&offset=0&length=50000`);
  const download = await fetch(`http://127.0.0.1:${agentPort}/files/download?path=${path}`);
  const { data } = (await read.json()) as { data: string };
  expect(await download.text()).toBe(data);
  return data;
}

describe('what Marathon runs', { timeout: 20_000 }, () => {
  it('S130 an app must run real commands, whose output the agent gives', async () => {
    const { api, agents } = await marathonCluster(cleanup);
    const cmd = 'env | sort; echo ready; exec sleep 1000';
    const posted = await api.send('/v2/apps', {
      ...sleeper,
      id: '/shop/web',
      cmd,
      env: { GREETING: 'hello' },
      labels: { a: 'b' },
    });
    expect(posted.status).toBe(201);
    const [task] = await api.toRun('/shop/web', 1);
    await api.toSettle();
    expect(task?.id).toMatch(/^shop_web\.[0-9a-f-]{36}$/);
    const output = await until('its output', async () => {
      const text = await outputOf(agents[0]?.port ?? 0, task?.id ?? '');
      return text.includes('ready') ? text : null;
    });
    const lines = output.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'GREETING=hello',
        'HOST=127.0.0.1',
        'MARATHON_APP_ID=/shop/web',
        `MARATHON_APP_VERSION=${posted.at('version')}`,
        'MARATHON_APP_LABELS=A',
        'MARATHON_APP_LABEL_A=b',
        'MARATHON_APP_RESOURCE_CPUS=0.1',
        'MARATHON_APP_RESOURCE_MEM=10.0',
        `MESOS_TASK_ID=${task?.id}`,
        `PORT=${task?.ports[0]}`,
        `PORT0=${task?.ports[0]}`,
        `PORTS=${task?.ports[0]}`,
      ]),
    );
  });

  it('S131 a group of two apps must run, the one after what it depends on', async () => {
    const { api } = await marathonCluster(cleanup);
    const apps = [
      { ...sleeper, id: 'db' },
      { ...sleeper, id: 'web', dependencies: ['/shop/db'], instances: 2 },
    ];
    expect((await api.send('/v2/groups', { id: '/shop', apps })).status).toBe(201);
    const [db] = await api.toRun('/shop/db', 1);
    const web = await api.toRun('/shop/web', 2);
    await api.toSettle();
    for (const { startedAt } of web)
      expect(Date.parse(startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(db?.startedAt ?? ''));
    expect((await api.ask('/v2/apps//shop/*')).at('*', 1, 'tasksRunning')).toBe(2);
  });

  it('S132 scaling must leave the tasks alone that stay', async () => {
    const { api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const before = (await api.toRun('/a', 2)).map(({ id }) => id);
    await api.toSettle();
    expect((await api.send('/v2/apps/a', { instances: 4 }, 'PUT')).status).toBe(200);
    const grown = (await api.toRun('/a', 4)).map(({ id }) => id);
    expect(grown).toEqual(expect.arrayContaining(before));
    await api.toSettle();
    await api.send('/v2/apps/a', { instances: 1 }, 'PUT');
    const [left] = await api.toRun('/a', 1);
    expect(before).toContain(left?.id);
    await api.toSettle();
    expect((await api.ask('/v2/apps/a', { method: 'DELETE' })).status).toBe(200);
    await until('its tasks to end', async () => (await api.ask('/v2/tasks')).text === '{"tasks":[]}');
    expect((await api.ask('/v2/apps/a')).status).toBe(404);
  });

  it('S133 an update must roll, and never fewer must run than the strategy says', async () => {
    const { api } = await marathonCluster(cleanup);
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 4, upgradeStrategy });
    const before = (await api.toRun('/a', 4)).map(({ id }) => id);
    await api.toSettle();
    const updated = await api.send('/v2/apps/a', { env: { NEW: '1' } }, 'PUT');
    const seen: number[] = [];
    await until('the roll', async () => {
      const tasks = await api.tasks('/a');
      seen.push(tasks.filter(({ state }) => state === 'TASK_RUNNING').length, -tasks.length);
      return ((await api.ask('/v2/deployments')).json as []).length === 0;
    });
    expect(Math.min(...seen.filter((count) => count > 0))).toBeGreaterThanOrEqual(2);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-4);
    const after = await api.toRun('/a', 4);
    for (const { id, version } of after) {
      expect(before).not.toContain(id);
      expect(version).toBe(updated.at('version'));
    }
  });

  it('S134 a task that ended or was killed must be replaced', async () => {
    const { api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', instances: 2 });
    const [first, second] = await api.toRun('/a', 2);
    await api.toSettle();
    const killed = await api.ask(`/v2/apps/a/tasks/${first?.id}`, { method: 'DELETE' });
    expect(killed.at('task', 'id')).toBe(first?.id);
    const ids = await until('another task', async () => {
      const found = (await api.toRun('/a', 2)).map(({ id }) => id);
      return found.includes(first?.id ?? '') ? null : found;
    });
    expect(ids).toContain(second?.id);
    const scaled = await api.ask(`/v2/apps/a/tasks/${second?.id}?scale=true`, { method: 'DELETE' });
    expect(scaled.at('deploymentId')).toBeDefined();
    const [left] = await api.toRun('/a', 1);
    expect(left?.id).not.toBe(second?.id);
    expect((await api.ask('/v2/apps/a')).at('app', 'instances')).toBe(1);
  });

  it('S136 a task that fails its health check must be killed and replaced, and a deployment must wait for health', async () => {
    const { api } = await marathonCluster(cleanup);
    const server = `const h = require("http").createServer((q, r) => { if (q.url === "/sick") sick = true; r.statusCode = sick ? 503 : 200; r.end() }); let sick = false; h.listen(process.env.PORT0, "127.0.0.1")`;
    const cmd = `exec '${process.execPath}' -e '${server}'`;
    const check = { protocol: 'HTTP', path: '/', gracePeriodSeconds: 30, intervalSeconds: 0.05, timeoutSeconds: 2 };
    await api.send('/v2/apps', {
      ...sleeper,
      id: '/a',
      cmd,
      mem: 64,
      healthChecks: [{ ...check, maxConsecutiveFailures: 2 }],
    });
    const [first] = await api.toRun('/a', 1);
    await api.toSettle();
    expect((await api.ask('/v2/apps/a')).at('app')).toMatchObject({ tasksHealthy: 1, tasksUnhealthy: 0 });
    expect((await api.tasks('/a'))[0]?.healthCheckResults).toMatchObject([{ alive: true, consecutiveFailures: 0 }]);
    await fetch(`http://127.0.0.1:${first?.ports[0]}/sick`);
    const second = await until('another task', async () => {
      const [found] = await api.toRun('/a', 1);
      return found?.id === first?.id ? null : found;
    });
    await until('its health', async () => (await api.ask('/v2/apps/a')).at('app', 'tasksHealthy') === 1);
    expect(second.id).not.toBe(first?.id);
    expect((await api.ask('/v2/apps/a')).at('app', 'lastTaskFailure')).toMatchObject({
      taskId: first?.id,
      state: 'TASK_KILLED',
      message: expect.stringContaining('Task was killed since health check failed. Reason: 503'),
    });
  });

  it('S136 what its agent finds of a task must count as what Marathon finds', async () => {
    const { api } = await marathonCluster(cleanup);
    const sick = join(cleanup.directory(), 'sick');
    const command = { value: `test ! -e ${sick}` };
    const check = { command, gracePeriodSeconds: 30, intervalSeconds: 0.05, delaySeconds: 0, timeoutSeconds: 5 };
    await api.send('/v2/apps', { ...sleeper, id: '/a', healthChecks: [{ ...check, maxConsecutiveFailures: 1 }] });
    const [first] = await api.toRun('/a', 1);
    await api.toSettle();
    expect((await api.ask('/v2/apps/a')).at('app')).toMatchObject({ tasksHealthy: 1 });
    expect((await api.tasks('/a'))[0]?.healthCheckResults).toMatchObject([{ alive: true }]);
    writeFileSync(sick, '');
    await until('another task', async () => (await api.tasks('/a')).every(({ id }) => id !== first?.id));
    rmSync(sick);
    await until('its health', async () => (await api.ask('/v2/apps/a')).at('app', 'tasksHealthy') === 1);
  });

  it('S135 an app whose tasks end must wait longer before each next one, and say so', async () => {
    const { api } = await marathonCluster(cleanup);
    await api.send('/v2/apps', { ...sleeper, id: '/a', cmd: 'exit 7', backoffSeconds: 300 });
    await until('the delay', async () => (await api.ask('/v2/queue')).at('queue', 0, 'delay', 'overdue') === false);
    const queue = await api.ask('/v2/queue');
    expect(queue.at('queue', 0, 'delay', 'timeLeftSeconds')).toBeGreaterThan(250);
    const failure = (await api.ask('/v2/apps/a')).at('app', 'lastTaskFailure');
    expect(failure).toMatchObject({ appId: '/a', state: 'TASK_FAILED', host: '127.0.0.1' });
    expect((failure as { message: string }).message).toContain('7');
    expect((await api.ask('/v2/queue//a/delay', { method: 'DELETE' })).status).toBe(204);
    const next = () => api.ask('/v2/apps/a').then((app) => app.at('app', 'lastTaskFailure', 'taskId'));
    await until('the next task', async () => (await next()) !== (failure as { taskId: string }).taskId);
  });
});
