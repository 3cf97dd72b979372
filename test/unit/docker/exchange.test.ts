import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Docker, EngineEvent } from '../../../src/docker/docker.js';
import { connect } from '../../../src/docker/dockerode.js';
import { cutAfter, HttpEngine, json, silence } from '../../support/fake-docker/http-engine.js';

/** Long enough for an answer from the same process; only those tests wait for it that get none. */
const SHORT = { greeting: 1_000, read: 100, write: 100 };

let engine: HttpEngine;
let docker: Docker;

beforeEach(async () => {
  engine = await HttpEngine.start();
  docker = connect({ env: engine.env });
});
afterEach(() => engine[Symbol.asyncDispose]());

const VOLUME = { Name: 'v', Labels: {}, Mountpoint: '/v', CreatedAt: '2026-11-21T23:46:59Z' };
const list = () => docker.listContainers({});
const start = () => docker.startContainer('c');
const calls = [
  ['that only asks', list, 'GET /containers/json'],
  ['that changes something', start, 'POST /containers/c/start'],
] as const;

describe.each(calls)('a call %s', (_, call, what) => {
  test('fails with what the engine says went wrong', async () => {
    engine.on(what, json({ message: 'no space left - on device' }, 500));
    await expect(call()).rejects.toMatchObject({ code: 'DOCKER_FAILED', message: 'no space left - on device' });
  });

  test('fails where the reply says nothing', async () => {
    engine.on(what, (response) => response.writeHead(503).end());
    await expect(call()).rejects.toMatchObject({ code: 'DOCKER_FAILED', message: 'no reason given' });
  });

  test.each([
    ['before a reply', silence],
    ['in the middle of a reply', cutAfter('[{"Id":"')],
    [
      'in the middle of a refusal',
      (response: ServerResponse) => {
        response.writeHead(500, { 'Content-Length': 100 });
        response.write('{"mess', () => response.destroy());
      },
    ],
  ])('fails when the connection is cut %s', async (when, reply) => {
    engine.on(what, (response, request) => {
      reply(response, request);
      if (reply === silence) response.destroy();
    });
    await expect(call(), when).rejects.toMatchObject({
      code: 'DOCKER_FAILED',
      message: expect.stringContaining(`the connection to the Docker engine at ${engine.env.DOCKER_HOST} broke`),
    });
  });

  test.each([
    ['the reply never begins', silence],
    ['the reply never ends', (response: ServerResponse) => void response.writeHead(200).write('[')],
  ])('fails when %s', async (_when, reply) => {
    docker = connect({ env: engine.env, patience: SHORT });
    engine.on(what, reply);
    await expect(call()).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      message: `the Docker engine at ${engine.env.DOCKER_HOST} does not answer`,
      retryable: true,
    });
    await vi.waitFor(() => expect(engine.connections).toBeLessThanOrEqual(1));
  });
});

