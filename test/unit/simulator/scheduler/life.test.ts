import { afterEach, describe, expect, it } from 'vitest';
import { ask, Cleanup } from '../../../support/simulator.js';
import { amounts, lonelyMaster, scriptedScheduler, task } from './playing.js';
import { scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('the life of a task', () => {
  it('S70 a framework subscribes, is offered an agent, launches, is told, acknowledges, and the task is completed', async () => {
    const master = await lonelyMaster(cleanup, '--allocation_interval=20ms');
    const agent = await scriptedAgent(cleanup, master.port);
    const scheduler = await scriptedScheduler(cleanup, master.port);
    expect(scheduler.id).toBe(`${master.info.id}-0000`);
    expect(scheduler.events[1]).toEqual({ type: 'HEARTBEAT' });
    const offer = await scheduler.offer();
    expect(amounts(offer.resources)).toBe('cpus:2 disk:2000 mem:1024 ports:[31000-32000]');

    expect((await scheduler.launch(offer, [task(offer, 't1')])).status).toBe(202);
    const run = await agent.heard('RUN_TASKS');
    expect(run).toMatchObject({ group: false, framework: { id: { value: scheduler.id } }, tasks: [{ name: 't1' }] });

    const running = agent.update(scheduler.id, task(offer, 't1'), 'TASK_RUNNING');
    const status = await scheduler.toldOf('t1', 'TASK_RUNNING');
    expect(status.uuid).toBe(running);
    await scheduler.acknowledge(status);
    expect(await agent.heard('ACKNOWLEDGE')).toMatchObject({ taskId: 't1', uuid: running });

    const rest = await scheduler.offer(1);
    expect(amounts(rest.resources)).toBe('cpus:1.5 disk:2000 mem:960 ports:[31000-32000]');
    agent.update(scheduler.id, task(offer, 't1'), 'TASK_FINISHED');
    const finished = await scheduler.toldOf('t1', 'TASK_FINISHED');
    expect(amounts((await scheduler.offer(2)).resources)).toBe('cpus:0.5 mem:64');
    await scheduler.acknowledge(finished);
    await agent.heard('ACKNOWLEDGE', 1);
  });

  it('S70 what is over must be kept as far as the flags say, the oldest first to go', async () => {
    const flags = ['--max_completed_tasks_per_framework=2', '--max_completed_frameworks=1'];
    const { port } = await lonelyMaster(cleanup, ...flags);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const offer = await scheduler.offer();
    const tasks = ['t1', 't2', 't3'].map((id) => task(offer, id));
    await scheduler.launch(offer, tasks);
    await agent.heard('RUN_TASKS', 2);
    for (const each of tasks) {
      agent.update(scheduler.id, each, 'TASK_FINISHED');
      await scheduler.acknowledge(await scheduler.toldOf(each.name, 'TASK_FINISHED'));
    }
    const completed = await ask(port, '/state');
    expect(completed.at('frameworks', 0, 'completed_tasks')).toMatchObject([{ id: 't2' }, { id: 't3' }]);
    expect(completed.at('frameworks', 0, 'tasks')).toEqual([]);
    const other = await scriptedScheduler(cleanup, port);
    await scheduler.call('TEARDOWN');
    await other.call('TEARDOWN');
    const after = await ask(port, '/state');
    expect(after.at('frameworks')).toEqual([]);
    expect(after.at('completed_frameworks')).toMatchObject([{ id: other.id }]);
  });
});
