import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { reap } from '../../../src/api/reap.js';
import type { ClusterIdentity } from '../../../src/model.js';
import {
  addedLabels,
  dockerName,
  markerLabels,
  markerName,
  networkLabels,
  selector,
} from '../../../src/observed/labels.js';
import { thisSession, writeSession } from '../../../src/session.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { NO_SUCH_PID } from '../../support/locks.js';

let docker: FakeDocker;

beforeEach(() => {
  docker = new FakeDocker({ images: ['mine:1'] });
});

async function sessionOf(over: object): Promise<string> {
  return writeSession({ ...(await thisSession()), ...over });
}

/** A network, a container on it and a mark, as a process leaves them. */
async function leftBy(session: string | undefined, id: string): Promise<ClusterIdentity> {
  const file = '/project/minimesosFile';
  const cluster = { id, file, name: id, distribution: 'simulator', mesosVersion: '1.0.0', ...(session && { session }) };
  const number = (await docker.listNetworks(null)).length;
  const network = await docker.createNetwork(
    dockerName(id),
    `172.30.${number * 8}.0/21`,
    networkLabels(cluster, '1.0.0'),
  );
  const container = await docker.createContainer({
    name: `${dockerName(id)}-added-mine`,
    image: 'mine:1',
    hostname: 'mine',
    env: {},
    labels: addedLabels(cluster, '1.0.0'),
    network: { name: network.name, ip: `172.30.${number * 8}.9`, aliases: [] },
    ports: [],
    mounts: [],
    privileged: false,
    hostPid: false,
    stopTimeout: 10,
  });
  await docker.startContainer(container);
  await docker.createVolume(markerName(id, 'paused'), markerLabels(cluster, '1.0.0', 'paused'));
  return cluster;
}

async function left(): Promise<string[]> {
  const ours = selector();
  const all = await Promise.all([docker.listContainers(ours), docker.listNetworks(ours), docker.listVolumes(ours)]);
  return [...new Set(all.flat().map(({ labels }) => labels['org.minimesos.cluster'] ?? ''))].sort();
}

describe('A12 the next start', () => {
  it('must remove all that a dead process left, and tell which clusters that were', async () => {
    await leftBy(await sessionOf({ pid: NO_SUCH_PID }), 'dead-1');
    await leftBy(await sessionOf({ started: 'another time' }), 'dead-2');
    expect((await reap(docker)).sort()).toEqual(['dead-1', 'dead-2']);
    expect(await left()).toEqual([]);
    expect(await reap(docker)).toEqual([]);
  });

  it('must not touch what may be in use: by this process, another machine, or nobody who can be asked', async () => {
    await leftBy(await sessionOf({}), 'alive');
    await leftBy(await sessionOf({ pid: NO_SUCH_PID, machine: 'another machine' }), 'elsewhere');
    await leftBy(undefined, 'by-hand');
    await leftBy('what is this', 'unknown');
    expect(await reap(docker)).toEqual([]);
    expect(await left()).toEqual(['alive', 'by-hand', 'elsewhere', 'unknown']);
  });

  it('must not touch a cluster that somebody else changed since', async () => {
    const { session: _, ...taken } = await leftBy(await sessionOf({ pid: NO_SUCH_PID }), 'taken-over');
    await docker.createVolume(dockerName('taken-over', 'agent-0'), markerLabels(taken, '1.0.0', 'lock'));
    expect(await reap(docker)).toEqual([]);
    expect(await left()).toEqual(['taken-over']);
  });

  it('must not be waited for once the signal aborts, whatever the engine does', async () => {
    docker.listContainers = () => new Promise(() => {});
    const abort = new AbortController();
    const reaped = reap(docker, abort.signal);
    abort.abort();
    await expect(reaped).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(reap(docker, abort.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('must remove the folder that was made for the cluster, and no other', async () => {
    const made = async (prefix: string) => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'minimesosFile'), '');
      return folder;
    };
    const [own, other] = [await made('minimesos-cluster-'), await made('minimesos-somebody-')];
    await leftBy(await sessionOf({ pid: NO_SUCH_PID, folder: own }), 'with-folder');
    await leftBy(await sessionOf({ pid: NO_SUCH_PID, folder: other }), 'with-another');
    expect(await reap(docker)).toHaveLength(2);
    expect([existsSync(own), existsSync(other)]).toEqual([false, true]);
  });
});
