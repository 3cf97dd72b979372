import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fromJson, toProtobuf } from '../../../../src/simulator/mesos/messages.js';
import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import type { ExecutorInfo } from '../../../../src/simulator/mesos/shapes.js';
import { Cleanup, send, until } from '../../../support/simulator.js';
import {
  agentOf,
  alive,
  commandTask,
  type FakeMaster,
  FRAMEWORK,
  fakeMaster,
  run,
  sandboxOf,
  type TestAgent,
  told,
} from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const IDS = { executor_id: { value: 'mine' }, framework_id: { value: FRAMEWORK } };
const PATH = '/api/v1/executor';

interface Event {
  type: string;
  [part: string]: unknown;
}

/** The process is there to live and die; this test speaks for it. */
const executorInfo = (value = 'env > environment; exec sleep 1000'): ExecutorInfo => ({
  executor_id: { value: 'mine' },
  command: { value },
});

const task = (id: string, executor = executorInfo()) => {
  const { command: _none, ...rest } = commandTask(id, '');
  return { ...rest, executor };
};

async function launched(...flags: string[]) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory(), ...flags);
  run(master, [task('one')]);
  await until('the executor to run', () => existing(join(sandboxOf(agent, 'mine'), 'environment')));
  return { master, agent };
}

function existing(file: string): string | null {
  try {
    return readFileSync(file, 'utf8') || null;
  } catch {
    return null;
  }
}