describe('an engine that goes and comes back', () => {
  test('is out of reach meanwhile, and answers the next call', async () => {
    engine.on('GET /containers/json', json([]));
    await list();
    await engine.stop();
    // The first call after it may still meet a connection that is just being closed.
    await vi.waitFor(() => expect(list()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' }));
    await engine.listen();
    expect(await list()).toEqual([]);
  });

  test('is not held to a connection that was left open', async () => {
    engine.on('GET /containers/json', json([]));
    await Promise.all([list(), list(), list()]);
    engine.cut();
    await vi.waitFor(() => expect(engine.connections).toBe(0));
    expect(await list()).toEqual([]);
  });

  test('may be silent at the first exchange', async () => {
    docker = connect({ env: engine.env, patience: { ...SHORT, greeting: 100 } });
    engine.on('GET /_ping', silence);
    await expect(list()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    engine.on('GET /_ping', (response) => response.writeHead(200, { 'Api-Version': '1.41' }).end('OK'));
    engine.on('GET /containers/json', json([]));
    expect(await list()).toEqual([]);
  });
});

describe('an image', () => {
  const what = 'POST /images/create';
  const pull = (signal = new AbortController().signal) => docker.pullImage('a:1', () => {}, signal);

  test('takes its time', async () => {
    docker = connect({ env: engine.env, patience: SHORT });
    engine.on('GET /containers/json', silence);
    engine.on('POST /volumes/create', silence);
    const asked = new Promise<() => void>((resolve) => {
      engine.on(what, (response) => resolve(() => response.end('{"status":"Pull complete"}\n')));
    });
    const pulled = pull();
    const finish = await asked;
    await expect(list()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    await expect(docker.createVolume('v', {})).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    finish();
    await pulled;
  });

  test('fails when its progress is cut', async () => {
    engine.on(what, cutAfter('{"status":"Downloading"}\n{"stat'));
    await expect(pull()).rejects.toMatchObject({ code: 'DOCKER_FAILED' });
  });

  test('fails for the reason that the engine gives', async () => {
    engine.on(what, json({ message: 'manifest unknown' }, 404));
    const message = 'the image a:1 cannot be pulled: manifest unknown';
    await expect(pull()).rejects.toMatchObject({ code: 'IMAGE_UNAVAILABLE', message });
  });

  test('is let go of with the signal', async () => {
    const controller = new AbortController();
    engine.on(what, (_response, request) => {
      controller.abort();
      request.resume();
    });
    await expect(pull(controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('a stream of events', () => {
  const what = 'GET /events';
  const line = (action: string) => `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: 'c' } })}\n`;
  const actionsUntilTheEnd = async (events: AsyncIterable<EngineEvent>): Promise<unknown[]> => {
    const seen: unknown[] = [];
    try {
      for await (const { action } of events) seen.push(action);
      seen.push('end');
    } catch (thrown) {
      seen.push(thrown);
    }
    return seen;
  };
  const follow = (signal = new AbortController().signal) => actionsUntilTheEnd(docker.events({}, signal));

  test('drops a line that was only half sent, and rejects where the engine ends it', async () => {
    engine.on(what, (response) => response.end(`${line('start')}${line('die').slice(0, 20)}`));
    expect(await follow()).toEqual(['start', expect.objectContaining({ code: 'DOCKER_FAILED' })]);
  });

  test('drops a line that was only half sent, and rejects where the connection is cut', async () => {
    engine.on(what, (response) => response.write(line('start') + line('die').slice(0, 20), () => response.destroy()));
    expect(await follow()).toEqual(['start', expect.objectContaining({ code: 'DOCKER_FAILED' })]);
  });

  test('rejects where it was cut before anybody looked', async () => {
    engine.on(what, (response) => void response.writeHead(200).flushHeaders());
    const events = docker.events({}, new AbortController().signal);
    await vi.waitFor(() => expect(engine.connections).toBeGreaterThan(0));
    await engine.stop();
    expect(await actionsUntilTheEnd(events)).toEqual([expect.objectContaining({ name: 'MinimesosError' })]);
  });

  test('rejects where the engine stops', async () => {
    engine.on(what, (response) => void response.write(line('start')));
    const events = docker.events({}, new AbortController().signal)[Symbol.asyncIterator]();
    await events.next();
    const lost = expect(events.next()).rejects.toMatchObject({ code: 'DOCKER_FAILED' });
    await engine.stop();
    await lost;
  });

  test('rejects where it never begins', async () => {
    docker = connect({ env: engine.env, patience: SHORT });
    engine.on(what, silence);
    expect(await follow()).toEqual([expect.objectContaining({ code: 'DOCKER_UNREACHABLE' })]);
  });

  test('may be silent for longer than an engine may take to answer', async () => {
    docker = connect({ env: engine.env, patience: SHORT });
    const begun = new Promise<(text: string) => void>((resolve) => {
      engine.on(what, (response) => {
        response.flushHeaders();
        resolve((text) => response.end(text));
      });
    });
    engine.on('GET /containers/json', silence);
    const following = follow();
    const end = await begun;
    await expect(list()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    end(line('start'));
    expect(await following).toEqual(['start', expect.objectContaining({ code: 'DOCKER_FAILED' })]);
  });

  test.each(['GET /_ping', what])('ends with the signal while the engine owes its answer to %s', async (owed) => {
    const controller = new AbortController();
    const asked = new Promise<void>((resolve) => engine.on(owed, () => resolve()));
    const following = follow(controller.signal);
    await asked;
    controller.abort();
    expect(await following).toEqual(['end']);
  });

  test('ends with the signal while it is silent, and its connection with it', async () => {
    const controller = new AbortController();
    const begun = new Promise<ServerResponse>((resolve) => {
      engine.on(what, (response) => void response.write(line('start'), () => resolve(response)));
    });
    const following = follow(controller.signal);
    const closed = once(await begun, 'close');
    controller.abort();
    expect((await following).at(-1)).toBe('end');
    await closed;
  });
});

test('a reply that is no JSON is given as it is', async () => {
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 3]), Buffer.from('42\n')]);
  engine.on('GET /containers/c/logs', (response) => response.end(frame));
  expect(await docker.tailLogs('c', 10)).toEqual(['42']);
});

test('a reply that comes in pieces is read to its end', async () => {
  engine.on('GET /volumes', (response) => {
    const text = JSON.stringify({ Volumes: [VOLUME] });
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write(text.slice(0, 10), () => response.end(text.slice(10)));
  });
  expect((await docker.listVolumes({})).map(({ name }) => name)).toEqual(['v']);
});
