import { beforeAll, expect, test } from 'vitest';
import type { LogOptions, LogText } from '../../../src/docker/process.js';
import { uniqueName } from '../../support/engine.js';
import { describeEngines, PATIENCE } from './engines.js';

const never = new AbortController().signal;

describeEngines('logs', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;

  beforeAll(async () => {
    image = await candidate.image();
  });

  const run = async (...command: string[]): Promise<string> => {
    const id = await docker.createContainer(sandbox().spec(image, 'host', { command }));
    await docker.startContainer(id);
    return id;
  };
  /** Of a program that ends by itself. */
  const ended = async (...command: string[]): Promise<string> => {
    const id = await run(...command);
    await expect.poll(async () => (await docker.inspectContainer(id)).state, PATIENCE).toBe('exited');
    return id;
  };
  const read = async (log: AsyncIterable<LogText>) => {
    const said = { stdout: '', stderr: '' };
    for await (const { stream, text } of log) said[stream] += text;
    return said;
  };
  const logs = (id: string, options: Partial<LogOptions> = {}, signal = never) =>
    docker.logs(id, { follow: false, ...options }, signal);
  /** Reads until the text is there; the log may end no sooner. */
  const until = async (log: AsyncIterable<LogText>, wanted: string): Promise<string> => {
    let seen = '';
    for await (const { text } of log) {
      seen += text;
      if (seen.includes(wanted)) return seen;
    }
    throw new Error(`ended after ${seen}`);
  };

  test('tell what a container said, each stream for itself, when it has stopped too', async () => {
    expect(await read(logs(await ended('say', 'one', 'größer')))).toEqual({ stdout: 'one\ngrößer\n', stderr: '' });
    expect(await read(logs(await ended('complain', 'no')))).toEqual({ stdout: '', stderr: 'no\n' });
  });

  test('of one that runs end with what it has said so far', async () => {
    const id = await run('announce', 'hello');
    await expect.poll(() => read(logs(id)), PATIENCE).toEqual({ stdout: 'hello\n', stderr: '' });
  });

  test('begin so many lines before their end', async () => {
    const id = await ended('say', 'one', 'two', 'three');
    expect((await read(logs(id, { tail: 2 }))).stdout).toBe('two\nthree\n');
    expect((await read(logs(id, { tail: 0 }))).stdout).toBe('');
    expect((await read(logs(id, { tail: 9 }))).stdout).toBe('one\ntwo\nthree\n');
  });

  test('of one that has said nothing are empty', async () => {
    const id = await docker.createContainer(sandbox().spec(image, 'host'));
    expect(await read(logs(id))).toEqual({ stdout: '', stderr: '' });
    expect(await read(logs(id, { follow: true }))).toEqual({ stdout: '', stderr: '' });
  });

  test('that are followed go on until the container stops', async () => {
    const id = await run('announce', 'hello');
    const following = logs(id, { follow: true });
    const all = read(following);
    await until(logs(id, { follow: true }), 'hello\n');
    await candidate.say(id, 'and more');
    await until(logs(id, { follow: true, tail: 1 }), 'and more\n');
    await docker.stopContainer(id);
    expect((await all).stdout).toBe('hello\nand more\n');
  });

  test('that are followed end with a restart', async () => {
    const id = await run('announce', 'hello');
    const log = logs(id, { follow: true })[Symbol.asyncIterator]();
    await log.next();
    const rest = log.next();
    await docker.restartContainer(id);
    expect(await rest).toMatchObject({ done: true });
  });

  test('that are followed end with the signal, before, while or after they are awaited', async () => {
    const id = await run('announce', 'hello');
    const controller = new AbortController();
    const late = logs(id, { follow: true }, controller.signal);
    const following = logs(id, { follow: true }, controller.signal)[Symbol.asyncIterator]();
    expect(await following.next()).toMatchObject({ value: { text: 'hello\n' } });
    const rest = following.next();
    controller.abort();
    expect(await rest).toMatchObject({ done: true });
    expect(await read(late)).toEqual({ stdout: '', stderr: '' });
    expect(await read(logs(id, {}, controller.signal))).toEqual({ stdout: '', stderr: '' });
  });

  test('of a container that is not there are not found', async () => {
    const missing = uniqueName();
    await expect(read(logs(missing))).rejects.toMatchObject({
      code: 'DOCKER_NOT_FOUND',
      message: `No such container: ${missing}`,
    });
  });
});
