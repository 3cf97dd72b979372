/** What others did to a cluster by hand, as a look sees it. */

import { beforeEach, describe, expect, it } from 'vitest';
import { converge } from '../../../src/controller.js';
import type { CreateContainer } from '../../../src/docker/docker.js';
import type { Observed } from '../../../src/model.js';
import { markerLabels, markerName } from '../../../src/observed/labels.js';
import { observe } from '../../../src/observed/observe.js';
import { Particulars } from '../../../src/observed/particulars.js';
import type { Prober } from '../../../src/observed/probe.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { NO_APPS } from '../../support/fake-marathon.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { clusterSpec, desiredFrom } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const { cluster } = desired;
const ours = (id: string) => `minimesos-${cluster.id}-${id}`;

const prober: Prober = {
  master: async () => ({ leads: false, reason: 'no leader elected' }),
  component: async () => ({ ready: true, reason: 'serves' }),
  apps: async () => NO_APPS,
};

let docker: FakeDocker;
let particulars: Particulars;

beforeEach(async () => {
  docker = new FakeDocker();
  await converge(fakeWorld(desired, docker), { timeoutMs: 60_000, listener: NOBODY });
  particulars = new Particulars(docker);
});

const look = () => observe(cluster.id, { docker, prober, particulars }, { desired });
const seen = ({ components }: Observed, id: string) => components.find((each) => each.id === id)?.container;

function specOf(id: string): CreateContainer {
  const spec = docker.container(ours(id))?.spec;
  if (!spec) throw new Error(`there is no ${id}`);
  return spec;
}

/** By hand; its id. */
async function make(spec: CreateContainer): Promise<string> {
  await docker.pullImage(spec.image, () => {}, new AbortController().signal);
  return docker.createContainer(spec);
}

describe('L23 a look', () => {
  it('sees under which names a container is found on the network', async () => {
    expect(seen(await look(), 'master-0')?.aliases).toEqual(['master-0', 'minimesos-master']);
    docker.disconnect(ours('master-0'));
    docker.connect(ours('master-0'), { aliases: ['master-0'] });
    expect(seen(await look(), 'master-0')?.aliases).toEqual(['master-0']);
  });

  it('sees who is off the network, and who stands elsewhere on it', async () => {
    const { ip } = seen(await look(), 'master-0') ?? {};
    docker.disconnect(ours('master-0'));
    expect(seen(await look(), 'master-0')).toMatchObject({ ip: '', state: 'running' });
    docker.connect(ours('master-0'));
    const { ip: now } = seen(await look(), 'master-0') ?? {};
    expect([now, now === ip]).toEqual([expect.stringMatching(/^\d+\./), false]);
  });

  it('sees that a container was made from another image than the one that was asked for', async () => {
    expect(seen(await look(), 'agent-0')?.byHand).toBe(false);
    const spec = specOf('agent-0');
    docker.remove(spec.name);
    await make({ ...spec, image: 'busybox:latest' });
    expect(seen(await look(), 'agent-0')).toMatchObject({ image: 'busybox:latest', byHand: true });
  });

  it('looks whether the image is there that one who was made by hand should have, or it would be pulled', async () => {
    const spec = specOf('agent-0');
    docker.remove(spec.name);
    await docker.startContainer(await make({ ...spec, image: 'busybox:latest' }));
    expect([...(await look()).images]).toEqual([spec.image]);
  });

  it('takes the container that bears the name for the component, and the others for strays', async () => {
    const component = seen(await look(), 'agent-0')?.id;
    const second = await make({ ...specOf('agent-0'), name: 'a-copy' });
    const observed = await look();
    expect(seen(observed, 'agent-0')?.id).toBe(component);
    expect(observed.strays).toEqual([{ id: second, name: 'a-copy', of: 'agent-0' }]);
  });

  it('takes a container of a kind that nobody knows for a stray', async () => {
    const spec = specOf('agent-0');
    const labels = { ...spec.labels, 'org.minimesos.component': 'toaster' };
    const other = await make({ ...spec, name: 'toaster', labels });
    expect((await look()).strays).toEqual([{ id: other, name: 'toaster', of: undefined }]);
  });

  it('L26 sees that reconciliation is paused, and since when', async () => {
    expect((await look()).pausedSince).toBeUndefined();
    const { createdAt } = await docker.createVolume(
      markerName(cluster.id, 'paused'),
      markerLabels(cluster, '1', 'paused'),
    );
    const observed = await look();
    expect(observed.pausedSince).toBe(createdAt);
    expect(observed.components).toHaveLength(3);
  });
});
