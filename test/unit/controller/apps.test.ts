import { beforeEach, describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { desiredOf } from '../../../src/desired.js';
import type { Desired } from '../../../src/model.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { type FakeWorld, fakeWorld, NOBODY } from '../../support/fake-world.js';
import { clusterSpec, desiredFrom } from '../../support/worlds.js';

const spec = clusterSpec({ marathon: { cmd: '', apps: [], env: {} } });
const { cluster } = desiredFrom(spec);
const NOTHING: Desired = { cluster, components: [], apps: [], unreachable: [], notes: [] };

function wanting(...ids: string[]): Desired {
  const apps = ids.map((id) => ({
    type: 'app' as const,
    id,
    source: `${id.slice(1)}.json`,
    text: JSON.stringify({ id, cmd: 'sleep 1' }),
    appIds: [id],
  }));
  return desiredOf({ spec, cluster, simulatorImage: 'minimesos/simulator:0123456789ab', apps });
}

let world: FakeWorld;
beforeEach(() => {
  world = fakeWorld(wanting('/a', '/b'), new FakeDocker());
});
const run = (desired: Desired) => {
  world.want(desired);
  return converge(world, { timeoutMs: 60_000, listener: NOBODY });
};

describe('L38 a controller with apps', () => {
  it('L38 converges when Marathon has them, and then does nothing', async () => {
    expect((await run(wanting('/a', '/b'))).converged).toBe(true);
    expect(world.marathon.asked).toEqual(['deploy /a', 'deploy /b']);
    expect((await run(wanting('/a', '/b'))).steps).toEqual([]);
  });

  it('L38 gives up on one that Marathon refuses, and not on the others', async () => {
    world.marathon.refused.add('/a');
    const { converged, failures, pass } = await run(wanting('/a', '/b'));
    expect(converged).toBe(false);
    expect([...failures].map(([id, { code }]) => [id, code])).toEqual([['app:/a', 'APP_REFUSED']]);
    expect(pass.components.filter(({ phase }) => phase !== 'ready').map(({ id }) => id)).toEqual(['app:/a']);
    expect(world.marathon.asked).toEqual(['deploy /a', 'deploy /b']);
  });

  it('L40 waits for tasks that do not run, until the time is over', async () => {
    world.marathon.stuck.add('/a');
    const { converged, timedOut, failures } = await run(wanting('/a'));
    expect({ converged, timedOut, failures: failures.size }).toEqual({ converged: false, timedOut: true, failures: 0 });
  });

  it('L41 ends the apps before it removes anything', async () => {
    await run(wanting('/a'));
    const { converged, steps } = await run(NOTHING);
    expect(converged).toBe(true);
    expect(steps[0]).toMatchObject({ verb: 'undeploy', component: 'app:/a' });
    expect(await world.docker.listContainers({})).toEqual([]);
  });

  it('L41 removes the cluster also where an app does not end', async () => {
    await run(wanting('/a'));
    world.marathon.refused.add('/a');
    await run(NOTHING);
    expect(await world.docker.listContainers({})).toEqual([]);
  });
});
