/** What the fake engine has beyond the port: trouble, and hands. `test/contract/docker/` holds it to the port itself. */

import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent, NetworkSummary } from '../../../src/docker/docker.js';
import { MinimesosError } from '../../../src/errors.js';
import { Sandbox } from '../../support/engine.js';
import { FakeDocker } from '../../support/fake-docker.js';

const ERROR = new MinimesosError('DOCKER_FAILED', 'no space left on device');

let docker: FakeDocker;
let sandbox: Sandbox;
let network: NetworkSummary;

beforeEach(async () => {
  docker = new FakeDocker({ images: ['a'] });
  sandbox = new Sandbox(docker);
  network = await sandbox.network();
});

const run = async (): Promise<string> => {
  const spec = sandbox.spec('a', network);
  await docker.startContainer(await docker.createContainer(spec));
  return spec.name;
};
const list = () => docker.listContainers({});
const seen = async (events: AsyncIterable<EngineEvent>): Promise<string[]> => {
  const actions: string[] = [];
  try {
    for await (const { action } of events) actions.push(action);
  } catch (thrown) {
    actions.push((thrown as Error).message);
  }
  return actions;
};
const signal = new AbortController().signal;

describe('an outage', () => {
  test('of a method lasts until it is taken back, and does nothing to the others', async () => {
    docker.failWith('listContainers', ERROR);
    await expect(list()).rejects.toBe(ERROR);
    await expect(list()).rejects.toBe(ERROR);
    await docker.listNetworks(null);
    docker.failWith('listContainers', undefined);
    expect(await list()).toEqual([]);
  });

  test('of some methods does what they ask for to nobody', async () => {
    const name = await run();
    docker.failWith((method) => method.endsWith('Container'), ERROR);
    await expect(docker.removeContainer(name)).rejects.toBe(ERROR);
    expect(docker.container(name)?.state).toBe('running');
    expect(docker.writes.at(-1)).toBe(`removeContainer ${name}`);
    docker.failWith(() => true, undefined);
    await docker.removeContainer(name);
  });

  test('of the engine cuts its streams and opens none', async () => {
    const streams = [docker.events({}, signal), docker.namedEvents([network.name], signal)].map(seen);
    await run();
    docker.stopEngine();
    const gone = 'no Docker engine listens at fake://engine';
    expect(await Promise.all(streams)).toEqual([
      ['create', 'start', gone],
      ['connect', gone],
    ]);
    expect(await seen(docker.events({}, signal))).toEqual([gone]);
    await expect(docker.info()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });

  test('is outlived by processes, or not', async () => {
    const name = await run();
    docker.stopEngine();
    docker.startEngine();
    expect(await list()).toMatchObject([{ name, state: 'running' }]);
    docker.stopEngine();
    docker.startEngine({ exitCode: 137 });
    expect(await list()).toMatchObject([{ name, state: 'exited', exitCode: 137, endpoints: {} }]);
    await docker.startContainer(name);
  });

  test('may be one stream that cannot be opened', async () => {
    docker.failNext('events', ERROR);
    expect(await seen(docker.events({}, signal))).toEqual([ERROR.message]);
  });
});

describe('by hand', () => {
  test('is no call', async () => {
    const name = await run();
    const before = [...docker.calls];
    docker.disconnect(name);
    docker.connect(name, { aliases: ['other'] });
    docker.pause(name);
    docker.crash(name, 1, ['boom']);
    docker.remove(name);
    docker.loseNetwork(network.name);
    expect(docker.calls).toEqual(before);
    expect([await list(), await docker.listNetworks(sandbox.labels)]).toEqual([[], []]);
  });

  test('a network goes with all who stand on it left behind', async () => {
    const name = await run();
    const events = seen(docker.namedEvents([network.name], signal));
    docker.loseNetwork(network.name);
    expect(await list()).toMatchObject([{ name, state: 'running', endpoints: {}, startedOn: {} }]);
    docker.loseEvents();
    expect(await events).toEqual(['disconnect', 'destroy', 'the Docker engine at fake://engine ended its events']);
  });
});
