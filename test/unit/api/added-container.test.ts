import { beforeEach, describe, expect, it } from 'vitest';
import { type Around, addContainer, type ContainerRequest } from '../../../src/api/added-container.js';
import { MinimesosError } from '../../../src/errors.js';
import { dockerName, networkLabels } from '../../../src/observed/labels.js';
import { observe } from '../../../src/observed/observe.js';
import type { Prober } from '../../../src/observed/probe.js';
import { FakeDocker } from '../../support/fake-docker.js';

const cluster = {
  id: 'c0ffee',
  file: '/project/minimesosFile',
  name: 'test',
  distribution: 'simulator',
  mesosVersion: '1.0.0',
};
const mine: ContainerRequest = { name: 'mine', image: 'mine:1' };

let docker: FakeDocker;
let around: Around;

beforeEach(async () => {
  docker = new FakeDocker({ images: ['mine:1'] });
  around = { docker, cluster, version: '1.0.0', signal: new AbortController().signal };
  await docker.createNetwork(dockerName(cluster.id), '172.30.8.0/21', networkLabels(cluster, '1.0.0'));
});

const ours = () => docker.listContainers({ 'org.minimesos.cluster': cluster.id });

describe('A10 a container beside a cluster', () => {
  it('must run on its network, under its name, away from the addresses of components', async () => {
    const { id, name, ip } = await addContainer({ ...mine, aliases: ['db'] }, around);
    const [found] = await ours();
    expect(found).toMatchObject({ id, name, state: 'running', addresses: { 'minimesos-c0ffee': ip } });
    expect(name).toBe('minimesos-c0ffee-added-mine');
    const aliases = (await docker.inspectContainer(id)).aliases['minimesos-c0ffee'];
    expect(aliases).toEqual(expect.arrayContaining(['mine', 'db']));
    const [, , third = 0, fourth = 0] = ip.split('.').map(Number);
    expect((third - 8) * 256 + fourth).toBeGreaterThan(64 + 1_000);
  });

  it('must be seen as no component, and as nobody in the way of one', async () => {
    const { name } = await addContainer(mine, around);
    const nobody: Prober = {
      master: () => Promise.reject(new Error('asked')),
      component: () => Promise.reject(new Error('asked')),
    } as unknown as Prober;
    const { components, strays } = await observe(cluster.id, { docker, prober: nobody });
    expect(components).toEqual([]);
    expect(strays).toEqual([expect.objectContaining({ name, of: undefined })]);
  });

  it('must get another address where somebody has the one that was picked', async () => {
    const picked: string[] = [];
    const startContainer: FakeDocker['startContainer'] = async (id) => {
      const [found] = (await ours()).filter((each) => each.id === id);
      if (picked.push(found?.name ?? '') < 4) throw new MinimesosError('DOCKER_CONFLICT', 'Address already in use');
      await FakeDocker.prototype.startContainer.call(docker, id);
    };
    docker.startContainer = startContainer;
    const { id } = await addContainer(mine, around);
    expect(picked).toHaveLength(4);
    expect((await ours()).map((each) => each.id)).toEqual([id]);
  });

  it('must leave nothing where it cannot start', async () => {
    docker.startContainer = () => Promise.reject(new MinimesosError('PORT_TAKEN', 'port 80 is taken'));
    const refused = { code: 'PORT_TAKEN', message: 'port 80 is taken', hint: expect.stringContaining('hostPort') };
    await expect(addContainer(mine, around)).rejects.toMatchObject(refused);
    expect(await ours()).toEqual([]);
  });

  it.each(['agent-1', 'Master-0', 'mesos-dns-0', 'minimesos-zookeeper', '', 'a b', '-a', 'a_b'])(
    'must not be called %j',
    async (name) => {
      await expect(addContainer({ ...mine, name }, around)).rejects.toMatchObject({ code: 'USAGE' });
      await expect(addContainer({ ...mine, aliases: [name] }, around)).rejects.toMatchObject({ code: 'USAGE' });
      expect(await ours()).toEqual([]);
    },
  );

  it('must have an image, which is pulled where it is missing', async () => {
    await addContainer({ ...mine, image: 'theirs:2' }, around);
    docker.unavailable.set('none:1', 'manifest unknown');
    const refused = { code: 'IMAGE_UNAVAILABLE', message: expect.stringContaining('none:1') };
    await expect(addContainer({ name: 'other', image: 'none:1' }, around)).rejects.toMatchObject(refused);
  });

  it('must be gone when it is removed, and its name free', async () => {
    const first = await addContainer(mine, around);
    const refused = { code: 'DOCKER_CONFLICT', hint: expect.stringContaining('remove()') };
    await expect(addContainer(mine, around)).rejects.toMatchObject(refused);
    await first.remove();
    await first.remove();
    expect(await ours()).toEqual([]);
    await addContainer(mine, around);
  });

  it('must have a cluster with a network', async () => {
    const [network] = await docker.listNetworks({ 'org.minimesos.cluster': cluster.id });
    await docker.removeNetwork(network?.id ?? '');
    await expect(addContainer(mine, around)).rejects.toMatchObject({ code: 'NO_CLUSTER' });
  });
});
