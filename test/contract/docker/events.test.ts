import { beforeAll, expect, test } from 'vitest';
import type { EngineEvent } from '../../../src/docker/docker.js';
import { addressIn, uniqueName } from '../../support/engine.js';
import { describeEngines } from './engines.js';

describeEngines('events', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;

  beforeAll(async () => {
    image = await candidate.image();
  });

  /** Reads until an event has this action. */
  const until = async (events: AsyncIterable<EngineEvent>, action: string): Promise<EngineEvent[]> => {
    const seen: EngineEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.action === action) break;
    }
    return seen;
  };

  test('tell what happens to a container, from the call on and not from the first look', async () => {
    const controller = new AbortController();
    const events = docker.events(sandbox().labels, controller.signal);
    const id = await docker.createContainer(sandbox().spec(image, 'host', { command: ['exit', '3'] }));
    await docker.startContainer(id);
    const seen = await until(events, 'die');
    expect(seen.map(({ action }) => action)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
    for (const event of seen) expect(event).toMatchObject({ type: 'container', id, labels: sandbox().labels });
    controller.abort();
  });

  test('tell who was paused and woken by hand', async () => {
    const id = await docker.createContainer(sandbox().spec(image, 'host'));
    await docker.startContainer(id);
    const controller = new AbortController();
    const events = docker.events(sandbox().labels, controller.signal);
    await candidate.pause(id);
    await docker.unpauseContainer(id);
    await docker.removeContainer(id);
    const actions = (await until(events, 'destroy')).map(({ action }) => action);
    expect(actions.filter((action) => action !== 'kill')).toEqual(['pause', 'unpause', 'die', 'destroy']);
    controller.abort();
  });

  test('of a network tell who comes and goes, and its end', async () => {
    const network = await sandbox().network();
    const controller = new AbortController();
    const events = docker.namedEvents([network.name], controller.signal);
    const id = await docker.createContainer(sandbox().spec(image, network));
    await docker.startContainer(id);
    await candidate.disconnect(id, network);
    await docker.connectContainer(network.id, id, { ip: addressIn(network, 11), aliases: [] });
    await docker.removeContainer(id);
    await docker.removeNetwork(network.id);
    const seen = await until(events, 'destroy');
    // An engine may tell the same twice.
    const turns = seen.map(({ action }) => action).filter((action, index, all) => action !== all[index - 1]);
    expect(turns).toEqual(['connect', 'disconnect', 'connect', 'disconnect', 'destroy']);
    for (const event of seen) expect(event).toMatchObject({ type: 'network', id: network.id, labels: {} });
    controller.abort();
  });

  test('of a volume tell that it is made, and its end', async () => {
    const name = uniqueName();
    const controller = new AbortController();
    const events = docker.namedEvents([name], controller.signal);
    await docker.createVolume(name, sandbox().labels);
    await docker.removeVolume(name);
    const seen = await until(events, 'destroy');
    expect(seen.map(({ type, action, id }) => [type, action, id])).toEqual([
      ['volume', 'create', name],
      ['volume', 'destroy', name],
    ]);
    controller.abort();
  });

  test('leave out a network whose name only begins with the name', async () => {
    const longer = await sandbox().network();
    const [name, [subnet = '']] = [longer.name.slice(0, -1), longer.subnets];
    const controller = new AbortController();
    const events = docker.namedEvents([name], controller.signal);
    await docker.removeNetwork(longer.id);
    const network = await docker.createNetwork(name, subnet, sandbox().labels);
    expect((await until(events, 'create')).map(({ id }) => id)).toEqual([network.id]);
    controller.abort();
  });

  test('leave out the containers without the labels', async () => {
    const controller = new AbortController();
    const events = docker.events({ ...sandbox().labels, colour: 'red' }, controller.signal);
    const labels = { ...sandbox().labels, colour: 'blue' };
    const blue = await docker.createContainer(sandbox().spec(image, 'host', { labels }));
    const red = await docker.createContainer(sandbox().spec(image, 'host', { labels: { ...labels, colour: 'red' } }));
    expect((await until(events, 'create')).map(({ id }) => id)).toEqual([red]);
    expect(blue).not.toBe(red);
    controller.abort();
  });

  test('end with the signal, before, while or after they are awaited', async () => {
    const controller = new AbortController();
    const late = docker.events(sandbox().labels, controller.signal);
    const waiting = until(docker.events(sandbox().labels, controller.signal), 'never');
    controller.abort();
    expect(await waiting).toEqual([]);
    expect(await until(late, 'never')).toEqual([]);
    expect(await until(docker.events(sandbox().labels, controller.signal), 'never')).toEqual([]);
    expect(await until(docker.namedEvents(['bridge'], controller.signal), 'never')).toEqual([]);
  });
});
