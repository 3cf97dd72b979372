import { afterEach, describe, expect, it } from 'vitest';
import { refusalSeconds } from '../../../../src/simulator/master/offers/refusals.js';
import { fromProtobuf, toProtobuf } from '../../../../src/simulator/mesos/messages.js';
import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import { Cleanup, send, testZookeeper, until } from '../../../support/simulator.js';
import { master } from '../playing.js';
import { INFO, lonelyMaster, MODERN, post, ScriptedScheduler, scalars, scriptedScheduler, task } from './playing.js';
import { scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF_TYPE = 'application/x-protobuf';

describe('calls of the scheduler API', () => {
  it('S72 what is no call must be answered with the status and the words of Mesos', async () => {
    const { port } = await lonelyMaster(cleanup);
    const refused = async (body: string | Buffer, headers: { [name: string]: string } = JSON_TYPE) => {
      const { status, text } = await post(port, body, headers);
      return `${status} ${text}`;
    };
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/scheduler`)).status).toBe(405);
    const untyped = await fetch(`http://127.0.0.1:${port}/api/v1/scheduler`, {
      method: 'POST',
      body: new Uint8Array([1]),
    });
    expect([untyped.status, await untyped.text()]).toEqual([400, "Expecting 'Content-Type' to be present"]);
    expect(await refused('{}', { 'Content-Type': 'text/plain' })).toBe(
      "415 Expecting 'Content-Type' of application/json or application/x-protobuf",
    );
    expect(await refused('{')).toMatch(/^400 Failed to parse body into JSON: /);
    expect(await refused('[]')).toBe('400 Failed to convert JSON into Call protobuf: Expecting a JSON object');
    expect(await refused(Buffer.from('rubbish'), { 'Content-Type': PROTOBUF_TYPE })).toBe(
      '400 Failed to parse body into Call protobuf',
    );
    expect(await refused('{}')).toBe("400 Failed to validate scheduler::Call: Expecting 'type' to be present");
    expect(await refused('{"type":"NO_SUCH"}')).toBe(
      "400 Failed to validate scheduler::Call: Expecting 'type' to be present",
    );
    expect(await refused('{"type":"SUBSCRIBE"}')).toBe(
      "400 Failed to validate scheduler::Call: Expecting 'subscribe' to be present",
    );
    const noUser = { type: 'SUBSCRIBE', subscribe: { framework_info: { name: 'x' } } };
    expect(await refused(JSON.stringify(noUser))).toBe(
      '400 Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info.user',
    );
    const subscribing = { type: 'SUBSCRIBE', subscribe: { framework_info: INFO } };
    expect(await refused(JSON.stringify({ ...subscribing, framework_id: { value: 'x' } }))).toBe(
      "400 Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'",
    );
    expect(await refused(JSON.stringify(subscribing), { ...JSON_TYPE, Accept: 'text/html' })).toBe(
      "406 Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'",
    );
    expect(await refused(JSON.stringify(subscribing), { ...JSON_TYPE, 'Mesos-Stream-Id': 'x' })).toBe(
      "400 Subscribe calls should not include the 'Mesos-Stream-Id' header",
    );
    expect(await refused('{"type":"REVIVE"}')).toBe(
      "400 Failed to validate scheduler::Call: Expecting 'framework_id' to be present",
    );
    const unknown = { type: 'REVIVE', framework_id: { value: 'nobody' } };
    expect(await refused(JSON.stringify(unknown))).toBe('400 Framework cannot be found');
  });

  it('S72 a call must come with the id of the stream, from a framework that is subscribed', async () => {
    const { port } = await lonelyMaster(cleanup);
    const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, failover_timeout: 60 });
    const call = JSON.stringify({ type: 'REVIVE', framework_id: { value: scheduler.id } });
    expect(await post(port, call, JSON_TYPE)).toEqual({
      status: 400,
      text: "All non-subscribe calls should include the 'Mesos-Stream-Id' header",
    });
    expect(await post(port, call, { ...JSON_TYPE, 'Mesos-Stream-Id': 'x' })).toEqual({
      status: 400,
      text: `The stream ID 'x' included in this request didn't match the stream ID currently associated with framework ID ${scheduler.id}`,
    });
    expect(await scheduler.call('REVIVE')).toEqual({ status: 202, text: '' });
    expect(await scheduler.call('KILL')).toEqual({
      status: 400,
      text: "Failed to validate scheduler::Call: Expecting 'kill' to be present",
    });
    const short = { agent_id: { value: 'a' }, task_id: { value: 't' }, uuid: 'AAAA' };
    expect((await scheduler.call('ACKNOWLEDGE', short)).status).toBe(400);
    scheduler.disconnect();
    await until('the call to be forbidden', async () => {
      const { status, text } = await scheduler.call('REVIVE');
      return status === 403 && text === 'Framework is not subscribed';
    });
  });

  it('S72 a call must be unknown to versions before the one that brought it', async () => {
    const { port } = await lonelyMaster(cleanup, '--mesos_version=1.5.0');
    const scheduler = await scriptedScheduler(cleanup, port);
    expect(await scheduler.call('UPDATE_FRAMEWORK', { framework_info: INFO })).toEqual({
      status: 400,
      text: "Failed to validate scheduler::Call: Expecting 'type' to be present",
    });
  });

  it('S72 a master that does not lead must send frameworks on to the one that does', async () => {
    const zookeeper = await testZookeeper(cleanup);
    const leader = await master(cleanup, zookeeper.port);
    await until('the first to lead', () => leader.leads());
    const follower = await master(cleanup, zookeeper.port);
    const path = '/master/api/v1/scheduler';
    const asked = await until('the second to know it', async () => {
      const answer = await send(follower.port, path, { type: 'SUBSCRIBE', subscribe: { framework_info: INFO } });
      return answer.status === 307 ? answer : null;
    });
    expect(asked.headers.get('location')).toBe(`//127.0.0.1:${leader.port}${path}`);
  });

  it('S73 the first events must be SUBSCRIBED, as recorded, and HEARTBEAT', async () => {
    const master = await lonelyMaster(cleanup);
    const scheduler = await scriptedScheduler(cleanup, master.port);
    await until('two events', () => scheduler.events.length >= 2);
    const { id, port } = master.info;
    expect(scheduler.events.slice(0, 2)).toEqual([
      {
        type: 'SUBSCRIBED',
        subscribed: {
          framework_id: { value: `${id}-0000` },
          heartbeat_interval_seconds: 15,
          master_info: {
            id,
            ip: 16777343,
            port,
            pid: `master@127.0.0.1:${port}`,
            hostname: '127.0.0.1',
            version: '1.11.0',
            address: { hostname: '127.0.0.1', ip: '127.0.0.1', port },
            capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }],
          },
        },
      },
      { type: 'HEARTBEAT' },
    ]);
    expect(scheduler.streamId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it.each([
    [{ ...INFO, roles: ['a'] }, "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"],
    [{ ...MODERN, role: 'a' }, "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable"],
    [{ ...MODERN, roles: ['a', 'a'] }, "'FrameworkInfo.roles' contains duplicate items: { a }"],
    [{ ...INFO, role: '/a' }, "'FrameworkInfo.role' is not a valid role: Role '/a' cannot start with a slash"],
    [{ ...INFO, role: '' }, "'FrameworkInfo.role' is not a valid role: Empty role name is invalid"],
    [{ ...INFO, id: { value: 'a/b' } }, "'a/b' contains invalid characters"],
    [{ ...INFO, failover_timeout: 1e30 }, 'The framework failover_timeout (1e+30) is invalid'],
  ])('S73 a framework that will not do must be told why, and its stream ended: %j', async (info, message) => {
    const { port } = await lonelyMaster(cleanup);
    const scheduler = await scriptedScheduler(cleanup, port, info);
    expect(scheduler.status).toBe(200);
    expect(scheduler.events).toEqual([{ type: 'ERROR', error: { message } }]);
    await until('the end of the stream', () => scheduler.ended);
  });

  it('S74 protobuf must serve as JSON does, for calls and for events', async () => {
    const { port } = await lonelyMaster(cleanup);
    await scriptedAgent(cleanup, port);
    const body = toProtobuf('mesos.scheduler.Call', { type: 'SUBSCRIBE', subscribe: { framework_info: MODERN } });
    const aborted = new AbortController();
    cleanup.add(() => aborted.abort());
    const response = await fetch(`http://127.0.0.1:${port}/master/api/v1/scheduler`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'Content-Type': PROTOBUF_TYPE, Accept: PROTOBUF_TYPE },
      signal: aborted.signal,
    });
    expect(response.headers.get('content-type')).toBe(PROTOBUF_TYPE);
    const events: object[] = [];
    const splitter = new RecordSplitter();
    const reader = response.body?.getReader();
    while (events.length < 3) {
      const { value = new Uint8Array() } = (await reader?.read()) ?? {};
      for (const record of splitter.push(Buffer.from(value))) {
        events.push(fromProtobuf('mesos.scheduler.Event', record) as object);
      }
    }
    expect(events[0]).toMatchObject({
      type: 'SUBSCRIBED',
      subscribed: {
        master_info: { capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }] },
      },
    });
    expect(events[2]).toMatchObject({ type: 'OFFERS', offers: { offers: [{ hostname: '10.0.0.2' }] } });
  });

  it('S74 what a newer client sends besides must be dropped, in protobuf as in JSON', async () => {
    const { port } = await lonelyMaster(cleanup);
    const unknownEnum = Buffer.from([0x10, 0x63]);
    const answer = await post(port, unknownEnum, { 'Content-Type': PROTOBUF_TYPE });
    expect(answer).toEqual({
      status: 400,
      text: "Failed to validate scheduler::Call: Expecting 'type' to be present",
    });
    const known = toProtobuf('mesos.scheduler.Call', { type: 'SUBSCRIBE', subscribe: { framework_info: MODERN } });
    const newField = Buffer.from([0xf8, 0x3f, 1]);
    const read = fromProtobuf('mesos.scheduler.Call', Buffer.concat([known, newField]));
    expect(read).toEqual({ type: 'SUBSCRIBE', subscribe: { framework_info: MODERN } });
    // The capability 99, as the third of a framework: field 10 of FrameworkInfo, whose field 1 is 99.
    const capability = Buffer.from([0x52, 0x02, 0x08, 0x63]);
    const name = Buffer.from([0x0a, 0x01, 0x75, 0x12, 0x01, 0x6e]);
    const info = Buffer.concat([name, capability]);
    const subscribe = Buffer.concat([Buffer.from([0x0a, info.length]), info]);
    const call = Buffer.concat([Buffer.from([0x10, 0x01, 0x1a, subscribe.length]), subscribe]);
    expect(fromProtobuf('mesos.scheduler.Call', call)).toEqual({
      type: 'SUBSCRIBE',
      subscribe: { framework_info: { user: 'u', name: 'n', capabilities: [{}] } },
    });
  });

  it('S78 a refusal for no number of seconds must last as long as one that says nothing', () => {
    expect(
      [Number.NaN, -1, undefined].map((refuse_seconds) =>
        refusalSeconds({ ...(refuse_seconds === undefined ? {} : { refuse_seconds }) }),
      ),
    ).toEqual([5, 5, 5]);
    expect(refusalSeconds({ refuse_seconds: Number.POSITIVE_INFINITY })).toBe(365 * 24 * 3600);
  });

  it('S87 a framework of many tasks must be told of all of them at once, however much that is', async () => {
    const { port } = await lonelyMaster(cleanup, '--allocation_interval=20ms');
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, failover_timeout: 3600 });
    const offer = await scheduler.offer();
    const count = 1500;
    const labels = { labels: [{ key: 'k', value: 'x'.repeat(10_000) }] };
    const ids = Array.from({ length: count }, (_, at) => `t${at}`);
    const resources = scalars({ cpus: 0.001 });
    await scheduler.launch(
      offer,
      ids.map((id) => task(offer, id, { resources })),
    );
    await agent.heard('RUN_TASKS', count - 1);
    for (const id of ids) agent.update(scheduler.id, { task_id: { value: id } }, 'TASK_RUNNING', { labels });
    await until('all to run', () => scheduler.statuses.length === count);
    await scheduler.call('RECONCILE', { tasks: [] });
    await until('all to be told of', () => scheduler.statuses.length === 2 * count);
    expect(scheduler.ended).toBe(false);
  }, 20_000);

  it('S75 a thousand subscriptions must all be served, and one that stalls or breaks off must harm nobody', async () => {
    const { port } = await lonelyMaster(cleanup);
    const broken = new ScriptedScheduler(port);
    await broken.subscribe({ type: 'SUBSCRIBE', subscribe: { framework_info: INFO } });
    broken.disconnect();
    const many = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const scheduler = new ScriptedScheduler(port);
        cleanup.add(() => scheduler.disconnect());
        await scheduler.subscribe({ type: 'SUBSCRIBE', subscribe: { framework_info: INFO } });
        return scheduler;
      }),
    );
    await until('all to be subscribed', () => many.every(({ id }) => id !== ''), 20_000);
    expect(new Set(many.map(({ id }) => id)).size).toBe(1000);
    await scriptedAgent(cleanup, port);
    await until('somebody to be offered the agent', () => many.some(({ offers }) => offers.length > 0));
  }, 30_000);

  it('S75 a framework that does not read must be cut off when too much waits for it', async () => {
    const { port } = await lonelyMaster(cleanup);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, failover_timeout: 3600 });
    const other = await scriptedScheduler(cleanup, port);
    scheduler.stall();
    const data = Buffer.alloc(1_000_000).toString('base64');
    for (let sent = 0; sent < 30; sent += 1) {
      agent.send({ type: 'EXECUTOR_MESSAGE', frameworkId: scheduler.id, executorId: 'e', data });
    }
    await until('it to be cut off', async () => (await scheduler.call('REVIVE')).status === 403);
    expect((await other.call('REVIVE')).status).toBe(202);
  });

  it('S76 UPDATE_FRAMEWORK must change what can change, and refuse the rest', async () => {
    const { port } = await lonelyMaster(cleanup);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const offer = await scheduler.offer();
    const info = { ...MODERN, id: { value: scheduler.id } };
    expect(await scheduler.call('UPDATE_FRAMEWORK', { framework_info: { ...info, user: 'me' } })).toEqual({
      status: 400,
      text: "Supplied FrameworkInfo is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'me'",
    });
    expect(await scheduler.call('UPDATE_FRAMEWORK', { framework_info: { ...info, roles: ['web'] } })).toEqual({
      status: 200,
      text: '',
    });
    expect((await scheduler.heard('RESCIND')).offer_id).toEqual(offer.id);
    expect((await scheduler.offer(1)).allocation_info).toEqual({ role: 'web' });
    expect(agent.closed).toBe(false);
  });
});
