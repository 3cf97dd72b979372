import { describe, expect, it } from 'vitest';
import type { Outlet } from '../../../src/simulator/http.js';
import { FrameworkRecord } from '../../../src/simulator/master/frameworks/record.js';
import { RecordSplitter } from '../../../src/simulator/mesos/record-io.js';
import type { Task } from '../../../src/simulator/mesos/shapes.js';
import { operatedMaster } from './operated.js';

/** A client of a stream, whose connection the test ends. */
function subscriber(stream: ((outlet: Outlet) => void) | undefined) {
  const splitter = new RecordSplitter();
  const chunks: Buffer[] = [];
  const listeners: (() => void)[] = [];
  stream?.({
    write: (chunk) => chunks.push(Buffer.from(chunk)),
    end: () => {},
    onClose: (listener) => listeners.push(listener),
  });
  return {
    chunks,
    take: () =>
      chunks.splice(0).flatMap((chunk) => splitter.push(chunk).map((record) => JSON.parse(record.toString()))),
    leave: () => {
      for (const listener of listeners) listener();
    },
  };
}

const status = { task_id: { value: 't' }, state: 'TASK_RUNNING' as const };
const task: Task = {
  name: 't',
  task_id: { value: 't' },
  framework_id: { value: 'f' },
  agent_id: { value: 'm-S0' },
  state: 'TASK_RUNNING',
  resources: [{ name: 'cpus', role: '*', type: 'SCALAR', scalar: { value: 1 }, allocation_info: { role: '*' } }],
  statuses: [status],
};

describe("the operators' events", () => {
  it('S101 a subscriber must first be told all that is known, and then be kept awake', () => {
    const master = operatedMaster('1.11.0', [new FrameworkRecord('f', { user: 'me', name: 'näme' }, 5)]);
    master.registered();
    const answer = master.call({ type: 'SUBSCRIBE' });
    expect(answer).toMatchObject({ status: 200, type: 'application/json' });
    const { take, leave, chunks } = subscriber(answer.stream);
    // A record a chunk, of ASCII: some clients count on it.
    expect(chunks).toHaveLength(2);
    expect(chunks.every((chunk) => chunk.every((byte) => byte < 128))).toBe(true);
    const [subscribed, heartbeat] = take();
    expect(subscribed.subscribed).toEqual({ get_state: master.read('GET_STATE'), heartbeat_interval_seconds: 15 });
    expect(subscribed.subscribed.get_state.get_frameworks.frameworks[0].framework_info.name).toBe('näme');
    expect(heartbeat).toEqual({ type: 'HEARTBEAT' });
    leave();
  });

  it('S101 what happens must be told in its order, each kind in its form', () => {
    const framework = new FrameworkRecord('f', { user: 'me', name: 'f' }, 5);
    const master = operatedMaster('1.11.0', [framework]);
    const agent = master.registered();
    const { take, leave } = subscriber(master.call({ type: 'SUBSCRIBE' }).stream);
    take();
    master.announcements.announce({ type: 'AGENT_ADDED', agent });
    master.announcements.announce({ type: 'FRAMEWORK_ADDED', framework });
    master.announcements.announce({ type: 'TASK_ADDED', task });
    master.announcements.announce({ type: 'TASK_UPDATED', frameworkId: 'f', status, state: 'TASK_RUNNING' });
    master.announcements.announce({ type: 'FRAMEWORK_REMOVED', framework });
    master.announcements.announce({ type: 'AGENT_REMOVED', agentId: agent.id });
    const [added, appeared, started, updated, removed, gone] = take();
    expect(added).toEqual({ type: 'AGENT_ADDED', agent_added: { agent: master.read('GET_AGENTS').agents[0] } });
    expect(appeared).toEqual({
      type: 'FRAMEWORK_ADDED',
      framework_added: { framework: master.read('GET_FRAMEWORKS').frameworks[0] },
    });
    expect(started.task_added.task).toMatchObject({ task_id: { value: 't' }, state: 'TASK_RUNNING' });
    expect(started.task_added.task.resources[0]).not.toHaveProperty('role');
    expect(updated).toEqual({
      type: 'TASK_UPDATED',
      task_updated: { framework_id: { value: 'f' }, status, state: 'TASK_RUNNING' },
    });
    expect(removed.framework_removed.framework_info).toMatchObject({ name: 'f', id: { value: 'f' } });
    expect(gone).toEqual({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: agent.id } } });
    leave();
  });

  it('S101 who left must be told nothing more, and not be counted', () => {
    const master = operatedMaster();
    const count = () => master.shown('/metrics/snapshot')['master/operator_event_stream_subscribers'];
    const { take, leave } = subscriber(master.call({ type: 'SUBSCRIBE' }).stream);
    take();
    expect(count()).toBe(1);
    leave();
    expect(count()).toBe(0);
    master.announcements.announce({ type: 'AGENT_REMOVED', agentId: 'x' });
    expect(take()).toEqual([]);
  });

  it('S101 how tasks ended must be counted, by state and by reason', () => {
    const master = operatedMaster();
    const ended = {
      ...status,
      state: 'TASK_LOST' as const,
      source: 'SOURCE_MASTER' as const,
      reason: 'REASON_AGENT_REMOVED',
    };
    for (const each of [ended, ended, { ...status, state: 'TASK_FINISHED' as const }]) {
      master.announcements.announce({ type: 'TASK_UPDATED', frameworkId: 'f', status: each, state: each.state });
    }
    const metrics = master.shown('/metrics/snapshot');
    expect(metrics['master/tasks_lost']).toBe(2);
    expect(metrics['master/tasks_finished']).toBe(1);
    expect(metrics['master/task_lost/source_master/reason_slave_removed']).toBe(2);
  });
});
