import { beforeEach, describe, expect, it } from 'vitest';
import { MinimesosError } from '../../../src/errors.js';
import { Particulars } from '../../../src/observed/particulars.js';
import { FakeDocker } from '../../support/fake-docker.js';

const NETWORK = 'net';

let docker: FakeDocker;
let particulars: Particulars;
let id: string;

beforeEach(async () => {
  docker = new FakeDocker({ images: ['image'] });
  await docker.createNetwork(NETWORK, '10.0.0.0/24', {});
  id = await start('one', '10.0.0.10');
  particulars = new Particulars(docker);
  docker.calls.length = 0;
});

async function start(name: string, ip: string): Promise<string> {
  const made = await docker.createContainer({
    image: 'image',
    env: {},
    ports: [],
    privileged: false,
    hostPid: false,
    stopTimeout: 1,
    name,
    hostname: name,
    labels: {},
    network: { name: NETWORK, ip, aliases: [name] },
    mounts: [],
  });
  await docker.startContainer(made);
  return made;
}

const ask = async () => particulars.of(await docker.listContainers({}));
const inspections = () => docker.calls.filter((call) => call === 'inspectContainer').length;

describe('what only an inspection tells', () => {
  it('L3 is asked once for each start of a container, however often one looks', async () => {
    const first = await ask();
    expect(first.get(id)).toEqual({ startedAt: docker.container('one')?.startedAt, aliases: { [NETWORK]: ['one'] } });
    expect(await ask()).toEqual(first);
    expect(inspections()).toBe(1);
    await docker.restartContainer(id);
    expect((await ask()).get(id)?.startedAt).not.toBe(first.get(id)?.startedAt);
    expect(inspections()).toBe(2);
  });

  it('L23 is asked again where somebody put the container on its network anew', async () => {
    await ask();
    docker.disconnect('one');
    expect((await ask()).get(id)?.aliases).toEqual({});
    docker.connect('one', { aliases: ['other'] });
    expect((await ask()).get(id)?.aliases).toEqual({ [NETWORK]: ['other', 'one'] });
  });

  it('is asked of one container only where only one is new', async () => {
    await ask();
    await start('two', '10.0.0.11');
    expect((await ask()).size).toBe(2);
    expect(inspections()).toBe(2);
  });

  it('is not asked of those that do not run', async () => {
    docker.crash('one', 1);
    expect(await ask()).toEqual(new Map());
    expect(inspections()).toBe(0);
  });

  it('is left out for a container that went between the list and the question', async () => {
    docker.failNext('inspectContainer', new MinimesosError('DOCKER_NOT_FOUND', 'no such container'));
    expect(await ask()).toEqual(new Map());
    expect((await ask()).size).toBe(1);
  });

  it('fails the look where the engine fails to tell', async () => {
    docker.failNext('inspectContainer', new MinimesosError('DOCKER_FAILED', 'connection reset'));
    await expect(ask()).rejects.toMatchObject({ code: 'DOCKER_FAILED' });
  });
});
