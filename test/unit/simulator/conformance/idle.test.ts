import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup } from '../../../support/simulator.js';
import { AGENT_PATHS, MASTER_PATHS, V1_CALLS } from './catalogue.js';
import { Judge } from './judge.js';
import { thereAreRecordings, WITHOUT } from './recordings.js';
import { call, play, request, type Scene } from './scene.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const RECORDED_ID = '56890a1c-eeae-4d2b-9f34-a74300904609';
const RESOURCES = '--resources=cpus(*):2;mem(*):1024;disk(*):2000;ports(*):[31000-32000]';

describe.skipIf(!thereAreRecordings)(`a master and two agents that do nothing${WITHOUT}`, () => {
  const judge = new Judge();
  let scene: Scene;

  beforeAll(async () => {
    scene = await play(cleanup, { agents: [[RESOURCES], [RESOURCES]] });
  });

  const aliases = () => scene.aliases(RECORDED_ID, [5051, 5052]);

  it.each(Object.entries(MASTER_PATHS))('S20 S21 S90 the master must answer as in %s: %s', async (name, path) => {
    expect(judge.remarks(name, await request(scene.master.port, path), aliases())).toEqual([]);
  });

  it.each(Object.entries(AGENT_PATHS))('S20 S21 S90 the agent must answer as in %s: %s', async (name, path) => {
    const { agent } = scene.agents[0] ?? {};
    expect(judge.remarks(name, await request(agent?.port ?? 0, path), aliases())).toEqual([]);
  });

  it.each(V1_CALLS)('S20 S22 S90 a v1 call must be answered as in %s', async (name, role, body) => {
    const port = role === 'master' ? scene.master.port : (scene.agents[0]?.agent.port ?? 0);
    expect(judge.remarks(name, await call(port, body), aliases())).toEqual([]);
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });
});
