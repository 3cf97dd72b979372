import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMarathon } from '../../../src/simulator/marathon/main.js';
import { ask, Cleanup, send, testHost, testZookeeper, until } from '../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let zookeeper = 0;
beforeEach(async () => {
  zookeeper = (await testZookeeper(cleanup)).port;
});

async function marathon() {
  const at = `zk://127.0.0.1:${zookeeper}`;
  const args = ['--master', `${at}/mesos`, '--zk', `${at}/marathon`, '--http_port', '0', '--http_address', '127.0.0.1'];
  const host = testHost();
  const started = await startMarathon([...args, '--hostname', '127.0.0.1', '--zk_session_timeout', '200'], host);
  if (started === null) throw new Error(host.lines.join(''));
  return cleanup.closing(started);
}

async function leading() {
  const started = await marathon();
  await until('Marathon to lead', () => started.leads());
  return started.port;
}

const app = { id: '/x', cmd: 'sleep 1', instances: 2 };

describe('Marathon', () => {
  it('S25 tells of itself and of its leader', async () => {
    const port = await leading();
    expect(await ask(port, '/ping')).toMatchObject({ status: 200, text: 'pong' });
    expect((await ask(port, '/v2/leader')).json).toEqual({ leader: `127.0.0.1:${port}` });
    const { json } = await ask(port, '/v2/info');
    expect(json).toMatchObject({ name: 'marathon', buildref: 'minimesos-simulator', elected: true, frameworkId: null });
    expect(json).toMatchObject({ zookeeper_config: { zk: `zk://127.0.0.1:${zookeeper}/marathon` } });
  });

  it('S25 has no leader while ZooKeeper is away', async () => {
    await cleanup.run();
    const { port } = await marathon();
    expect((await ask(port, '/v2/leader')).status).toBe(404);
    expect((await ask(port, '/ping')).status).toBe(200);
    expect((await ask(port, '/v2/apps')).status).toBe(503);
    expect((await ask(port, '/v2/info')).at('leader')).toBeNull();
  });

  it('S29 takes no change that ZooKeeper does not take', async () => {
    const server = await testZookeeper(cleanup);
    zookeeper = server.port;
    const port = await leading();
    await server.close();
    expect((await send(port, '/v2/apps', app)).status).toBe(503);
    expect((await send(port, '/v2/groups', { id: '/g', apps: [] }, 'PUT')).status).toBe(503);
  });

  it('S26 takes an app that nobody can run yet, and says that it waits', async () => {
    const port = await leading();
    const posted = await send(port, '/v2/apps', app);
    expect(posted.status).toBe(201);
    expect(posted.json).toMatchObject({ id: '/x', cmd: 'sleep 1', instances: 2, cpus: 0.1, mem: 128, tasksRunning: 0 });
    expect(posted.headers.get('marathon-deployment-id')).toBe(posted.at('deployments', 0, 'id'));
    expect((await ask(port, '/v2/apps/x')).at('app')).toMatchObject({ id: '/x', tasksRunning: 0 });
    expect((await ask(port, '/v2/apps')).at('apps', 0, 'id')).toBe('/x');
    expect((await ask(port, '/v2/deployments')).at(0)).toMatchObject({ affectedApps: ['/x'] });
    expect((await ask(port, '/v2/queue')).at('queue', 0)).toMatchObject({ app: { id: '/x' }, count: 2 });
    expect((await ask(port, '/v2/tasks')).json).toEqual({ tasks: [] });
  });

  it('S26 is done at once with an app of which no instance is wanted', async () => {
    const port = await leading();
    await send(port, '/v2/apps', { ...app, instances: 0 });
    expect((await ask(port, '/v2/deployments')).json).toEqual([]);
    expect((await ask(port, '/v2/queue')).json).toEqual({ queue: [] });
  });

  it.each([
    ['no JSON', '{', 400, 'Invalid JSON'],
    ['a list', '[]', 400, 'Invalid JSON'],
    ['no id', '{"cmd":"x"}', 400, 'Invalid JSON'],
    ['a number that is none', '{"id":"/x","cmd":"x","cpus":"1"}', 400, 'Invalid JSON'],
    ['a field that answers have', '{"status":"x","details":[],"id":5}', 400, 'Invalid JSON'],
    ['nothing to run', '{"id":"/x"}', 422, 'Object is not valid'],
    ['an id that is none', '{"id":"/X y","cmd":"x"}', 422, 'Object is not valid'],
    ['a way out', '{"id":"/a/../b","cmd":"x"}', 422, 'Object is not valid'],
    ['less than nothing', '{"id":"/x","cmd":"x","instances":-1}', 422, 'Object is not valid'],
  ])('S27 refuses %s', async (_what, body, status, message) => {
    const port = await leading();
    const answer = await send(port, '/v2/apps', body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ message });
    expect((await ask(port, '/v2/apps')).json).toEqual({ apps: [] });
  });

  it('S27 refuses what exists, and what does not', async () => {
    const port = await leading();
    await send(port, '/v2/apps', app);
    expect(await send(port, '/v2/apps', app)).toMatchObject({
      status: 409,
      json: { message: 'An app with id [/x] already exists.' },
    });
    expect(await ask(port, '/v2/apps/y')).toMatchObject({ status: 404, json: { message: "App '/y' does not exist" } });
    expect((await send(port, '/v2/apps/y', { instances: 1 }, 'PATCH')).status).toBe(404);
    expect((await send(port, '/v2/apps/y', '', 'DELETE')).status).toBe(404);
  });

  it('S28 updates, scales and removes; a running deployment locks the app unless forced', async () => {
    const port = await leading();
    const made = await send(port, '/v2/apps/x', { cmd: 'sleep 1', mem: 5 }, 'PUT');
    expect(made.status).toBe(201);
    const deploymentId = made.at('deploymentId');
    const locked = await send(port, '/v2/apps/x', { instances: 3 }, 'PUT');
    expect(locked).toMatchObject({ status: 409, json: { deployments: [{ id: deploymentId }] } });
    expect((await send(port, '/v2/apps/x?force=true', { instances: 3 }, 'PUT')).status).toBe(200);
    expect((await ask(port, '/v2/apps/x')).at('app')).toMatchObject({ instances: 3, mem: 5, cmd: 'sleep 1' });
    expect((await send(port, '/v2/apps/x?force=true', { instances: 0 }, 'PATCH')).status).toBe(200);
    expect((await send(port, '/v2/apps/x?partialUpdate=false', { cmd: 'y', instances: 0 }, 'PUT')).status).toBe(200);
    expect((await ask(port, '/v2/apps/x')).at('app')).toMatchObject({ cmd: 'y', mem: 128 });
    const removed = await send(port, '/v2/apps/x', '', 'DELETE');
    expect(removed.headers.get('marathon-deployment-id')).toBe(removed.at('deploymentId'));
    expect((await ask(port, '/v2/apps')).json).toEqual({ apps: [] });
  });

  it('S28 cancels a deployment, and goes back to what was before unless forced', async () => {
    const port = await leading();
    const first = await send(port, '/v2/apps', app);
    expect(
      (await ask(port, `/v2/deployments/${first.at('deployments', 0, 'id')}?force=true`, { method: 'DELETE' })).status,
    ).toBe(202);
    expect((await ask(port, '/v2/deployments')).json).toEqual([]);
    const scaled = await send(port, '/v2/apps/x', { instances: 9 }, 'PUT');
    expect((await ask(port, `/v2/deployments/${scaled.at('deploymentId')}`, { method: 'DELETE' })).status).toBe(200);
    expect((await ask(port, '/v2/apps/x')).at('app', 'instances')).toBe(2);
    expect((await ask(port, '/v2/deployments/none', { method: 'DELETE' })).status).toBe(404);
  });

  it('S29 has its apps again after a restart, and another takes over at once when it closes', async () => {
    const first = await marathon();
    await until('Marathon to lead', () => first.leads());
    const second = await marathon();
    await send(first.port, '/v2/apps', { ...app, id: '/group/x' });
    // One that does not lead asks the one that does.
    await until('the second to know', async () => (await ask(second.port, '/v2/leader')).status === 200);
    expect((await ask(second.port, '/v2/apps//group/x')).at('app', 'id')).toBe('/group/x');
    await first.close();
    await until('the second to lead', () => second.leads());
    expect((await ask(second.port, '/v2/apps/group/x')).at('app', 'id')).toBe('/group/x');
  });

  it('S11 needs its master and a ZooKeeper URL', async () => {
    const host = testHost();
    expect(await startMarathon([], host)).toBeNull();
    expect(await startMarathon(['--master', 'zk://h/m', '--zk', 'h:1'], host)).toBeNull();
    const args = ['--master', 'zk://h/m', '--zk', 'zk://h/n'];
    expect(await startMarathon([...args, '--decline_offer_duration', '5secs'], host)).toBeNull();
    expect(host.exits).toEqual([1, 1, 1]);
    expect(host.lines.join('')).toContain("Bad arguments for option 'decline_offer_duration'");
    expect(host.lines.join('')).toContain("Required option 'master' not found");
  });
});
