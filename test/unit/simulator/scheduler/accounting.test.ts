import { afterEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../../../src/simulator/master/offers/ledger.js';
import { Refusals } from '../../../../src/simulator/master/offers/refusals.js';
import { bagOf, equalBags } from '../../../../src/simulator/mesos/resource-math.js';
import { type FrameworkInfo, taskFrom } from '../../../../src/simulator/mesos/shapes.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { amounts, lonelyMaster, MODERN, scalars, scriptedScheduler, task } from './playing.js';
import { NOTHING, scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';
const LASTING = { ...MODERN, failover_timeout: 3600 };
const RESOURCES = scalars({ cpus: 0.5, mem: 64 });
const CUSTOM = { executor_id: { value: 'e' }, resources: scalars({ cpus: 1, mem: 32 }), command: { value: 'true' } };
const ports = (begin: number, end = begin) =>
  bagOf([{ name: 'ports', type: 'RANGES', ranges: { range: [{ begin, end }] } }]);

describe('what adds up', () => {
  it('S71 a port that two tasks hold must be free only when both gave it back', () => {
    const ledger = new Ledger(ports(1, 9));
    ledger.claim('a', ports(1, 2));
    ledger.claim('b', ports(2, 3));
    expect(ledger.overdrawn).toBe(true);
    ledger.release('a');
    expect(equalBags(ledger.free, bagOf([...ranges([1, 1], [4, 9])]))).toBe(true);
    expect(ledger.overdrawn).toBe(false);
    ledger.release('b');
    expect(equalBags(ledger.free, ports(1, 9))).toBe(true);
  });

  it('S71 what runs on an agent unbeknown to its master must not be offered any more', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, LASTING);
    const offer = await scheduler.offer();
    const info = { ...LASTING, id: { value: scheduler.id } } as FrameworkInfo;
    const ran = { ...taskFrom(task(offer, 'a') as never, scheduler.id), state: 'TASK_RUNNING' as const };
    await scriptedAgent(cleanup, port, { id: agent.id, workload: { ...NOTHING, frameworks: [info], tasks: [ran] } });
    expect((await scheduler.heard('RESCIND')).offer_id).toEqual(offer.id);
    expect(amounts((await scheduler.offer(1)).resources)).toBe('cpus:1.5 disk:2000 mem:960 ports:[31000-32000]');
  });

  it('S71 an executor must take its part of what its ACCEPT has, so that tasks after it have less', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const offer = await scheduler.offer();
    await scheduler.launch(offer, [
      task(offer, 'brings', { command: undefined, executor: CUSTOM, resources: RESOURCES }),
      task(offer, 'too-much', { resources: scalars({ cpus: 1 }) }),
      task(offer, 'shares', { command: undefined, executor: CUSTOM, resources: RESOURCES }),
    ]);
    expect((await scheduler.toldOf('too-much', 'TASK_ERROR')).message).toContain('is more than available cpus');
    await agent.heard('RUN_TASKS', 1);
    expect(amounts((await scheduler.offer(1)).resources)).toBe('disk:2000 mem:864 ports:[31000-32000]');
  });

  it('S71 a group whose executor takes all must leave nothing to what comes after it', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port);
    const offer = await scheduler.offer();
    const executor = {
      executor_id: { value: 'e' },
      type: 'DEFAULT',
      resources: scalars({ cpus: 1, mem: 32, disk: 1 }),
    };
    const operations = [
      { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks: [task(offer, 'a'), task(offer, 'b')] } } },
      { type: 'LAUNCH', launch: { task_infos: [task(offer, 'c')] } },
    ];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations });
    await scheduler.toldOf('c', 'TASK_ERROR');
    expect(await agent.heard('RUN_TASKS')).toMatchObject({ group: true });
  });

  it('S71 reservations that an agent lost must be shown neither as reserved nor as used', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, { ...LASTING, roles: ['web'] });
    const offer = await scheduler.offer();
    const resources = scalars({ cpus: 1 }, { role: 'web', reservation: {} });
    const operations = [{ type: 'RESERVE', reserve: { resources } }];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations, filters: { refuse_seconds: 0 } });
    await agent.heard('UPDATE_RESOURCES');
    expect((await ask(port, '/slaves')).at('slaves', 0, 'reserved_resources')).toMatchObject({ web: { cpus: 1 } });
    agent.disconnect();
    await scriptedAgent(cleanup, port, { id: agent.id });
    const last = await until('it to be offered without them', () =>
      scheduler.offers.find((each, at) => at > 0 && amounts(each.resources).startsWith('cpus:2 ')),
    );
    expect(last.agent_id.value).toBe(agent.id);
    expect((await ask(port, '/slaves')).at('slaves', 0, 'reserved_resources')).toEqual({});
  });

  it('S78 what operations made of an offer must be offered again at once, whatever was refused of the rest', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, roles: ['web'] });
    const offer = await scheduler.offer();
    const resources = scalars({ cpus: 1 }, { role: 'web', reservation: {} });
    const operations = [{ type: 'RESERVE', reserve: { resources } }];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations, filters: { refuse_seconds: 3600 } });
    expect(amounts((await scheduler.offer(1)).resources)).toContain('cpus(web):1');
  });

  it('S78 what is refused again, and more with it, must be remembered once', () => {
    const refusals = new Refusals();
    const cpus = (value: number) => bagOf([{ name: 'cpus', type: 'SCALAR', scalar: { value } }]);
    for (let at = 1; at <= 1000; at += 1) refusals.add({ role: '*', agentId: 'a', bag: cpus(at), until: at });
    expect(refusals.count('*')).toBe(1);
    refusals.add({ role: '*', agentId: 'a', bag: cpus(5), until: 2000 });
    refusals.expire(1500);
    expect([refusals.cover('*', 'a', cpus(5)), refusals.cover('*', 'a', cpus(6))]).toEqual([true, false]);
  });
});

function ranges(...pairs: [number, number][]) {
  const range = pairs.map(([begin, end]) => ({ begin, end }));
  return [{ name: 'ports', type: 'RANGES', ranges: { range } }];
}
