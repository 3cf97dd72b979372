import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { FINISHED, RUNNING, SANDBOX_FILES, TORN_DOWN, UNREACHABLE } from './catalogue.js';
import { type Aliases, Judge } from './judge.js';
import { parseHead, readAnswer, readText, thereAreRecordings, WITHOUT } from './recordings.js';
import { call, play, RECORDED_MASTER, request, type Scene } from './scene.js';
import { type Event, recordedEvents, type Scheduler, subscribe } from './scheduler.js';
import { differences, type Json } from './shape.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const SCHED = 'mesos-1.11.0/sched';
const RECORDED_ID = '56890a1c-eeae-4d2b-9f34-a74300904609';
const RESOURCES = '--resources=cpus(*):2;mem(*):1024;disk(*):2000;ports(*):[31000-32000]';
const QUICK = ['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=1'];

// One scheduler's life from its subscription on; each test goes on where the one before left it.
describe.skipIf(!thereAreRecordings)(`a scheduler's life${WITHOUT}`, () => {
  const judge = new Judge();
  let scene: Scene;
  let scheduler: Scheduler;
  let ending = '';
  let sandbox = '';

  beforeAll(async () => {
    scene = await play(cleanup, { master: [...RECORDED_MASTER, ...QUICK], agents: [[RESOURCES], [RESOURCES]] });
    ending = join(cleanup.directory(), 'end');
    cleanup.add(() => writeFileSync(ending, ''));
  });

  // The recorded task ran on the first agent, whose id ended with S0.
  const workplace = () => {
    const found = scene.agents.find(({ agent }) => agent.id().endsWith('-S0'));
    if (found === undefined) throw new Error('no first agent');
    return found;
  };
  const ids = (text: string) => text.replaceAll(RECORDED_ID, scene.master.info.id);
  const aliases = (): Aliases => {
    const ports = scene.agents.map(({ agent }) => (agent.id().endsWith('-S0') ? 5051 : 5052));
    const named = scene.aliases(RECORDED_ID, ports);
    const container = /runs\/(.*)$/.exec(sandbox)?.[1];
    const run = container === undefined ? [] : [[container, RECORDED_RUN] as const];
    return [[workplace().workDirectory, '/var/mesos/a1'] as const, ...run, ...named];
  };
  const shown = (role: 'master' | 'agent', path: string) => {
    const port = role === 'master' ? scene.master.port : workplace().agent.port;
    return path.startsWith('/') ? request(port, path) : call(port, { type: path });
  };
  const acknowledge = async ({ update }: Event) => {
    const { status } = update as { status: { state: string; uuid: string; agent_id: Json; task_id: Json } };
    const name = `${SCHED}/acknowledge_${status.state}`;
    const body = JSON.parse(ids(readText(`${name}.request.json`)));
    body.acknowledge.uuid = status.uuid;
    expect(judge.remarks(name, await scheduler.call(body), aliases())).toEqual([]);
  };
  const updated = (state: string) =>
    until(state, () => scheduler.events.find((each) => JSON.stringify(each).includes(`"state":"${state}"`)), 15_000);

  it('S96 a subscription must be answered as recorded, and bring offers', async () => {
    const [head = ''] = readText(`${SCHED}/subscribe.raw`).split('\r\n\r\n');
    const [, body = ''] = readText(`${SCHED}/subscribe.raw.request`).split(/\r?\n\r?\n/);
    scheduler = await subscribe(cleanup, scene.master.port, body);
    const recorded = parseHead(head);
    expect(scheduler.head.status).toBe(recorded.status);
    expect(Object.keys(scheduler.head.headers).sort()).toEqual(Object.keys(recorded.headers).sort());
    await until('both agents to be offered', () => offers(scheduler.events).length === 2);
  });

  it('S96 a task must be launched with answers as recorded', async () => {
    const body = JSON.parse(ids(readText(`${SCHED}/accept.request.json`)));
    const offer = offers(scheduler.events).find(({ agent_id }) => agent_id.value === workplace().agent.id());
    body.accept.offer_ids = [offer?.id];
    // What is left must not be offered before it was looked at, as it was not then.
    body.accept.filters = { refuse_seconds: 3600 };
    const [launch] = body.accept.operations[0].launch.task_infos;
    launch.command.value = `echo hi; echo err >&2; env | sort; while [ ! -e ${ending} ]; do sleep 0.05; done`;
    expect(judge.remarks(`${SCHED}/accept`, await scheduler.call(body), aliases())).toEqual([]);
    await acknowledge(await updated('TASK_STARTING'));
    await acknowledge(await updated('TASK_RUNNING'));
    const shownPath = await until('the sandbox', async () => {
      const { body: debug } = await shown('agent', '/files/debug');
      return Object.values(JSON.parse(debug) as { [path: string]: string }).find((path) => path.includes('/runs/'));
    });
    sandbox = shownPath;
    await until('the output', async () =>
      (await request(workplace().agent.port, `/files/read?path=${sandbox}/stdout&offset=0`)).body.includes('PATH='),
    );
  });

  it.each(RUNNING)('S97 while a task runs, the answer must be as in %s', async (name, role, path) => {
    expect(judge.remarks(name, await shown(role, path), aliases())).toEqual([]);
  });

  it.each(SANDBOX_FILES)('S98 a file of the sandbox must be answered as in %s', async (name) => {
    const { url } = JSON.parse(readText(`${name}.meta`)) as { url: string };
    const here = ids(url.replaceAll(RECORDED_RUN, /runs\/(.*)$/.exec(sandbox)?.[1] ?? '')).replaceAll(
      '/var/mesos/a1',
      workplace().workDirectory,
    );
    const answer = await request(workplace().agent.port, here);
    if (!name.endsWith('files_download')) return expect(judge.remarks(name, answer, aliases())).toEqual([]);
    // Of the environment that the task wrote the names count.
    const names = (text: string) => text.split('\n').map((line) => line.split('=')[0]);
    const recorded = readAnswer(name);
    expect(judge.unlisted(name, differences(names(recorded.body) as Json, names(answer.body) as Json))).toEqual([]);
    expect(judge.remarks(name, { ...answer, body: recorded.body }, aliases())).toEqual([]);
  });

  it('S96 the events must be as recorded, in the recorded order', async () => {
    const before = scheduler.events.length;
    await scheduler.call({ framework_id: frameworkId(), type: 'REVIVE' });
    await scheduler.waitFor('OFFERS', before);
    writeFileSync(ending, '');
    await acknowledge(await updated('TASK_FINISHED'));
    await scheduler.waitFor('OFFERS', before + 2);
    const lifeOf = (events: Event[]) => events.filter(({ type }, index) => type !== 'HEARTBEAT' || index < 2);
    const recorded = lifeOf(recordedEvents(readText(`${SCHED}/subscribe.raw`)));
    const here = lifeOf(scheduler.events);
    expect(here.map(({ type }) => type)).toEqual(recorded.map(({ type }) => type));
    const found = here.flatMap((event, index) => differences(recorded[index] as Json, event, `/${index}`));
    expect(judge.unlisted(`${SCHED}/subscribe.raw`, found)).toEqual([]);
  });

  it.each(FINISHED)('S97 when a task has ended, the answer must be as in %s', async (name, role, path) => {
    await until(
      'the task to be over',
      async () => JSON.parse((await shown('master', '/state')).body).frameworks[0].completed_tasks.length === 1,
    );
    await until(
      'its executor to be over',
      async () => JSON.parse((await shown('agent', '/state')).body).completed_frameworks.length === 1,
    );
    expect(judge.remarks(name, await shown(role, path), aliases())).toEqual([]);
  });

  it('S96 a call without its stream must be refused, and a teardown answered, as recorded', async () => {
    const refused = JSON.parse(ids(readText(`${SCHED}/neg_nostreamid.request.json`)));
    expect(judge.remarks(`${SCHED}/neg_nostreamid`, await scheduler.call(refused, {}))).toEqual([]);
    const teardown = JSON.parse(ids(readText(`${SCHED}/teardown.request.json`)));
    expect(judge.remarks(`${SCHED}/teardown`, await scheduler.call(teardown))).toEqual([]);
  });

  it.each(TORN_DOWN)('S97 after the teardown the answer must be as in %s', async (name, role, path) => {
    expect(judge.remarks(name, await shown(role, path), aliases())).toEqual([]);
  });

  it.each(UNREACHABLE)('S97 with an unreachable agent the answer must be as in %s', async (name, role, path) => {
    await workplace().agent.close();
    await until(
      'it to be unreachable',
      async () => JSON.parse((await shown('master', '/state')).body).unreachable_slaves === 1,
      10_000,
    );
    expect(judge.remarks(name, await shown(role, path), aliases())).toEqual([]);
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });

  const frameworkId = () => ({ value: `${scene.master.info.id}-0000` });
});

const RECORDED_RUN = 'c4c74df7-7ae4-4466-9b1f-c491fb17febc';

type Offer = { id: Json; agent_id: { value: string } };

function offers(events: Event[]): Offer[] {
  return events.flatMap(({ type, offers: content }) =>
    type === 'OFFERS' ? (content as { offers: Offer[] }).offers : [],
  );
}
