import { afterAll, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { Judge } from './judge.js';
import { readText, thereAreRecordings, WITHOUT } from './recordings.js';
import { play, request, type Settings } from './scene.js';
import { type Event, subscribe } from './scheduler.js';
import { differences, type Json } from './shape.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

type State = { [key: string]: Json };

const SETTINGS: Settings = {
  version: '1.0.0',
  master: ['--cluster=TestCluster', '--log_dir=/tmp', '--registry=in_memory', '--no-hostname_lookup'],
  agents: [['--resources=cpus:4;mem:1024;disk:2000;ports:[31000-32000]']],
};

/** As that Marathon registered, and one task of it; it was Docker's then. */
const MARATHON = {
  user: 'root',
  name: 'marathon',
  role: '*',
  failover_timeout: 604_800,
  checkpoint: true,
  hostname: 'aaea9af08b07',
  webui_url: 'http://aaea9af08b07:8080',
};
const TASK = {
  name: 'postgres',
  task_id: { value: 'postgres.6c0ad1b7-26be-11e8-a7a4-0242ac110006' },
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } },
    { name: 'mem', type: 'SCALAR', scalar: { value: 128 } },
    { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31_034, end: 31_034 }] } },
  ],
  discovery: { visibility: 'FRAMEWORK', name: 'postgres', ports: { ports: [{ number: 31_034, protocol: 'tcp' }] } },
};

describe.skipIf(!thereAreRecordings)(`Mesos 1.0.0${WITHOUT}`, () => {
  const judge = new Judge();

  it('S20 S94 the state of a cluster that does nothing must be as recorded, and /state.json must answer too', async () => {
    const { master, agents } = await play(cleanup, SETTINGS);
    const recorded = { ...(JSON.parse(readText('mesos-1.0.0/master-state.json')) as State), frameworks: [] };
    for (const path of ['/state', '/state.json', '/master/state.json']) {
      const found = differences(recorded, JSON.parse((await request(master.port, path)).body));
      expect(judge.unlisted('mesos-1.0.0/master-state.json', found)).toEqual([]);
    }
    expect((await request(agents[0]?.agent.port ?? 0, '/state.json')).status).toBe(200);
  });

  it.each([
    ['runs', 'mesos-1.0.0/master-state-with-tasks.json', 'postgres', 'sleep 1000', 'tasks'],
    ['has ended', 'mesos-1.0.0/master-state.json', 'weave-scope', 'true', 'completed_tasks'],
  ])('S94 the state must be as recorded when a task %s: %s', async (_when, name, task, command, list) => {
    const { master } = await play(cleanup, SETTINGS);
    const body = { type: 'SUBSCRIBE', subscribe: { framework_info: MARATHON } };
    const scheduler = await subscribe(cleanup, master.port, JSON.stringify(body));
    const subscribed = await scheduler.waitFor('SUBSCRIBED');
    const { framework_id } = subscribed.subscribed as { framework_id: Json };
    cleanup.add(() => scheduler.call({ type: 'TEARDOWN', framework_id }));
    const { offers } = (await scheduler.waitFor('OFFERS')).offers as { offers: { id: Json; agent_id: Json }[] };
    const task_infos = [{ ...TASK, name: task, agent_id: offers[0]?.agent_id ?? null, command: { value: command } }];
    const operations = [{ type: 'LAUNCH', launch: { task_infos } }];
    const accept = { offer_ids: [offers[0]?.id ?? null], operations, filters: { refuse_seconds: 3600 } };
    await scheduler.call({ type: 'ACCEPT', framework_id, accept });
    // Nothing was offered when it was recorded.
    await scheduler.call({ type: 'SUPPRESS', framework_id });
    const acknowledged = new Set<Event>();
    const state = await until(`a task among ${list}`, async () => {
      for (const event of scheduler.events.filter(({ type }) => type === 'UPDATE')) {
        if (acknowledged.has(event)) continue;
        acknowledged.add(event);
        const { status } = event.update as { status: { agent_id: Json; task_id: Json; uuid: Json } };
        const { agent_id, task_id, uuid } = status;
        await scheduler.call({ type: 'ACKNOWLEDGE', framework_id, acknowledge: { agent_id, task_id, uuid } });
      }
      const shown = JSON.parse((await request(master.port, '/state')).body);
      const [first] = shown.frameworks[0]?.[list] ?? [];
      return first !== undefined && /RUNNING|FINISHED/.test(first.state) ? shown : null;
    });
    expect(judge.unlisted(name, differences(JSON.parse(readText(name)), state))).toEqual([]);
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });
});
