import { afterEach, describe, expect, it } from 'vitest';
import { taskFrom } from '../../../../src/simulator/mesos/shapes.js';
import { Cleanup, until } from '../../../support/simulator.js';
import { lonelyMaster, MODERN, scriptedScheduler, task } from './playing.js';
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
