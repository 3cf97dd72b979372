import { afterEach, describe, expect, it } from 'vitest';
import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import type { Offer, TaskStatus } from '../../../../src/simulator/mesos/shapes.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { agent, cluster } from '../playing.js';
import { killBelow } from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Event {
  type: string;
  subscribed?: { framework_id: { value: string } };
  offers?: { offers: Offer[] };
  update?: { status: TaskStatus };
}

/** A framework on the scheduler API that acknowledges what it is told. */
async function framework(port: number) {
  const events: Event[] = [];
  const aborting = new AbortController();
  cleanup.add(() => aborting.abort());
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const framework_info = {
    user: 'root',
    name: 'whole',
    checkpoint: true,
    failover_timeout: 60,
    roles: ['*'],
    capabilities: [{ type: 'MULTI_ROLE' }],
  };
  const body = JSON.stringify({ type: 'SUBSCRIBE', subscribe: { framework_info } });
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/scheduler`, {
    method: 'POST',
    headers,
    body,
    signal: aborting.signal,
  });
  const streamId = response.headers.get('mesos-stream-id') ?? '';
  const id = () => events.find(({ type }) => type === 'SUBSCRIBED')?.subscribed?.framework_id;
  const call = (type: string, part: object) =>
    fetch(`http://127.0.0.1:${port}/api/v1/scheduler`, {
      method: 'POST',
      headers: { ...headers, 'Mesos-Stream-Id': streamId },
      body: JSON.stringify({ framework_id: id(), type, [type.toLowerCase()]: part }),
    });
  const receive = (event: Event): void => {
    events.push(event);
    const { task_id, agent_id, uuid } = event.update?.status ?? {};
    // The last ones may come when the master is on its way out.
    if (uuid !== undefined) call('ACKNOWLEDGE', { task_id, agent_id, uuid }).catch(() => {});
  };
  const read = async (): Promise<void> => {
    const splitter = new RecordSplitter();
    for await (const chunk of response.body ?? []) {
      for (const record of splitter.push(Buffer.from(chunk))) receive(JSON.parse(record.toString()) as Event);
    }
  };
  read().catch(() => {});
  const states = () => events.flatMap(({ update }) => (update === undefined ? [] : [update.status.state]));
  return { events, call, id: () => id()?.value ?? '', states };
}

describe('master and agent together', () => {
  it('S110 S116 must run a framework’s task, read its output back, and keep it through a new life of the agent', async () => {
    const { zookeeper, leader, agents, directories } = await cluster(cleanup, 1);
    const [directory = ''] = directories;
    cleanup.add(() => killBelow(directory));
    const { events, call, id, states } = await framework(leader.port);
    const offer = await until('an offer', () => events.find(({ type }) => type === 'OFFERS')?.offers?.offers[0]);
    const scalar = (name: string, value: number) => ({ name, type: 'SCALAR', scalar: { value }, role: '*' });
    const task = {
      name: 'one',
      task_id: { value: 'one' },
      agent_id: offer.agent_id,
      resources: [scalar('cpus', 0.1), scalar('mem', 32)],
      command: { value: 'echo hello; exec sleep 1000' },
    };
    const operations = [{ type: 'LAUNCH', launch: { task_infos: [task] } }];
    expect((await call('ACCEPT', { offer_ids: [offer.id], operations })).status).toBe(202);
    await until('the task to run', () => states().includes('TASK_RUNNING'));
    const [first] = agents;
    const path = `/frameworks/${id()}/executors/one/runs/latest/stdout`;
    const read = async (port: number) => (await ask(port, `/files/read?path=${path}&offset=0`)).at('data');
    await until('its output', async () => (await read(first?.port ?? 0)) === 'hello\n');

    await first?.close();
    const second = await agent(cleanup, zookeeper.port, directory, `--port=${first?.port}`);
    await until('the agent to be back', () => second.registered());
    expect(await read(second.port)).toBe('hello\n');
    expect((await ask(leader.port, '/state')).at('frameworks', 0, 'tasks', 0, 'state')).toBe('TASK_RUNNING');
    expect((await call('KILL', { task_id: { value: 'one' } })).status).toBe(202);
    await until('the task to end', () => states().includes('TASK_KILLED'));
    // What was not acknowledged in time comes once more.
    expect([...new Set(states())]).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLED']);
  });
});