/** An open subscription, and what came on it. */
async function subscribe(agent: TestAgent, more: object = {}): Promise<Event[]> {
  const aborting = new AbortController();
  cleanup.add(() => aborting.abort());
  const response = await fetch(`http://127.0.0.1:${agent.port}${PATH}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ ...IDS, type: 'SUBSCRIBE', subscribe: {}, ...more }),
    signal: aborting.signal,
  });
  expect(response.status).toBe(200);
  const events: Event[] = [];
  const splitter = new RecordSplitter();
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) {
      for (const record of splitter.push(Buffer.from(chunk))) events.push(JSON.parse(record.toString()) as Event);
    }
  };
  read().catch(() => {});
  return events;
}

const has = (events: Event[], type: string) => until(type, () => events.find((event) => event.type === type));

function status(state: string, uuid = 'A'.repeat(22), taskId = 'one') {
  return {
    task_id: { value: taskId },
    state,
    source: 'SOURCE_EXECUTOR',
    uuid: `${uuid}==`,
    executor_id: IDS.executor_id,
  };
}

const exited = (master: FakeMaster) =>
  until('the executor to exit', () => master.heard.find(({ type }) => type === 'EXITED_EXECUTOR'));

describe('an executor of a framework', () => {
  it('S125 must be started with what the executor API says it finds in its environment', async () => {
    const { agent } = await launched();
    const environment = readFileSync(join(sandboxOf(agent, 'mine'), 'environment'), 'utf8');
    expect(environment).toContain('MESOS_EXECUTOR_ID=mine\n');
    expect(environment).toContain(`MESOS_FRAMEWORK_ID=${FRAMEWORK}\n`);
    expect(environment).toContain(`MESOS_AGENT_ENDPOINT=127.0.0.1:${agent.port}\n`);
    expect(environment).toContain(`MESOS_DIRECTORY=${agent.workDirectory}/slaves/`);
  });

  it('S125 must get its tasks, kills, messages and acknowledgements, and have its updates and messages passed on', async () => {
    const { master, agent } = await launched();
    const events = await subscribe(agent);
    const { subscribed } = await has(events, 'SUBSCRIBED');
    expect(subscribed).toMatchObject({
      executor_info: IDS,
      framework_info: { name: 'test' },
      agent_info: { hostname: '127.0.0.1' },
    });
    expect((await has(events, 'LAUNCH')).launch).toMatchObject({ task: { task_id: { value: 'one' } } });
    const updated = await send(agent.port, PATH, {
      ...IDS,
      type: 'UPDATE',
      update: { status: status('TASK_RUNNING') },
    });
    expect([updated.status, updated.text]).toEqual([202, '']);
    expect(await told(master, 'one', 'TASK_RUNNING')).toMatchObject({
      uuid: `${'A'.repeat(22)}==`,
      source: 'SOURCE_EXECUTOR',
    });
    expect((await has(events, 'ACKNOWLEDGED')).acknowledged).toEqual({
      task_id: { value: 'one' },
      uuid: `${'A'.repeat(22)}==`,
    });

    const data = Buffer.from('hello').toString('base64');
    master.send({ type: 'FRAMEWORK_MESSAGE', frameworkId: FRAMEWORK, executorId: 'mine', data });
    expect((await has(events, 'MESSAGE')).message).toEqual({ data });
    expect((await send(agent.port, PATH, { ...IDS, type: 'MESSAGE', message: { data } })).status).toBe(202);
    const passed = { type: 'EXECUTOR_MESSAGE', frameworkId: FRAMEWORK, executorId: 'mine', data };
    await until('the message', () => master.heard.some((each) => JSON.stringify(each) === JSON.stringify(passed)));

    run(master, [task('two')]);
    await until('the second task', () => events.filter(({ type }) => type === 'LAUNCH').length === 2);
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'two' });
    expect((await has(events, 'KILL')).kill).toMatchObject({ task_id: { value: 'two' } });
  });

  it('S125 must be able to speak protobuf', async () => {
    const { master, agent } = await launched();
    await subscribe(agent);
    const call = fromJson('mesos.executor.Call', {
      ...IDS,
      type: 'UPDATE',
      update: { status: status('TASK_RUNNING') },
    });
    if (typeof call === 'string') throw new Error(call);
    const answer = await fetch(`http://127.0.0.1:${agent.port}${PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array(toProtobuf('mesos.executor.Call', call)),
    });
    expect(answer.status).toBe(202);
    await told(master, 'one', 'TASK_RUNNING');
  });

  it('S126 that exits must leave its tasks TASK_FAILED, and the master told', async () => {
    const { master, agent } = await launched();
    await subscribe(agent);
    await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_RUNNING') } });
    const running = await told(master, 'one', 'TASK_RUNNING');
    const { executor_pid } = running.container_status as { executor_pid: number };
    process.kill(-executor_pid, 'SIGTERM');
    expect((await told(master, 'one', 'TASK_FAILED')).reason).toBe('REASON_EXECUTOR_TERMINATED');
    expect(await exited(master)).toMatchObject({ executorId: 'mine', status: 15 });
  });

  it('S126 that does not subscribe in time must be ended, and its tasks fail with the reason', async () => {
    const { master } = await launched('--executor_registration_timeout=50ms');
    expect(await told(master, 'one', 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
      message: 'Executor did not register within 50ms',
    });
    await exited(master);
  });

  it('S126 that is shut down must be told, and be killed when its grace is over', async () => {
    const { master, agent } = await launched('--executor_shutdown_grace_period=30ms');
    const events = await subscribe(agent);
    await has(events, 'LAUNCH');
    master.send({ type: 'SHUTDOWN_EXECUTOR', frameworkId: FRAMEWORK, executorId: 'mine' });
    await has(events, 'SHUTDOWN');
    expect(await exited(master)).toMatchObject({ status: 9 });
    await told(master, 'one', 'TASK_KILLED');
  });

  it('S127 must be adopted by its agent when that comes back, if it subscribes again in time', async () => {
    const { master, agent } = await launched();
    await subscribe(agent);
    await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_RUNNING') } });
    const { container_status } = await told(master, 'one', 'TASK_RUNNING');
    const { executor_pid } = container_status as { executor_pid: number };
    await agent.close();
    const back = await agentOf(cleanup, master, agent.workDirectory, `--port=${agent.port}`);
    const again = await subscribe(back, {
      subscribe: { unacknowledged_updates: [{ status: status('TASK_FINISHED', `${'B'.repeat(21)}A`) }] },
    });
    await told(master, 'one', 'TASK_FINISHED');
    expect(again.map(({ type }) => type)).not.toContain('LAUNCH');
    expect(alive(executor_pid)).toBe(true);

    await back.close();
    const third = await agentOf(
      cleanup,
      master,
      agent.workDirectory,
      `--port=${agent.port}`,
      '--executor_reregistration_timeout=20ms',
    );
    await until('the executor to be ended', () => !alive(executor_pid));
    expect(third.host.exits).toEqual([]);
  });

  it('S128 must get the statuses and words of Mesos for calls that are wrong', async () => {
    const { agent } = await launched();
    const update = (value: object) => ({ ...IDS, type: 'UPDATE', update: { status: value } });
    const { uuid: _uuid, ...without } = status('TASK_RUNNING');
    const refused = async (body: unknown) => {
      const { status, text } = await send(agent.port, PATH, body);
      return [status, text.replace('Failed to validate executor::Call: ', '')];
    };
    expect(await refused(update(status('TASK_RUNNING')))).toEqual([403, 'Executor is not subscribed']);
    expect(await refused('{')).toEqual([400, 'Failed to parse body into JSON: syntax error']);
    expect(await refused({ ...IDS })).toEqual([400, "Expecting 'type' to be present"]);
    expect(await refused({ ...IDS, type: 'UPDATE' })).toEqual([400, "Expecting 'update' to be present"]);
    expect(await refused(update(without))).toEqual([400, "Expecting 'uuid' to be present"]);
    expect((await refused(update({ ...status('TASK_RUNNING'), source: 'SOURCE_AGENT' })))[1]).toContain(
      "expecting 'SOURCE_EXECUTOR'",
    );
    expect((await refused(update(status('TASK_STAGING'))))[1]).toContain('TASK_STAGING');
    const stranger = { ...IDS, type: 'SUBSCRIBE', subscribe: {} };
    expect(await refused({ ...stranger, framework_id: { value: 'no' } })).toEqual([400, 'Framework cannot be found']);
    expect(await refused({ ...stranger, executor_id: { value: 'no' } })).toEqual([400, 'Executor cannot be found']);
    const odd = { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } };
    expect((await fetch(`http://127.0.0.1:${agent.port}${PATH}`, odd)).status).toBe(415);
    expect((await fetch(`http://127.0.0.1:${agent.port}${PATH}`)).status).toBe(405);
  });
});
