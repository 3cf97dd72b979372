import { beforeAll, expect, test } from 'vitest';
import type { EngineEvent } from '../../../src/docker/docker.js';
import { describeEngines } from './engines.js';

describeEngines('events', ({ docker, image: provideImage }, sandbox) => {
  let image: string;

  beforeAll(async () => {
    image = await provideImage();
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
  });
});
