import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Subscription } from '../../../../src/simulator/master/frameworks/subscriptions.js';
import { taskFrom } from '../../../../src/simulator/mesos/shapes.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { amounts, lonelyMaster, MODERN, scriptedScheduler, task } from './playing.js';
import { NOTHING, scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';
const LASTING = { ...MODERN, failover_timeout: 3600 };

describe('frameworks that come and go', () => {
  it('S89 the newer subscription must win, and be told all that was not acknowledged', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const old = await scriptedScheduler(cleanup, port, LASTING);
    const offer = await old.offer();
    await old.launch(offer, [task(offer, 'a')]);
    agent.update(old.id, task(offer, 'a'), 'TASK_RUNNING');
    await old.toldOf('a', 'TASK_RUNNING');
    const fresh = await scriptedScheduler(cleanup, port, { ...LASTING, id: { value: old.id } });
    expect(fresh.id).toBe(old.id);
    expect((await old.heard('ERROR')).message).toBe('Framework failed over');
    await until('the old stream to end', () => old.ended);
    const status = await fresh.toldOf('a', 'TASK_RUNNING');
    await fresh.acknowledge(status);
    expect(await agent.heard('ACKNOWLEDGE')).toMatchObject({ uuid: status.uuid });
    expect(await agent.heard('UPDATE_FRAMEWORK')).toMatchObject({ framework: { id: { value: old.id } } });
    await fresh.offer();
    expect((await old.call('REVIVE')).status).toBe(400);
  });

  it('S89 a wrong acknowledgement must change nothing, and a terminal update stand until the right one', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    const offer = await scheduler.offer();
    await scheduler.launch(offer, [task(offer, 'a')]);
    agent.update(scheduler.id, task(offer, 'a'), 'TASK_FINISHED');
    const status = await scheduler.toldOf('a', 'TASK_FINISHED');
    await scheduler.acknowledge({ ...status, uuid: Buffer.alloc(16).toString('base64') });
    await scheduler.call('RECONCILE', { tasks: [] });
    await until('the task still to be known', () => scheduler.statuses.length === 2);
    await scheduler.acknowledge(status);
    await scheduler.call('RECONCILE', { tasks: [{ task_id: { value: 'a' } }] });
    await scheduler.toldOf('a', 'TASK_UNKNOWN');
  });

  it('S89 a framework that does not come back in time must end with all that it runs', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const brief = await scriptedScheduler(cleanup, port);
    const offer = await brief.offer();
    await brief.launch(offer, [task(offer, 'a')]);
    await agent.heard('RUN_TASKS');
    brief.disconnect();
    expect(await agent.heard('SHUTDOWN_FRAMEWORK')).toEqual({ type: 'SHUTDOWN_FRAMEWORK', frameworkId: brief.id });
    const late = await scriptedScheduler(cleanup, port, { ...MODERN, id: { value: brief.id } });
    expect(late.events).toEqual([{ type: 'ERROR', error: { message: 'Framework has been removed' } }]);
    const other = await scriptedScheduler(cleanup, port);
    expect((await other.offer()).resources).toContainEqual(expect.objectContaining({ scalar: { value: 2 } }));
  });

  it('S89 a framework that comes back within its failover_timeout must have its tasks, and end when it is over', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const patient = { ...MODERN, failover_timeout: 0.7 };
    const first = await scriptedScheduler(cleanup, port, patient);
    const offer = await first.offer();
    await first.launch(offer, [task(offer, 'a')]);
    await agent.heard('RUN_TASKS');
    first.disconnect();
    await until('it to be disconnected', async () => (await first.call('REVIVE')).status === 403);
    const second = await scriptedScheduler(cleanup, port, { ...patient, id: { value: first.id } });
    await second.call('RECONCILE', { tasks: [] });
    await second.toldOf('a', 'TASK_STAGING');
    expect(agent.all('SHUTDOWN_FRAMEWORK')).toEqual([]);
    second.disconnect();
    await agent.heard('SHUTDOWN_FRAMEWORK');
    const shown = (await ask(port, '/frameworks')).at('completed_frameworks', 0, 'completed_tasks');
    expect(shown).toMatchObject([{ id: 'a', state: 'TASK_KILLED' }]);
  });

  it('S89 of several that subscribe with one id at once one must be left, and the others told so', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    await scriptedAgent(cleanup, port);
    const info = { ...LASTING, id: { value: 'shared-0001' } };
    const all = await Promise.all([1, 2, 3, 4].map(() => scriptedScheduler(cleanup, port, info)));
    await until('three to be sent off', () => all.filter(({ ended }) => ended).length === 3);
    const [left, ...more] = all.filter(({ ended }) => !ended);
    expect(more).toEqual([]);
    const told = all.filter((each) => each !== left).map((each) => each.all('ERROR'));
    expect(told).toEqual(Array(3).fill([{ message: 'Framework failed over' }]));
    expect((await left?.call('REVIVE'))?.status).toBe(202);
    await left?.offer();
  });

  it('S75 whoever goes away while it subscribes must leave nothing behind', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    await scriptedAgent(cleanup, port);
    const body = JSON.stringify({ type: 'SUBSCRIBE', subscribe: { framework_info: MODERN } });
    const head = 'POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const request = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        const part = at % 2 === 0 ? request : request.slice(0, -1 - at);
        await new Promise<void>((resolve) => socket.write(part, () => resolve()));
        socket.destroy();
      }),
    );
    const scheduler = await scriptedScheduler(cleanup, port);
    await scheduler.offer();
    await until('only the one that stays to be left', async () => {
      const { json } = await ask(port, '/frameworks');
      return (json as { frameworks: object[] }).frameworks.length === 1;
    });
  });

  it('S73 heartbeats must come for as long as the subscription is open, and not longer', () => {
    vi.useFakeTimers();
    cleanup.add(() => vi.useRealTimers());
    const written: string[] = [];
    let close = (): void => {};
    const outlet = {
      write: (chunk: string | Buffer) => written.push(String(chunk)),
      end: () => {},
      onClose: (listener: () => void) => (close = listener),
    };
    const subscription = new Subscription('id', outlet as never, ({ type }) => Buffer.from(type));
    subscription.beginHeartbeats();
    expect(written).toEqual(['HEARTBEAT']);
    vi.advanceTimersByTime(14_999);
    expect(written).toHaveLength(1);
    vi.advanceTimersByTime(30_001);
    expect(written).toEqual(Array(4).fill('HEARTBEAT'));
    close();
    vi.advanceTimersByTime(60_000);
    expect(written).toHaveLength(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('S89 a new master must learn reservations from agents, and keep them', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const reservations = [{ type: 'DYNAMIC' as const, role: 'web' }];
    const cpu = { name: 'cpus', type: 'SCALAR' as const };
    const totalResources = [
      { ...cpu, scalar: { value: 1.5 }, role: '*' },
      { ...cpu, scalar: { value: 0.5 }, role: 'web', reservations },
    ];
    await scriptedAgent(cleanup, port, { id: 'before-S0', workload: { ...NOTHING, totalResources } });
    const other = await scriptedScheduler(cleanup, port);
    expect(amounts((await other.offer()).resources)).toBe('cpus:1.5');
    const web = await scriptedScheduler(cleanup, port, { ...MODERN, roles: ['web'] });
    expect(amounts((await web.offer()).resources)).toBe('cpus(web):0.5');
    expect((await ask(port, '/slaves')).at('slaves', 0, 'reserved_resources')).toMatchObject({ web: { cpus: 0.5 } });
  });

  it('S89 TEARDOWN must end the framework, its stream, its tasks, and those that an agent still brings', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    expect((await scheduler.call('TEARDOWN')).status).toBe(202);
    await until('the stream to end', () => scheduler.ended);
    await agent.heard('SHUTDOWN_FRAMEWORK');
    expect(await scheduler.call('REVIVE')).toEqual({ status: 400, text: 'Framework cannot be found' });
    const offer = { id: { value: '' }, agent_id: { value: agent.id }, resources: [] };
    const workload = {
      ...NOTHING,
      frameworks: [{ ...LASTING, id: { value: scheduler.id } }],
      tasks: [{ ...taskFrom(task(offer, 'a') as never, scheduler.id), state: 'TASK_RUNNING' as const }],
    };
    const back = await scriptedAgent(cleanup, port, { id: agent.id, workload });
    expect(await back.heard('SHUTDOWN_FRAMEWORK')).toMatchObject({ frameworkId: scheduler.id });
  });

  it('S89 a new master must learn frameworks and tasks from agents, and hold them for frameworks that come back', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const [frameworkId, agentId] = ['before-0000', 'before-S0'];
    const offer = { id: { value: '' }, agent_id: { value: agentId }, resources: [] };
    const workload = {
      ...NOTHING,
      frameworks: [{ ...LASTING, id: { value: frameworkId } }],
      tasks: [{ ...taskFrom(task(offer, 'a') as never, frameworkId), state: 'TASK_RUNNING' as const }],
    };
    const early = await scriptedScheduler(cleanup, port, { ...LASTING, id: { value: 'before-0001' } });
    expect(early.id).toBe('before-0001');
    await early.call('SUPPRESS');
    await scriptedAgent(cleanup, port, { id: agentId, workload });
    const scheduler = await scriptedScheduler(cleanup, port, { ...LASTING, id: { value: frameworkId } });
    expect(scheduler.id).toBe(frameworkId);
    expect((await scheduler.offer()).resources).toContainEqual(expect.objectContaining({ scalar: { value: 1.5 } }));
    await scheduler.call('RECONCILE', { tasks: [] });
    await scheduler.toldOf('a', 'TASK_RUNNING');
  });
});
