import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, send, until } from '../../../support/simulator.js';
import { amounts, INFO, lonelyMaster, MODERN, scalars, scriptedScheduler, task } from './playing.js';
import { scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';
const WITH_RESERVED = 'cpus:4;mem:1024;cpus(cook):2.5;mem(cook):512;ports(cook):[34000-34010]';
const CAPABLE = (...types: string[]) => ({ capabilities: types.map((type) => ({ type })) });

describe('offers', () => {
  it('S77 reserved resources must be offered to their role only, in the form that the framework reads', async () => {
    const { port } = await lonelyMaster(cleanup);
    const attributes = [{ name: 'rack', type: 'TEXT' as const, text: { value: 'a' } }];
    await scriptedAgent(cleanup, port, { resources: WITH_RESERVED, attributes });

    const multi = await scriptedScheduler(cleanup, port, { ...MODERN, roles: ['*', 'cook'] });
    const [everybodys, cooks] = [await multi.offer(0), await multi.offer(1)];
    expect(everybodys).toMatchObject({ allocation_info: { role: '*' }, attributes });
    expect(everybodys.resources).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 4 },
      role: '*',
      allocation_info: { role: '*' },
    });
    expect(cooks.allocation_info).toEqual({ role: 'cook' });
    expect(cooks.resources).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 2.5 },
      role: 'cook',
      allocation_info: { role: 'cook' },
    });
    await multi.call('TEARDOWN');

    const plain = await scriptedScheduler(cleanup, port, { ...INFO, role: 'cook' });
    const offer = await plain.offer();
    expect(offer).not.toHaveProperty('allocation_info');
    expect(amounts(offer.resources)).toBe('cpus(cook):2.5 cpus:4 mem(cook):512 mem:1024 ports(cook):[34000-34010]');
    expect(offer.resources[0]).not.toHaveProperty('allocation_info');
    await plain.call('TEARDOWN');

    const info = { ...INFO, roles: ['cook'], ...CAPABLE('MULTI_ROLE', 'RESERVATION_REFINEMENT') };
    const refined = await scriptedScheduler(cleanup, port, info);
    const cpus = (await refined.offer()).resources.filter(({ name }) => name === 'cpus');
    expect(cpus).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 2.5 },
      reservations: [{ type: 'STATIC', role: 'cook' }],
      allocation_info: { role: 'cook' },
    });
    expect(cpus).toContainEqual({
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 4 },
      allocation_info: { role: 'cook' },
    });
    await refined.call('TEARDOWN');

    const other = await scriptedScheduler(cleanup, port, { ...INFO, role: 'web' });
    expect(amounts((await other.offer()).resources)).toBe('cpus:4 mem:1024');
  });

  it('S78 what was declined must not come again before its time, more than that at once, and all of it after REVIVE', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const other = await scriptedScheduler(cleanup, port);
    await scheduler.call('DECLINE', { offer_ids: [(await scheduler.offer()).id], filters: { refuse_seconds: 1000 } });
    const theirs = await other.offer();
    await other.launch(theirs, [task(theirs, 't')], { refuse_seconds: 1000 });
    await other.call('SUPPRESS');
    await scriptedAgent(cleanup, port, { port: 5052 });
    const fresh = await scheduler.offer(1);
    expect(fresh.agent_id).not.toEqual(theirs.agent_id);
    expect(scheduler.offers).toHaveLength(2);
    await scheduler.call('REVIVE');
    expect(amounts((await scheduler.offer(2)).resources)).toBe('cpus:1.5 disk:2000 mem:960 ports:[31000-32000]');
  });

  it('S78 a role that is suppressed must be offered nothing until it is revived', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const quiet = await scriptedScheduler(cleanup, port, MODERN, { suppressed_roles: ['*'] });
    await scriptedAgent(cleanup, port);
    const other = await scriptedScheduler(cleanup, port);
    await other.call('DECLINE', { offer_ids: [(await other.offer()).id], filters: { refuse_seconds: 0 } });
    await other.offer(1);
    expect(quiet.offers).toEqual([]);
    await other.call('TEARDOWN');
    await quiet.call('REVIVE', { roles: ['*'] });
    await quiet.offer();
  });

  it('S79 agents must be shared out fairly between frameworks, and between roles', async () => {
    const { port } = await lonelyMaster(cleanup);
    const inRole = (role: string) => scriptedScheduler(cleanup, port, { ...MODERN, roles: [role] });
    const [a1, a2, b] = [await inRole('a'), await inRole('a'), await inRole('b')];
    for (let at = 0; at < 4; at += 1) {
      await scriptedAgent(cleanup, port, { port: 5051 + at });
      await until('the agent to be offered', () => a1.offers.length + a2.offers.length + b.offers.length === at + 1);
    }
    expect([a1.offers.length, a2.offers.length, b.offers.length]).toEqual([1, 1, 2]);
  });

  it('S80 an offer must be rescinded when its time is up, and when its agent breaks off, is deactivated or drained', async () => {
    const { port } = await lonelyMaster(cleanup, '--offer_timeout=100ms', QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const first = await scheduler.offer();
    expect((await scheduler.heard('RESCIND')).offer_id).toEqual(first.id);
    await scheduler.offer(1);
    agent.disconnect();
    await until('all to be rescinded', () => scheduler.all('RESCIND').length === scheduler.offers.length);

    const { port: other } = await lonelyMaster(cleanup, QUICK);
    const deactivated = await scriptedAgent(cleanup, other);
    const watcher = await scriptedScheduler(cleanup, other);
    await watcher.offer();
    const on = { agent_id: { value: deactivated.id } };
    await send(other, '/api/v1', { type: 'DEACTIVATE_AGENT', deactivate_agent: on });
    await watcher.heard('RESCIND');
    await send(other, '/api/v1', { type: 'REACTIVATE_AGENT', reactivate_agent: on });
    await watcher.offer(1);
    await send(other, '/api/v1', { type: 'DRAIN_AGENT', drain_agent: on });
    await watcher.heard('RESCIND', 1);
    expect(await deactivated.heard('DRAIN')).toEqual({ type: 'DRAIN' });
  });

  it('S80 an offer of an agent in a maintenance schedule must say when the agent is away', async () => {
    const { port } = await lonelyMaster(cleanup);
    const unavailability = { start: { nanoseconds: 2_000_000_000_000_000_000 }, duration: { nanoseconds: 1000 } };
    const windows = [{ machine_ids: [{ hostname: '10.0.0.2', ip: '10.0.0.2' }], unavailability }];
    await send(port, '/maintenance/schedule', { windows });
    await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    expect(await scheduler.offer()).toMatchObject({ unavailability });
  });

  it("S81 an offer that does not stand, or is another framework's, must cost its tasks and nothing else", async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const offer = await scheduler.offer();
    const bogus = { ...offer, id: { value: 'bogus' } };
    await scheduler.launch(bogus, [task(offer, 'aware')]);
    expect(await scheduler.toldOf('aware', 'TASK_DROPPED')).toMatchObject({
      reason: 'REASON_INVALID_OFFERS',
      source: 'SOURCE_MASTER',
      message: 'Task launched with invalid offers: Offer bogus is no longer valid',
    });
    const plain = await scriptedScheduler(cleanup, port, INFO);
    await plain.launch(offer, [task(offer, 'unaware')]);
    const { message, uuid } = await plain.toldOf('unaware', 'TASK_LOST');
    expect(message).toContain(`has invalid framework ${scheduler.id} while framework ${plain.id} is expected`);
    expect(uuid).toBeUndefined();
    expect(scheduler.all('RESCIND')).toEqual([]);
    await scheduler.call('DECLINE', { offer_ids: [{ value: 'bogus' }, offer.id], filters: { refuse_seconds: 0 } });
    await until('the agent to be offered again', () => scheduler.offers.length + plain.offers.length > 1);
  });

  it('S81 several offers of one agent must be taken together', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const whole = await scheduler.offer();
    await scheduler.launch(whole, [task(whole, 'a', { resources: scalars({ cpus: 1.5, mem: 500 }) })]);
    const rest = await scheduler.offer(1);
    agent.update(scheduler.id, task(whole, 'a'), 'TASK_FINISHED');
    const freed = await scheduler.offer(2);
    const operations = [
      { type: 'LAUNCH', launch: { task_infos: [task(whole, 'b', { resources: scalars({ cpus: 2, mem: 1024 }) })] } },
    ];
    await scheduler.call('ACCEPT', { offer_ids: [rest.id, freed.id], operations });
    expect(await agent.heard('RUN_TASKS', 1)).toMatchObject({ tasks: [{ name: 'b' }] });
  });
});
