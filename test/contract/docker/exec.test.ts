import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Exec } from '../../../src/docker/process.js';
import { uniqueName } from '../../support/engine.js';
import { testProgram } from './acting.js';
import { describeEngines, PATIENCE } from './engines.js';

const never = new AbortController().signal;

/** Keeps what it is given. */
class Sink extends PassThrough {
  content = '';

  constructor() {
    super();
    this.setEncoding('utf8').on('data', (text: string) => {
      this.content += text;
    });
  }
}

describeEngines('a command in a container', (candidate, sandbox) => {
  const { docker } = candidate;
  let image: string;
  let id: string;

  beforeAll(async () => {
    image = await candidate.image();
  });
  beforeEach(async () => {
    id = await docker.createContainer(sandbox().spec(image, 'host'));
    await docker.startContainer(id);
  });

  const begin = (command: string[], more: Partial<Exec> = {}, signal = never) => {
    const [stdout, stderr] = [new Sink(), new Sink()];
    return { stdout, stderr, code: docker.exec(id, { command, stdout, stderr, ...more }, signal) };
  };
  const run = async (command: string[], more: Partial<Exec> = {}) => {
    const { stdout, stderr, code } = begin(command, more);
    return { code: await code, stdout: stdout.content, stderr: stderr.content };
  };

  test('says what it says where it says it, and gives its exit code', async () => {
    expect(await run(testProgram('say', 'one', 'größer'))).toEqual({ code: 0, stdout: 'one\ngrößer\n', stderr: '' });
    expect(await run(testProgram('complain', 'no'))).toEqual({ code: 0, stdout: '', stderr: 'no\n' });
    expect(await run(testProgram('exit', '3'))).toEqual({ code: 3, stdout: '', stderr: '' });
    // What a shell says of a command that it cannot run is a command's own word too.
    expect(await run(testProgram('exit', '127'))).toEqual({ code: 127, stdout: '', stderr: '' });
  });

  test('reads what it is given, to its end', async () => {
    const text = 'größer '.repeat(100_000);
    expect((await run(['cat'], { stdin: Readable.from([Buffer.from(text)]) })).stdout).toBe(text);
    expect(await run(['cat'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('need not read what it is given', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, 'x');
      })(),
    );
    expect(await run(testProgram('say', 'enough'), { stdin: endless })).toMatchObject({ code: 0, stdout: 'enough\n' });
    endless.destroy();
  });

  test('has the environment that it is given', async () => {
    const env = { GREETING: 'a=b c "d"' };
    expect((await run(testProgram('environment', 'GREETING'), { env })).stdout).toBe('a=b c "d"\n');
  });

  test('has a terminal where it is given one, which is as large as that one, whatever it becomes', async () => {
    const terminal = Object.assign(new EventEmitter(), { columns: 100, rows: 40 });
    expect(await run(testProgram('complain', 'no'), { terminal })).toEqual({ code: 0, stdout: 'no\r\n', stderr: '' });
    const controller = new AbortController();
    const { stdout, code } = begin(testProgram('size'), { terminal }, controller.signal);
    await expect.poll(() => stdout.content, PATIENCE).toContain('100x40\r\n');
    Object.assign(terminal, { columns: 60, rows: 20 }).emit('resize');
    await expect.poll(() => stdout.content, PATIENCE).toContain('60x20\r\n');
    controller.abort();
    await expect(code).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('is let go of with the signal', async () => {
    const controller = new AbortController();
    const { code } = begin(testProgram('run'), { stdin: new PassThrough() }, controller.signal);
    controller.abort();
    await expect(code).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('that is not there is an error', async () => {
    const expected = { code: 'NO_COMMAND', exit: 127, message: 'the container has no command "nosuch"' };
    await expect(run(['nosuch', 'x'])).rejects.toMatchObject(expected);
    const terminal = Object.assign(new EventEmitter(), { columns: 80, rows: 24 });
    await expect(run(['nosuch'], { terminal })).rejects.toMatchObject(expected);
  });

  // The fake engine knows no files.
  if (candidate.real)
    test('that is no program is an error', async () => {
      await expect(run(['/etc/passwd'])).rejects.toMatchObject({
        code: 'COMMAND_REFUSED',
        exit: 126,
        message: '"/etc/passwd" cannot be run in the container: permission denied',
      });
    });

  test('asks for a container that runs', async () => {
    await docker.stopContainer(id);
    await expect(run(['cat'])).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    await docker.removeContainer(id);
    id = uniqueName();
    await expect(run(['cat'])).rejects.toMatchObject({ code: 'DOCKER_NOT_FOUND', message: `No such container: ${id}` });
  });
});
