import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { validate } from '../../../../src/cli/commands/validate.js';
import type { Context } from '../../../../src/cli/context.js';

it('C10 validate can be interrupted while a URL of the file does not answer', async () => {
  const mute = createServer().listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'minimesos-validate-'));
  onTestFinished(async () => {
    mute.close();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, 'minimesosFile');
  const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/app.json`;
  await writeFile(file, `minimesos { marathon { app { marathonJson = "${url}" } } }`);
  const stop = new AbortController();
  mute.on('connection', (socket) => {
    onTestFinished(() => void socket.destroy());
    stop.abort();
  });
  const context = { args: { file, output: 'text', debug: false }, signal: stop.signal } as Context;
  await expect(validate(context, {})).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
