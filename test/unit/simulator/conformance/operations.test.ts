import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup } from '../../../support/simulator.js';
import { OPERATIONS } from './catalogue.js';
import { Judge } from './judge.js';
import { readText, thereAreRecordings, WITHOUT } from './recordings.js';
import { call, play, request, type Scene } from './scene.js';
import { subscribe } from './scheduler.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const RECORDED_ID = '56890a1c-eeae-4d2b-9f34-a74300904609';
/** The metrics are of another run. */
const METRICS_ID = 'fd853b21-aae8-4a77-b9f9-c335007f2b91';
const RECORDED_AGENT_ID = `${RECORDED_ID}-S1`;
const RESOURCES = '--resources=cpus(*):2;mem(*):1024;disk(*):2000;ports(*):[31000-32000]';

describe.skipIf(!thereAreRecordings)(`what an operator asks for${WITHOUT}`, () => {
  const judge = new Judge();
  let scene: Scene;

  beforeAll(async () => {
    scene = await play(cleanup, { agents: [[RESOURCES], [RESOURCES]], cameBack: true });
  });

  // Of the two agents the second is dealt with, as it was then.
  const second = () => {
    const [, agent] = scene.agents;
    if (agent === undefined) throw new Error('no second agent');
    return agent.agent;
  };

  const answer = (name: string) => {
    const { port } = name.includes('/agent_') ? second() : scene.master;
    if (name.endsWith('.json')) return request(port, name.includes('/slaves_') ? '/slaves' : '/state');
    return call(port, JSON.parse(readText(`${name}.request.json`).replaceAll(RECORDED_AGENT_ID, second().id())));
  };

  // While metrics were asked for two frameworks of this name were there.
  const withFrameworks = async (name: string) => {
    const body = JSON.stringify({ type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'root', name: 'rec2' } } });
    const schedulers = [];
    for (const _ of [1, 2]) schedulers.push(await subscribe(cleanup, scene.master.port, body));
    const subscribed = await Promise.all(schedulers.map((each) => each.waitFor('SUBSCRIBED')));
    const answered = await answer(name);
    for (const event of subscribed) {
      const { framework_id } = event.subscribed as { framework_id: { value: string } };
      const form = { method: 'POST', body: `frameworkId=${framework_id.value}` };
      expect((await request(scene.master.port, '/teardown', form)).status).toBe(200);
    }
    return answered;
  };

  it.each(OPERATIONS)('S22 S91 the answer must be as in %s', async (name) => {
    const ofMetrics = name.endsWith('GET_METRICS');
    const aliases = scene.aliases(ofMetrics ? METRICS_ID : RECORDED_ID, [5051, 5052]);
    expect(judge.remarks(name, await (ofMetrics ? withFrameworks : answer)(name), aliases)).toEqual([]);
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });
});
