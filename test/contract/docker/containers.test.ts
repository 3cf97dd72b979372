import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ContainerSummary, CreateContainer, NetworkSummary } from '../../../src/docker/docker.js';
import { addressIn, uniqueName } from '../../support/engine.js';
import { describeEngines, PATIENCE } from './engines.js';

describeEngines('containers', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;
  let network: NetworkSummary;

  beforeAll(async () => {
    image = await candidate.image();
  });
  beforeEach(async () => {
    network = await sandbox().network();
  });

  const listed = async (id: string): Promise<ContainerSummary | undefined> =>
    (await docker.listContainers(sandbox().labels)).find((container) => container.id === id);
  const create = (changes: Partial<CreateContainer> = {}): Promise<string> =>
    docker.createContainer(sandbox().spec(image, network, changes));
  const run = async (changes: Partial<CreateContainer> = {}): Promise<string> => {
    const id = await create(changes);
    await docker.startContainer(id);
    return id;
  };
  const ended = async (id: string): Promise<ContainerSummary | undefined> => {
    await expect.poll(async () => (await listed(id))?.state, PATIENCE).toBe('exited');
    return listed(id);
  };

  test('says what it is', async () => {
    expect(await docker.info()).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/),
      apiVersion: expect.stringMatching(/^\d+\.\d+$/),
      minApiVersion: expect.stringMatching(/^\d+\.\d+$/),
      os: 'linux',
      arch: expect.any(String),
      cgroupVersion: expect.toBeOneOf([1, 2]),
      dataRoot: expect.stringMatching(/^\//),
    });
    expect((await docker.info()).memory).toBeGreaterThan(2 ** 20);
  });

  test('a created container is listed with what it was made from, and does not run', async () => {
    const spec = sandbox().spec(image, network, { labels: { ...sandbox().labels, colour: 'red' } });
    const id = await docker.createContainer(spec);
    const expected = { id, name: spec.name, image, state: 'created', exitCode: undefined, addresses: {} };
    expect(await listed(id)).toMatchObject({ ...expected, labels: spec.labels });
    expect(await docker.inspectContainer(id)).toMatchObject({ ...expected, startedAt: undefined, error: '' });
  });

  test('a listing holds the containers that bear every label, and no other', async () => {
    const red = await create({ labels: { ...sandbox().labels, colour: 'red' } });
    const blue = await create({ labels: { ...sandbox().labels, colour: 'blue' } });
    await create();
    const ids = async (colour: string): Promise<string[]> =>
      (await docker.listContainers({ ...sandbox().labels, colour })).map(({ id }) => id);
    expect(await ids('red')).toEqual([red]);
    expect((await ids('')).sort()).toEqual([red, blue].sort());
    expect(await ids('green')).toEqual([]);
  });

  test('a container is found by the folder of the host that it mounts, and by each folder around that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-contract-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const each of ['sandboxes/one', 'beside']) await mkdir(join(folder, each), { recursive: true });
    const mounting = await create({
      mounts: [{ type: 'bind', source: `${folder}/sandboxes/one`, target: '/sandbox' }],
    });
    await create({ mounts: [{ type: 'bind', source: `${folder}/beside`, target: '/sandbox' }] });
    const found = async (path: string): Promise<string[]> => (await docker.listMounting(path)).map(({ id }) => id);
    expect(await found(`${folder}/sandboxes/one`)).toEqual([mounting]);
    expect(await found(`${folder}/sandboxes`)).toEqual([mounting]);
    expect(await found(`${folder}/sand`)).toEqual([]);
    expect(await found(`${folder}/sandboxes/two`)).toEqual([]);
  });

  test('a started container runs at its address and keeps it over a stop and a restart', async () => {
    const address = { [network.name]: addressIn(network, 77) };
    const id = await run({ network: { name: network.name, ip: addressIn(network, 77), aliases: [] } });
    expect(await listed(id)).toMatchObject({ state: 'running', exitCode: undefined, addresses: address });
    expect((await docker.inspectContainer(id)).startedAt).toMatch(/^2\d{3}-/);
    await docker.stopContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'exited', addresses: {} });
    await docker.startContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running', exitCode: undefined, addresses: address });
    await docker.restartContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running', addresses: address });
  });

  test('a stop asks before it kills: under an init, even a first process obeys', async () => {
    const id = await run();
    await docker.stopContainer(id);
    expect((await ended(id))?.exitCode).toBe(143);
  });

  test('what is done already is no error', async () => {
    const id = await run();
    await docker.startContainer(id);
    await docker.stopContainer(id);
    await docker.stopContainer(id);
    await docker.removeContainer(id);
    await docker.removeContainer(id);
    await docker.stopContainer(id);
    expect(await listed(id)).toBeUndefined();
  });

  test('a running container can be removed, and its name given again', async () => {
    const spec = sandbox().spec(image, network);
    const id = await docker.createContainer(spec);
    await docker.startContainer(id);
    await docker.removeContainer(id);
    expect(await docker.createContainer(spec)).not.toBe(id);
  });

  test('a container that is not there is not found', async () => {
    const missing = uniqueName();
    const notFound = { name: 'MinimesosError', code: 'DOCKER_NOT_FOUND', message: `No such container: ${missing}` };
    await expect(docker.inspectContainer(missing)).rejects.toMatchObject(notFound);
    await expect(docker.startContainer(missing)).rejects.toMatchObject(notFound);
    await expect(docker.unpauseContainer(missing)).rejects.toMatchObject(notFound);
    await expect(docker.restartContainer(missing)).rejects.toMatchObject(notFound);
    await expect(docker.tailLogs(missing, 10)).rejects.toMatchObject(notFound);
  });

  test('a name is given once', async () => {
    const spec = sandbox().spec(image, network);
    await docker.createContainer(spec);
    await expect(docker.createContainer(spec)).rejects.toMatchObject({
      code: 'DOCKER_CONFLICT',
      message: expect.stringMatching(/^Conflict\. The container name .* is already in use/),
    });
  });

  test('an address is held by one container at a time', async () => {
    await run();
    const second = await create();
    await expect(docker.startContainer(second)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
  });

  test('a container of an image that is not there is not created', async () => {
    const spec = sandbox().spec('localhost:1/minimesos/none:1', network);
    await expect(docker.createContainer(spec)).rejects.toMatchObject({ code: 'DOCKER_NOT_FOUND' });
    expect(await docker.listContainers(sandbox().labels)).toEqual([]);
  });

  test('a network that is not there is found out at the start', async () => {
    const id = await create({ network: { name: uniqueName(), ip: '10.1.2.3', aliases: [] } });
    await expect(docker.startContainer(id)).rejects.toMatchObject({ code: 'DOCKER_NOT_FOUND' });
  });

  test('the listing tells how a process ended', async () => {
    const [three, zero] = [
      await run({ command: ['exit', '3'], network: 'host' }),
      await run({ command: ['exit', '0'] }),
    ];
    expect((await ended(three))?.exitCode).toBe(3);
    expect((await ended(zero))?.exitCode).toBe(0);
  });

  test('the tail of a log has the last lines, in order', async () => {
    const id = await run({ command: ['say', 'one', 'two', 'three', 'größer'] });
    await ended(id);
    await expect.poll(() => docker.tailLogs(id, 10), PATIENCE).toEqual(['one', 'two', 'three', 'größer']);
    expect(await docker.tailLogs(id, 2)).toEqual(['three', 'größer']);
    const complaining = await run({ command: ['complain', 'a', 'b'] });
    await ended(complaining);
    await expect.poll(() => docker.tailLogs(complaining, 10), PATIENCE).toEqual(['a', 'b']);
  });

  test('a container that has said nothing has an empty log', async () => {
    expect(await docker.tailLogs(await create(), 10)).toEqual([]);
  });

  test('a paused container is shown as paused, keeps its address and can be woken', async () => {
    const id = await run();
    await candidate.pause(id);
    expect(await listed(id)).toMatchObject({
      state: 'paused',
      addresses: { [network.name]: addressIn(network, 10) },
    });
    await expect(docker.startContainer(id)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    await docker.unpauseContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running' });
  });

  test('a paused container can be stopped, restarted and removed as if it ran', async () => {
    const id = await run();
    await candidate.pause(id);
    await docker.stopContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'exited', exitCode: 143 });
    await docker.startContainer(id);
    await candidate.pause(id);
    await docker.restartContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running' });
    await candidate.pause(id);
    await docker.removeContainer(id);
    expect(await listed(id)).toBeUndefined();
  });

  test('a process that does not answer is restarted without the patience that a stop would have', async () => {
    const id = await run({ stopTimeout: 600 });
    const { startedAt } = await docker.inspectContainer(id);
    await candidate.freeze(id);
    await docker.restartContainer(id);
    const after = await docker.inspectContainer(id);
    expect(after).toMatchObject({ state: 'running' });
    expect(after.startedAt).not.toBe(startedAt);
  });

  test('a container that has stopped is started by a restart', async () => {
    const id = await run();
    await docker.stopContainer(id);
    await docker.restartContainer(id);
    expect(await listed(id)).toMatchObject({ state: 'running' });
  });

  test('on the host’s network a container has no address', async () => {
    const id = await run({ network: 'host', ports: [{ port: 80, protocol: 'tcp', hostPort: 80 }] });
    expect(await listed(id)).toMatchObject({ state: 'running', addresses: {} });
  });

  test('the environment reaches the process', async () => {
    const id = await run({ command: ['environment', 'GREETING'], env: { GREETING: 'a=b c "d"' } });
    await ended(id);
    await expect.poll(() => docker.tailLogs(id, 1), PATIENCE).toEqual(['a=b c "d"']);
  });

  test('all that bears the labels of a sandbox goes with it', async () => {
    await docker.createVolume(uniqueName(), sandbox().labels);
    await run();
    await sandbox().remove();
    expect(await docker.listContainers(sandbox().labels)).toEqual([]);
    expect(await docker.listNetworks(sandbox().labels)).toEqual([]);
    expect(await docker.listVolumes(sandbox().labels)).toEqual([]);
  });
});
