import { createServer } from 'node:net';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PortSpec } from '../../../src/container-spec.js';
import type { ContainerSummary, NetworkSummary } from '../../../src/docker/docker.js';
import { addressIn } from '../../support/engine.js';
import { freePort } from '../../support/free-port.js';
import { describeEngines } from './engines.js';

describeEngines('ports of the host', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;
  let network: NetworkSummary;
  let hostPort: number;
  let number = 10;

  beforeAll(async () => {
    image = await candidate.image();
  });
  beforeEach(async () => {
    network = await sandbox().network();
    hostPort = await freePort();
  });

  const create = (...ports: PortSpec[]): Promise<string> => {
    number += 1;
    const at = { name: network.name, ip: addressIn(network, number), aliases: [] };
    return docker.createContainer(sandbox().spec(image, network, { ports, network: at }));
  };
  const run = async (...ports: PortSpec[]): Promise<string> => {
    const id = await create(...ports);
    await docker.startContainer(id);
    return id;
  };
  const listed = async (id: string): Promise<ContainerSummary | undefined> =>
    (await docker.listContainers(sandbox().labels)).find((container) => container.id === id);
  const api = (over: Partial<PortSpec> = {}): PortSpec => ({ port: 80, protocol: 'tcp', hostPort, ...over });

  test('a listing and an inspection tell where a running container is published, and of a stopped one nothing', async () => {
    const id = await create(api(), { port: 81, protocol: 'tcp' });
    expect(await listed(id)).toMatchObject({ published: [] });
    await docker.startContainer(id);
    const published = [{ port: 80, protocol: 'tcp', hostPort, hostIp: '127.0.0.1' }];
    expect(await listed(id)).toMatchObject({ published });
    expect(await docker.inspectContainer(id)).toMatchObject({ published });
    await docker.restartContainer(id);
    expect(await listed(id)).toMatchObject({ published });
    await docker.stopContainer(id);
    expect(await listed(id)).toMatchObject({ published: [] });
    expect(await docker.inspectContainer(id)).toMatchObject({ published: [] });
  });

  test('F40 a port is published on the address that it was given', async () => {
    const id = await run(api({ hostIp: '0.0.0.0' }));
    expect((await listed(id))?.published).toEqual([{ port: 80, protocol: 'tcp', hostPort, hostIp: '0.0.0.0' }]);
  });

  test('a port of UDP is told apart from one of TCP', async () => {
    const id = await run(api(), api({ protocol: 'udp' }));
    const protocols = (await listed(id))?.published.map(({ protocol }) => protocol);
    expect(protocols?.sort()).toEqual(['tcp', 'udp']);
  });

  test('two containers share a port where their addresses differ, and else the second does not start', async () => {
    await run(api());
    await run(api({ hostIp: '127.0.0.2' }));
    for (const hostIp of ['127.0.0.1', '0.0.0.0']) {
      await expect(docker.startContainer(await create(api({ hostIp })))).rejects.toMatchObject({
        code: 'PORT_TAKEN',
        message: `port ${hostPort} of this machine is taken`,
      });
    }
  });

  test('a port that a container had is free when that one has stopped', async () => {
    await docker.stopContainer(await run(api()));
    await run(api());
  });

  test('all containers are listed where no label is asked for', async () => {
    const id = await run(api());
    expect((await docker.listContainers({})).map((each) => each.id)).toContain(id);
  });

  // Of a fake engine the rest would test nothing but the fake.
  if (!candidate.real) return;

  test('a port that a program has is taken', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((listens) => server.listen(hostPort, '127.0.0.1', listens));
    await expect(docker.startContainer(await create(api()))).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  test('F40 an address that the host does not have is a refusal that says so', async () => {
    // Set apart for documentation (RFC 5737).
    const id = await create(api({ hostIp: '192.0.2.1' }));
    await expect(docker.startContainer(id)).rejects.toMatchObject({
      code: 'DOCKER_REFUSED',
      message: '192.0.2.1, which bindAddress names, is no address of this machine',
    });
  });
});
