import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup } from '../../../support/simulator.js';
import { ROLES } from './catalogue.js';
import { Judge } from './judge.js';
import { readText, thereAreRecordings, WITHOUT } from './recordings.js';
import { call, play, request, type Scene } from './scene.js';
import { recordedEvents, subscribe } from './scheduler.js';
import { differences, type Json } from './shape.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const RECORDED_ID = 'a0dcc477-28b3-417c-b8e2-c005a801aa75';
const RESOURCES =
  'cpus(*):4;cpus(cook):2.5;mem(*):1024;mem(cook):512;disk(*):2000;ports(*):[31000-32000,33000-33010];ports(cook):[34000-34010]';

describe.skipIf(!thereAreRecordings)(`an agent with reservations and attributes${WITHOUT}`, () => {
  const judge = new Judge();
  let scene: Scene;

  beforeAll(async () => {
    const attributes = '--attributes=cook-pool:mesos-gamma;rack:1;zones:[1-3];az:0a';
    const cni = ['--network_cni_config_dir=/tmp', '--network_cni_plugins_dir=/tmp'];
    scene = await play(cleanup, { agents: [[`--resources=${RESOURCES}`, attributes, ...cni]] });
  });

  const answer = (role: 'master' | 'agent', path: string) => {
    const port = role === 'master' ? scene.master.port : (scene.agents[0]?.agent.port ?? 0);
    return path.startsWith('/') ? request(port, path) : call(port, { type: path });
  };

  it.each(Object.entries(ROLES))('S20 S90 the answer must be as in %s', async (name, [role, path]) => {
    expect(judge.remarks(name, await answer(role, path), scene.aliases(RECORDED_ID, [5061]))).toEqual([]);
  });

  it('S92 resources, reservations and attributes must have the recorded values too', async () => {
    const shown = async (name: keyof typeof ROLES) => {
      const [role, path] = ROLES[name] ?? (['master', ''] as const);
      const answered = JSON.parse((await answer(role, path)).body);
      return [JSON.parse(readText(String(name))), answered];
    };
    const [slaves, hereSlaves] = await shown('mesos-1.11.0/roles/master_slaves.json');
    expect(valuesOf(hereSlaves.slaves[0])).toEqual(valuesOf(slaves.slaves[0]));
    const [agents, hereAgents] = await shown('mesos-1.11.0/roles/master_v1_GET_AGENTS.json');
    const infoOf = (json: { get_agents: { agents: { agent_info: Json; total_resources: Json }[] } }) => {
      const { agent_info, total_resources } = json.get_agents.agents[0] ?? {};
      return { ...valuesOf(agent_info as { [key: string]: Json }), total_resources };
    };
    expect(infoOf(hereAgents)).toEqual(infoOf(agents));
    const [roles, hereRoles] = await shown('mesos-1.11.0/roles/master_roles.json');
    expect(hereRoles).toEqual(roles);
  });

  it.each([
    ['subscribe_multi_role.raw', { roles: ['cook', '*'], capabilities: [{ type: 'MULTI_ROLE' }] }],
    ['subscribe_role_cook.raw', { role: 'cook' }],
  ])('S92 a framework must be offered what was recorded: %s', async (file, roles) => {
    const name = `mesos-1.11.0/roles/${file}`;
    const framework_info = { user: 'root', name: 'recorder', ...roles };
    const body = JSON.stringify({ type: 'SUBSCRIBE', subscribe: { framework_info } });
    const scheduler = await subscribe(cleanup, scene.master.port, body);
    const { framework_id } = (await scheduler.waitFor('SUBSCRIBED')).subscribed as { framework_id: Json };
    await scheduler.waitFor('OFFERS');
    expect((await scheduler.call({ type: 'TEARDOWN', framework_id })).status).toBe(202);
    const recorded = recordedEvents(readText(name));
    const here = scheduler.events.slice(0, recorded.length);
    expect(here.map(({ type }) => type)).toEqual(recorded.map(({ type }) => type));
    const found = here.flatMap((event, index) => differences(recorded[index] as Json, event, `/${index}`));
    expect(judge.unlisted(name, found)).toEqual([]);
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });
});

/** All about resources and attributes. */
function valuesOf(json: { [key: string]: Json }): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(json).filter(([key]) => /resources|attributes/.test(key)));
}
