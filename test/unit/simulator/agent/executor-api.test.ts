import { afterEach, describe, expect, it } from 'vitest';
import { fromJson, toProtobuf } from '../../../../src/simulator/mesos/messages.js';
import { Cleanup, send, until } from '../../../support/simulator.js';
import { broughtExecutor, has, IDS, PATH, status, task } from './brought-executor.js';
import { acknowledge, FRAMEWORK, run, statesOf, told } from './fake-master.js';

const cleanup = new Cleanup();
const { launched, subscribe, subscription } = broughtExecutor(cleanup);
afterEach(() => cleanup.run());

describe('the executor API', () => {
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

  it('S125 must be acknowledged what its agent keeps, whatever its framework does, and again if it repeats itself', async () => {
    const { master, agent } = await launched();
    master.acknowledging = false;
    const events = await subscribe(agent);
    const acknowledged = () => events.filter(({ type }) => type === 'ACKNOWLEDGED');
    for (const times of [1, 2]) {
      await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_RUNNING') } });
      await until('the acknowledgement', () => acknowledged().length === times);
    }
    await told(master, 'one', 'TASK_RUNNING');
    master.acknowledging = true;
    for (const update of master.updates) acknowledge(master, update);
    const uuid = `${'C'.repeat(21)}A`;
    await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_FINISHED', uuid) } });
    await told(master, 'one', 'TASK_FINISHED');
    expect(statesOf(master, 'one')).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
  });

  it('S125 must have long messages passed on, and harm nobody but itself by reading none', async () => {
    const { master, agent } = await launched();
    const first = await subscription(agent);
    const second = await subscription(agent);
    // The later one counts, and this one reads nothing.
    await until('the first to be closed', async () => (await first.read()).done);
    const data = Buffer.alloc(5_000_000).toString('base64');
    expect((await send(agent.port, PATH, { ...IDS, type: 'MESSAGE', message: { data } })).status).toBe(202);
    const lengths = () => master.heard.flatMap((each) => (each.type === 'EXECUTOR_MESSAGE' ? [each.data.length] : []));
    await until('the message', () => lengths().includes(data.length));
    for (const _time of [1, 2, 3, 4]) {
      master.send({ type: 'FRAMEWORK_MESSAGE', frameworkId: FRAMEWORK, executorId: 'mine', data });
    }
    const isCutOff = async () =>
      (await send(agent.port, PATH, { ...IDS, type: 'MESSAGE', message: { data: '' } })).status;
    await until('the second to be cut off', async () => (await isCutOff()) === 403);
    await second.cancel().catch(() => {});
    await has(await subscribe(agent), 'SUBSCRIBED');
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
