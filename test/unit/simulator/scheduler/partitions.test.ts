import { afterEach, describe, expect, it } from 'vitest';
import type { AgentWorkload } from '../../../../src/simulator/mesos/agent-protocol.js';
import { type FrameworkInfo, taskFrom } from '../../../../src/simulator/mesos/shapes.js';
import { ask, Cleanup, send, until } from '../../../support/simulator.js';
import { INFO, lonelyMaster, MODERN, type ScriptedScheduler, scriptedScheduler, task } from './playing.js';
import { NOTHING, scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';
const LASTING = { ...MODERN, failover_timeout: 3600 };

/** What an agent tells of tasks that run for a framework. */
function running(info: object, frameworkId: string, agentId: string, ...ids: string[]): AgentWorkload {
  const offer = { id: { value: '' }, agent_id: { value: agentId }, resources: [] };
  const tasks = ids.map((id) => ({
    ...taskFrom(task(offer, id) as never, frameworkId),
    state: 'TASK_RUNNING' as const,
  }));
  return { ...NOTHING, frameworks: [{ ...info, id: { value: frameworkId } } as FrameworkInfo], tasks };
}

async function launched(scheduler: ScriptedScheduler, ...ids: string[]): Promise<void> {
  const offer = await scheduler.offer();
  await scheduler.launch(
    offer,
    ids.map((id) => task(offer, id)),
    // The rest is for others.
    { refuse_seconds: 1000 },
  );
}

const reasons = (scheduler: ScriptedScheduler) =>
  scheduler.statuses.map(({ task_id, state, reason }) => `${task_id.value} ${state} ${reason}`);

describe('agents that come and go', () => {
  it('S86 an agent that is unreachable must cost its tasks, each in the words of its framework, until it is back', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK, '--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=1');
    const agent = await scriptedAgent(cleanup, port);
    const aware = await scriptedScheduler(cleanup, port, LASTING);
    await launched(aware, 'a');
    const unaware = await scriptedScheduler(cleanup, port, { ...INFO, failover_timeout: 3600 });
    await launched(unaware, 'b');
    await agent.heard('RUN_TASKS', 1);
    agent.mute = true;
    expect(await aware.toldOf('a', 'TASK_UNREACHABLE')).toMatchObject({
      reason: 'REASON_AGENT_REMOVED',
      source: 'SOURCE_MASTER',
      unreachable_time: { nanoseconds: expect.any(Number) },
    });
    await unaware.toldOf('b', 'TASK_LOST');
    expect(await aware.heard('FAILURE')).toEqual({ agent_id: { value: agent.id } });

    await aware.call('RECONCILE', { tasks: [{ task_id: { value: 'a' } }] });
    await until('the answer', () => reasons(aware).includes('a TASK_UNREACHABLE REASON_RECONCILIATION'));

    const workload = running(LASTING, aware.id, agent.id, 'a');
    await scriptedAgent(cleanup, port, { id: agent.id, workload });
    expect(await aware.toldOf('a', 'TASK_RUNNING')).toMatchObject({
      reason: 'REASON_AGENT_REREGISTERED',
      message: 'Unreachable agent re-reregistered',
    });
    const { json } = await ask(port, '/frameworks');
    const shown = (json as { frameworks: { [list: string]: { id: string }[] }[] }).frameworks[0];
    expect(shown?.tasks).toMatchObject([{ id: 'a', state: 'TASK_RUNNING' }]);
    expect([shown?.unreachable_tasks, shown?.completed_tasks]).toEqual([[], []]);
  }, 10_000);

  it('S86 an agent that is back must have its tasks, and those that it does not know must be told of', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'kept', 'lost');
    await agent.heard('RUN_TASKS', 1);
    agent.disconnect();
    await until(
      'the agent to be inactive',
      async () => (await ask(port, '/slaves')).at('slaves', 0, 'active') === false,
    );
    await scheduler.call('KILL', { task_id: { value: 'kept' } });
    expect(scheduler.statuses).toEqual([]);
    const workload = running(LASTING, scheduler.id, agent.id, 'kept');
    const back = await scriptedAgent(cleanup, port, { id: agent.id, workload });
    await scheduler.toldOf('lost', 'TASK_DROPPED');
    expect(await back.heard('KILL_TASK')).toMatchObject({ frameworkId: scheduler.id, taskId: 'kept' });
    expect(reasons(scheduler)).toEqual(['lost TASK_DROPPED REASON_RECONCILIATION']);
  });

  it('S86 a task that an agent does not bring back from being unreachable must be gone', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK, '--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=1');
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'a');
    agent.mute = true;
    await scheduler.toldOf('a', 'TASK_UNREACHABLE');
    await scriptedAgent(cleanup, port, { id: agent.id });
    const tasks = [{ task_id: { value: 'a' }, agent_id: { value: agent.id } }];
    await scheduler.call('RECONCILE', { tasks });
    await scheduler.toldOf('a', 'TASK_GONE');
    expect((await ask(port, '/frameworks')).at('frameworks', 0, 'unreachable_tasks')).toEqual([]);
  }, 10_000);

  it('S88 an agent that is drained must not be given up for one task while it brings another', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'lost');
    await agent.heard('RUN_TASKS');
    const drain_agent = { agent_id: { value: agent.id }, mark_gone: true };
    await send(port, '/api/v1', { type: 'DRAIN_AGENT', drain_agent });
    await agent.heard('DRAIN');
    const workload = running(LASTING, scheduler.id, agent.id, 'brought');
    const back = await scriptedAgent(cleanup, port, { id: agent.id, workload });
    await scheduler.toldOf('lost', 'TASK_DROPPED');
    await back.heard('DRAIN');
    expect((await ask(port, '/slaves')).at('slaves', 0, 'drain_info', 'state')).toBe('DRAINING');
    back.update(scheduler.id, { task_id: { value: 'brought' } }, 'TASK_KILLED');
    await scheduler.toldOf('brought', 'TASK_KILLED');
    expect(await back.heard('SHUTDOWN')).toMatchObject({ reason: 'Agent has been marked gone' });
  });

  it('S86 an agent that is given up must cost its tasks for good', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'a');
    const on = { agent_id: { value: agent.id } };
    await send(port, '/api/v1', { type: 'MARK_AGENT_GONE', mark_agent_gone: on });
    expect(await scheduler.toldOf('a', 'TASK_GONE_BY_OPERATOR')).toMatchObject({
      reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
    });
    await scheduler.call('RECONCILE', { tasks: [{ task_id: { value: 'never' }, ...on }] });
    await until('the answer', () => reasons(scheduler).includes('never TASK_GONE_BY_OPERATOR REASON_RECONCILIATION'));
  });

  it('S87 tasks must be told of when asked about: all, those that are known, those that are not, and none that may come back', async () => {
    const { port, info } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'a', 'b');
    await agent.heard('RUN_TASKS', 1);
    agent.update(scheduler.id, { task_id: { value: 'a' } }, 'TASK_RUNNING');
    await scheduler.toldOf('a', 'TASK_RUNNING');
    await scheduler.call('RECONCILE', { tasks: [] });
    await scheduler.toldOf('b', 'TASK_STAGING');
    const about = (id: string, agentId?: string) => ({
      task_id: { value: id },
      ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
    });
    const tasks = [
      about('awaited', 'another-master-S0'),
      about('x'),
      about('y', agent.id),
      about('z', `${info.id}-S9`),
    ];
    await scheduler.call('RECONCILE', { tasks });
    await scheduler.call('KILL', about('unknown'));
    await until('six answers', () => scheduler.statuses.length >= 7);
    expect(reasons(scheduler).slice(1)).toEqual([
      'a TASK_RUNNING REASON_RECONCILIATION',
      'b TASK_STAGING REASON_RECONCILIATION',
      'x TASK_UNKNOWN REASON_RECONCILIATION',
      'y TASK_GONE REASON_RECONCILIATION',
      'z TASK_UNKNOWN REASON_RECONCILIATION',
      'unknown TASK_UNKNOWN REASON_RECONCILIATION',
    ]);
    expect(scheduler.statuses.slice(1).every(({ uuid }) => uuid === undefined)).toBe(true);
  });

  it('S87 KILL must reach the task with the policy that was given', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'a');
    const kill_policy = { grace_period: { nanoseconds: 7 } };
    await scheduler.call('KILL', { task_id: { value: 'a' }, agent_id: { value: agent.id }, kill_policy });
    expect(await agent.heard('KILL_TASK')).toEqual({
      type: 'KILL_TASK',
      frameworkId: scheduler.id,
      taskId: 'a',
      killPolicy: kill_policy,
    });
  });

  it('S88 a drained agent must have no tasks left', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await launched(scheduler, 'a');
    const drain_agent = { agent_id: { value: agent.id }, max_grace_period: { seconds: 2 } };
    await send(port, '/api/v1', { type: 'DRAIN_AGENT', drain_agent });
    expect(await agent.heard('DRAIN')).toEqual({ type: 'DRAIN', maxGraceNanoseconds: 2e9 });
    const state = async () => (await ask(port, '/slaves')).at('slaves', 0, 'drain_info', 'state');
    expect(await state()).toBe('DRAINING');
    agent.update(scheduler.id, { task_id: { value: 'a' } }, 'TASK_KILLED');
    await until('the agent to be drained', async () => (await state()) === 'DRAINED');
  });
});
