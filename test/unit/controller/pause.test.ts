import { describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import { nothingOf } from '../../../src/desired.js';
import { MinimesosError } from '../../../src/errors.js';
import { markerLabels, markerName } from '../../../src/observed/labels.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { following, linesFrom } from '../../support/following.js';
import { clusterSpec, desiredFrom } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const { cluster } = desired;
const nothing = nothingOf(cluster);
const name = (id: string) => `minimesos-${cluster.id}-${id}`;
const options = { timeoutMs: 60_000, listener: NOBODY };

const pause = (docker: FakeDocker) =>
  docker.createVolume(markerName(cluster.id, 'paused'), markerLabels(cluster, '1', 'paused'));
const resume = (docker: FakeDocker) => docker.removeVolume(markerName(cluster.id, 'paused'));

/** A paused cluster of which one stopped. */
async function pausedAndHurt(): Promise<FakeDocker> {
  const docker = new FakeDocker();
  await converge(fakeWorld(desired, docker), options);
  await pause(docker);
  docker.crash(name('agent-0'), 1);
  docker.writes.length = 0;
  return docker;
}

describe('L26 in a paused cluster', () => {
  it('who is to bring it into line does nothing and says since when it is paused', async () => {
    const docker = await pausedAndHurt();
    const end = converge(fakeWorld(desired, docker), options);
    await expect(end).rejects.toMatchObject({
      code: 'CLUSTER_PAUSED',
      message: expect.stringMatching(/paused since 2020-01-01T/),
    });
    expect(docker.writes).toEqual([]);
  });

  it('who finds it as it should be is content', async () => {
    const docker = new FakeDocker();
    await converge(fakeWorld(desired, docker), options);
    await pause(docker);
    expect(await converge(fakeWorld(desired, docker), options)).toMatchObject({ converged: true, steps: [] });
  });

  it('nothing begins, were there nothing at all', async () => {
    const docker = new FakeDocker();
    await pause(docker);
    docker.writes.length = 0;
    await expect(converge(fakeWorld(desired, docker), options)).rejects.toMatchObject({ code: 'CLUSTER_PAUSED' });
    expect(docker.writes).toEqual([]);
  });

  it('it is destroyed all the same', async () => {
    const docker = await pausedAndHurt();
    expect(await converge(fakeWorld(nothing, docker), options)).toMatchObject({ converged: true });
    expect(await docker.listContainers({})).toEqual([]);
  });

  it('a destroy that fails says what failed', async () => {
    const docker = await pausedAndHurt();
    docker.failNext('removeVolume', new MinimesosError('FOLDER_UNWRITABLE', 'permission denied'));
    const { converged, failures } = await converge(fakeWorld(nothing, docker), options);
    expect(converged).toBe(false);
    expect([...failures.values()]).toMatchObject([{ code: 'FOLDER_UNWRITABLE' }]);
  });

  it('who watches does nothing until it is resumed, and tells what would be done', async () => {
    const watched = following(desired);
    const { docker } = watched;
    await watched.converged();
    watched.started.length = 0;
    await pause(docker);
    docker.crash(name('agent-0'), 1);
    watched.poke();
    const { component, settled } = await watched.until((seen) => seen.observed.pausedSince !== undefined);
    expect(component('agent-0')?.reason).toContain('start, stopped with exit code 1');
    expect(settled).toBe('stuck');
    const { at } = await watched.until(() => true);
    await watched.until((seen) => seen.at - at > 120_000);
    expect(watched.started).toEqual([]);
    await resume(docker);
    watched.poke();
    await watched.converged();
    expect(linesFrom(watched.started)).toEqual(['start agent-0']);
  });
});
