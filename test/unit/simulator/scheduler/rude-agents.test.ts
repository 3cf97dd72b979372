import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MessageSplitter, UPGRADE_PATH, UPGRADE_TOKEN } from '../../../../src/simulator/mesos/agent-protocol.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { lonelyMaster, MODERN, scriptedScheduler, task } from './playing.js';
import { scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';
const LASTING = { ...MODERN, failover_timeout: 3600 };
const active = async (port: number) => (await ask(port, '/slaves')).at('slaves', 0, 'active');

describe('agents that do as they should not', () => {
  it.each([
    { type: 'UPDATE', frameworkId: '$FRAMEWORK' },
    { type: 'UPDATE', frameworkId: '$FRAMEWORK', status: null },
    { type: 'UPDATE', frameworkId: '$FRAMEWORK', status: { task_id: {} } },
  ])('S19 a message that is none must cost its agent the connection, and nobody else anything: %j', async (message) => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    await scheduler.offer();
    agent.send(JSON.parse(JSON.stringify(message).replace('$FRAMEWORK', scheduler.id)));
    await until('the connection to be closed', () => agent.closed);
    await until('the agent to be inactive', async () => (await active(port)) === false);
    expect((await scheduler.call('REVIVE')).status).toBe(202);
  });

  it('S19 an agent that comes back with rubbish must be sent off, and one with sense be taken', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const workload = { frameworks: 1, tasks: {} } as never;
    const rude = await scriptedAgent(cleanup, port, { id: 'before-S0', workload });
    await until('the connection to be closed', () => rude.closed);
    const scheduler = await scriptedScheduler(cleanup, port);
    const fine = await scriptedAgent(cleanup, port, { id: 'before-S0' });
    expect((await scheduler.offer()).agent_id).toEqual({ value: fine.id });
  });

  it('S19 types that nobody knows must be ignored', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    agent.send({ type: 'NEWER' } as never);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    const offer = await scheduler.offer();
    await scheduler.launch(offer, [task(offer, 'a')]);
    await agent.heard('RUN_TASKS');
    expect(agent.closed).toBe(false);
  });

  it('S24 of two connections of one agent the earlier must not count any more, whatever it says', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const early = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    cleanup.add(() => early.destroy());
    early.on('error', () => {});
    let heard = '';
    early.on('data', (chunk) => (heard += chunk.toString()));
    early.write(`GET ${UPGRADE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${UPGRADE_TOKEN}\r\n\r\n`);
    const info = { hostname: '10.0.0.2', port: 5051, resources: [], attributes: [] };
    const announced = JSON.stringify({ type: 'REGISTER', info, ip: '10.0.0.2', version: '1.11.0' });
    early.write(`${announced}\n`);
    const id = await until('it to be registered', () => /"agentId":"([^"]+)"/.exec(heard)?.[1]);
    const later = await scriptedAgent(cleanup, port, { id });
    let ended = false;
    early.on('close', () => (ended = true));
    early.write('{"type":"UNREGISTER"}\n');
    early.end();
    await until('the earlier to end', () => ended);
    const scheduler = await scriptedScheduler(cleanup, port);
    expect((await scheduler.offer()).agent_id).toEqual({ value: id });
    expect(later.closed).toBe(false);
  });

  it('S86 a task of an agent that is replaced must not be told of by the old one', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const old = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    const offer = await scheduler.offer();
    await scheduler.launch(offer, [task(offer, 'a')]);
    await old.heard('RUN_TASKS');
    const fresh = await scriptedAgent(cleanup, port);
    expect(fresh.id).not.toBe(old.id);
    expect((await scheduler.toldOf('a', 'TASK_GONE')).message).toContain('same address');
    old.update(scheduler.id, task(offer, 'a'), 'TASK_FINISHED');
    await until('the old connection to end', () => old.closed);
    expect(scheduler.statuses.map(({ state }) => state)).toEqual(['TASK_GONE']);
    expect((await ask(port, '/state')).at('frameworks', 0, 'completed_tasks')).toMatchObject([{ id: 'a' }]);
  });

  it('S19 a message of many chunks must be cut out in one go over all of them', () => {
    const splitter = new MessageSplitter();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    expect([...splitter.push(Buffer.from('{"type":"A","a":"'))]).toEqual([]);
    for (let at = 0; at < 512; at += 1) expect([...splitter.push(chunk)]).toEqual([]);
    const [first, second, ...more] = splitter.push(Buffer.from('é"}\n{"type":"B"}\n{"ty'));
    expect(String(first?.a)).toHaveLength(512 * chunk.length + 1);
    expect(second).toEqual({ type: 'B' });
    expect(more).toEqual([]);
    expect([...splitter.push(Buffer.from('pe":"C"}\nrubbish\n'))]).toEqual([{ type: 'C' }, null]);
  }, 2000);
});
