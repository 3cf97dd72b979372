import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { ContainerSummary, CreateContainer, NetworkSummary } from '../../../src/docker/docker.js';
import { addressIn, uniqueName } from '../../support/engine.js';
import { describeEngines, PATIENCE } from './engines.js';

const HOSTNAME = 'web.example';

describeEngines('attachments', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;
  let network: NetworkSummary;
  let at: { ip: string; aliases: string[] };

  beforeAll(async () => {
    image = await candidate.image();
  });
  beforeEach(async () => {
    network = await sandbox().network();
    at = { ip: addressIn(network, 20), aliases: ['web-0', 'minimesos-web'] };
  });

  const listed = async (id: string): Promise<ContainerSummary | undefined> =>
    (await docker.listContainers(sandbox().labels)).find((container) => container.id === id);
  const create = (changes: Partial<CreateContainer> = {}): Promise<string> =>
    docker.createContainer(
      sandbox().spec(image, network, { hostname: HOSTNAME, network: { name: network.name, ...at }, ...changes }),
    );
  const run = async (changes: Partial<CreateContainer> = {}): Promise<string> => {
    const id = await create(changes);
    await docker.startContainer(id);
    return id;
  };
  const standsWell = async (id: string): Promise<void> => {
    const detail = await docker.inspectContainer(id);
    expect(detail).toMatchObject({
      state: 'running',
      addresses: { [network.name]: at.ip },
      startedOn: { [network.name]: network.id },
      endpoints: { [network.name]: expect.stringMatching(/./) },
    });
    expect(detail.aliases[network.name]?.sort()).toEqual([...at.aliases, HOSTNAME].sort());
  };
  const standsNowhere = { addresses: {}, startedOn: {}, endpoints: {} };

  test('a running container has an endpoint, another one each time it starts, and a stopped one has none', async () => {
    const id = await create();
    expect(await listed(id)).toMatchObject({ endpoints: {} });
    await docker.startContainer(id);
    const first = (await listed(id))?.endpoints[network.name];
    expect(first).toMatch(/./);
    await standsWell(id);
    await docker.stopContainer(id);
    expect(await listed(id)).toMatchObject({ endpoints: {}, startedOn: { [network.name]: network.id } });
    await docker.startContainer(id);
    expect((await listed(id))?.endpoints[network.name]).not.toBe(first);
  });

  test('a container that was disconnected shows it, and is put back where it stood', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    expect(await listed(id)).toMatchObject({ state: 'running', ...standsNowhere });
    expect((await docker.inspectContainer(id)).aliases).toEqual({});
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
  });

  test('a container that stands well is left alone', async () => {
    const id = await run();
    const before = await listed(id);
    await docker.connectContainer(network.id, id, { ...at, aliases: [...at.aliases].reverse() });
    await docker.connectContainer(network.id, id, at);
    expect(await listed(id)).toEqual(before);
  });

  test.each(['address', 'names'])('a container that was connected with other %s is put right', async (what) => {
    const id = await run();
    await candidate.disconnect(id, network);
    const other = what === 'address' ? { ...at, ip: addressIn(network, 21) } : { ...at, aliases: ['other'] };
    await candidate.connect(id, network, other);
    expect(await docker.inspectContainer(id)).toMatchObject({
      addresses: { [network.name]: other.ip },
      aliases: { [network.name]: expect.arrayContaining(other.aliases) },
    });
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
  });

  test('a container that was connected without a word is at any address, and is put right', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    await candidate.connect(id, network, {});
    const detail = await docker.inspectContainer(id);
    expect(detail.addresses[network.name]).not.toBe(at.ip);
    expect(detail.aliases).toEqual({ [network.name]: [HOSTNAME] });
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
  });

  test('a stopped container is put right for its next start', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    await docker.stopContainer(id);
    expect(await listed(id)).toMatchObject(standsNowhere);
    await docker.connectContainer(network.id, id, { ...at, aliases: ['other'] });
    await docker.connectContainer(network.id, id, at);
    await docker.startContainer(id);
    await standsWell(id);
  });

  test('a container that was disconnected and starts again stands nowhere until it is put back', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    await docker.restartContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running', ...standsNowhere });
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
  });

  test('a paused container can be put back', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    await candidate.pause(id);
    await docker.connectContainer(network.id, id, at);
    await docker.unpauseContainer(id);
    await standsWell(id);
  });

  test('a container whose network was made anew is put on the new one', async () => {
    const [stopped, running] = [
      await run(),
      await run({ network: { name: network.name, ip: addressIn(network, 22), aliases: [] } }),
    ];
    await docker.stopContainer(stopped);
    await candidate.disconnect(running, network);
    await docker.removeNetwork(network.id);
    const [subnet = ''] = network.subnets;
    network = await docker.createNetwork(network.name, subnet, sandbox().labels);
    await expect(docker.startContainer(stopped)).rejects.toMatchObject({ code: 'DOCKER_NOT_FOUND' });
    await docker.connectContainer(network.id, stopped, at);
    await docker.startContainer(stopped);
    await standsWell(stopped);
    at = { ip: addressIn(network, 22), aliases: ['web-1'] };
    await docker.connectContainer(network.id, running, at);
    await standsWell(running);
  });

  test('an address that somebody has is a conflict that leaves no trace, and can be tried again', async () => {
    const holder = await run();
    const id = await run({ network: { name: network.name, ip: addressIn(network, 23), aliases: ['web-1'] } });
    const before = await listed(id);
    await expect(docker.connectContainer(network.id, id, at)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    expect(await listed(id)).toEqual(before);
    await candidate.disconnect(id, network);
    await expect(docker.connectContainer(network.id, id, at)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    expect(await listed(id)).toMatchObject(standsNowhere);
    await docker.removeContainer(holder);
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
  });

  test('of a network or a container that is gone nothing is noted down', async () => {
    const [id, missing] = [await create(), uniqueName()];
    const before = await docker.inspectContainer(id);
    const notFound = { name: 'MinimesosError', code: 'DOCKER_NOT_FOUND' };
    await expect(docker.connectContainer(missing, id, at)).rejects.toMatchObject(notFound);
    await expect(docker.connectContainer(network.id, missing, at)).rejects.toMatchObject(notFound);
    expect(await docker.inspectContainer(id)).toEqual(before);
  });

  test('a container on the host’s network is put on no other', async () => {
    const id = await run({ network: 'host' });
    await expect(docker.connectContainer(network.id, id, at)).rejects.toMatchObject({ code: 'DOCKER_REFUSED' });
  });

  // Of a fake engine the rest would test nothing but the fake.
  if (!candidate.real) return;

  test('others find a container by the names that it was put back under', async () => {
    const id = await run();
    await candidate.disconnect(id, network);
    await docker.connectContainer(network.id, id, at);
    const changes = {
      command: ['resolve', 'web-0'],
      network: { name: network.name, ip: addressIn(network, 30), aliases: [] },
    };
    const asking = await run(changes);
    await expect.poll(() => docker.tailLogs(asking, 1), PATIENCE).toEqual([at.ip]);
  });

  test('what an attempt that the engine refused left behind is overwritten', async () => {
    await run();
    const id = await run({ network: { name: network.name, ip: addressIn(network, 24), aliases: [] } });
    await candidate.disconnect(id, network);
    await expect(candidate.connect(id, network, at)).rejects.toThrow('Address already in use');
    at = { ip: addressIn(network, 25), aliases: ['web-1'] };
    await docker.connectContainer(network.id, id, at);
    await standsWell(id);
    await docker.restartContainer(id);
    await standsWell(id);
  });
});
