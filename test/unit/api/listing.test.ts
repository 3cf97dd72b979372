import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listClusters } from '../../../src/api/listing.js';
import type { ClusterIdentity } from '../../../src/model.js';
import { containerLabels, dockerName, networkLabels } from '../../../src/observed/labels.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { clusterSpec, desiredFrom } from '../../support/worlds.js';

const IMAGE = 'minimesos/simulator:0123456789ab';
const [component] = desiredFrom(clusterSpec()).components;

function identity(id: string, file: string): ClusterIdentity {
  return { id, file, name: `name of ${id}`, distribution: 'simulator', mesosVersion: '1.0.0' };
}

async function container(docker: FakeDocker, cluster: ClusterIdentity, index: number): Promise<string> {
  if (!component) throw new RangeError('no component');
  return docker.createContainer({
    name: `${dockerName(cluster.id)}-${index}`,
    image: IMAGE,
    hostname: 'x',
    env: {},
    labels: containerLabels(cluster, component, index, '1.0.0', ''),
    network: 'host',
    ports: [],
    mounts: [],
    privileged: false,
    hostPid: false,
    stopTimeout: 1,
  });
}

describe('C40 the clusters of an engine', () => {
  it('are all told, with how many of their components run', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'minimesos-listing-')));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [here, gone] = [identity('here', join(folder, 'minimesosFile')), identity('gone', join(folder, 'gone'))];
    writeFileSync(here.file, '');
    const docker = new FakeDocker({ images: [IMAGE] });
    await docker.createNetwork(dockerName(here.id), '172.30.0.0/21', networkLabels(here, '1.0.0'));
    await docker.startContainer(await container(docker, here, 0));
    await container(docker, here, 1);
    // Of this one somebody removed the network.
    await container(docker, gone, 0);
    docker.calls.length = 0;

    expect(await listClusters(docker)).toEqual([
      {
        ...gone,
        session: undefined,
        fileExists: false,
        createdAt: null,
        components: [{ id: 'zookeeper-0', state: 'created' }],
      },
      {
        ...here,
        session: undefined,
        fileExists: true,
        createdAt: '2020-01-01T00:00:01.000Z',
        components: [
          { id: 'zookeeper-0', state: 'running' },
          { id: 'zookeeper-1', state: 'created' },
        ],
      },
    ]);
    expect(docker.calls.sort()).toEqual(['listContainers', 'listNetworks']);
  });

  it('are none on an engine that only others use', async () => {
    expect(await listClusters(new FakeDocker())).toEqual([]);
  });
});
