import { beforeAll, expect, test } from 'vitest';
import { addressIn, uniqueName } from '../../support/engine.js';
import { freePort } from '../../support/free-port.js';
import { describeEngines, PATIENCE } from './engines.js';

describeEngines('networks', ({ docker, real, image: provideImage }, sandbox) => {
  let image: string;

  beforeAll(async () => {
    image = await provideImage();
  });

  test('a network is given back and listed with its subnet and its gateway', async () => {
    const network = await sandbox().network();
    expect(network.subnets).toEqual([expect.stringMatching(/^198\.1[89]\.\d+\.0\/24$/)]);
    expect(network.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(network.gateway).toBe(network.subnets[0]?.replace('.0/24', '.1'));
    expect(await docker.listNetworks(sandbox().labels)).toEqual([network]);
    expect(await docker.listNetworks(null)).toContainEqual(network);
  });

  test('all networks of the engine are listed for those who look for a free subnet', async () => {
    const subnets = (await docker.listNetworks(null)).flatMap((network) => network.subnets);
    expect(subnets).toContainEqual(expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\/\d+$/));
  });

  test('a subnet that overlaps another one is refused', async () => {
    const { subnets } = await sandbox().network();
    const half = subnets[0]?.replace('.0/24', '.128/25') ?? '';
    await expect(docker.createNetwork(uniqueName(), half, sandbox().labels)).rejects.toMatchObject({
      code: 'DOCKER_REFUSED',
      message: 'Pool overlaps with other one on this address space',
    });
    expect(await docker.listNetworks(sandbox().labels)).toHaveLength(1);
  });

  test('a name is given once', async () => {
    const { name, subnets } = await sandbox().network();
    const other = subnets[0]?.replace(/^198\.1\d/, '198.17') ?? '';
    await expect(docker.createNetwork(name, other, sandbox().labels)).rejects.toMatchObject({
      code: 'DOCKER_CONFLICT',
    });
  });

  test('a network stays while a container runs on it; one that is gone is no error', async () => {
    const network = await sandbox().network();
    const id = await docker.createContainer(sandbox().spec(image, network));
    await docker.startContainer(id);
    await expect(docker.removeNetwork(network.id)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    await docker.removeContainer(id);
    await docker.removeNetwork(network.id);
    await docker.removeNetwork(network.id);
    expect(await docker.listNetworks(sandbox().labels)).toEqual([]);
  });

  // Of a fake engine the rest would test nothing but the fake.
  if (!real) return;

  test('a container finds another by each of its aliases, also when that one was made anew', async () => {
    const network = await sandbox().network();
    const spec = sandbox().spec(image, network, {
      network: { name: network.name, ip: addressIn(network, 20), aliases: ['web-0', 'minimesos-web'] },
    });
    await docker.startContainer(await docker.createContainer(spec));
    await docker.removeContainer(spec.name);
    await docker.startContainer(await docker.createContainer(spec));
    for (const alias of ['web-0', 'minimesos-web', spec.name]) {
      const seeker = sandbox().spec(image, network, { command: ['resolve', alias] });
      const id = await docker.createContainer(seeker);
      await docker.startContainer(id);
      await expect.poll(() => docker.tailLogs(id, 1), PATIENCE).toEqual([addressIn(network, 20)]);
      await docker.removeContainer(id);
    }
  });

  test('a port is published on the loopback only if it was given a host port', async () => {
    const network = await sandbox().network();
    const hostPort = await freePort();
    const spec = sandbox().spec(image, network, {
      command: ['serve', '80', 'hello'],
      ports: [
        { port: 80, protocol: 'tcp', hostPort },
        { port: 81, protocol: 'tcp' },
      ],
    });
    await docker.startContainer(await docker.createContainer(spec));
    // A connection that was made while the container came up may never be answered.
    const get = async (host: string): Promise<string> =>
      (await fetch(`http://${host}/`, { signal: AbortSignal.timeout(1000) })).text();
    await expect.poll(() => get(`127.0.0.1:${hostPort}`).catch(String), PATIENCE).toBe('hello');
    await expect(get(`${network.gateway}:${hostPort}`)).rejects.toThrow('fetch failed');
  });
});
