/** Marathon JSON that is given by hand, from wherever it comes. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAppSource, type SourceOption } from '../../../src/cli/app-source.js';
import type { Context } from '../../../src/cli/context.js';

const APP = '{ "id": "hello", "cmd": "echo ${MINIMESOS_MASTER}", "cpus": ${MINIMESOS_MASTER_PORT} }';
const GROUP = '{ "id": "/shop", "apps": [{ "id": "db", "cpus": ${MINIMESOS_MASTER_PORT} }] }';

interface Piping {
  stdin?: PassThrough;
  signal?: AbortSignal;
  told?: string[];
}

function contextOf({ stdin, signal = new AbortController().signal, told = [] }: Piping): Context {
  return { streams: { stdin }, signal, tell: (text: string) => void told.push(text) } as unknown as Context;
}

function piped(text: string | Buffer): PassThrough {
  const stdin = new PassThrough();
  stdin.end(text);
  return stdin;
}

const read = (option: SourceOption, where: string, piping: Piping = {}) =>
  readAppSource(contextOf(piping), option, where);

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'minimesos-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'given.json'), text);
  return join(folder, 'given.json');
}

describe('Marathon JSON', () => {
  it.each([
    ['app', APP, { type: 'app', id: '/hello', appIds: ['/hello'] }],
    ['group', GROUP, { type: 'group', id: '/shop', appIds: ['/shop/db'] }],
    ['marathonFile', APP, { type: 'app' }],
    ['marathonFile', GROUP, { type: 'group' }],
  ] as const)('of --%s is read from its file: %s', async (option, text, expected) => {
    const path = await fileWith(text);
    expect(await read(option, path)).toMatchObject({ ...expected, source: path, text });
  });

  it.each([
    [APP, 'app'],
    [GROUP, 'group'],
  ])('is read from the standard input: %s', async (text, type) => {
    expect(await read('stdin', 'true', { stdin: piped(text) })).toMatchObject({ type, source: 'stdin', text });
  });

  it.each([
    ['app', GROUP, '--group installs it'],
    ['group', APP, '--app installs it'],
    ['app', '{ "id": "x", "cmd": 1 ', 'nothing was sent to Marathon'],
  ] as const)('that --%s does not take: %s', async (option, text, hint) => {
    const path = await fileWith(text);
    await expect(read(option, path)).rejects.toMatchObject({ code: 'FILE_INVALID', hint, exit: 65 });
  });

  it.each([
    ['that is too large', Buffer.alloc(1024 * 1024 + 1, ' '), 'stdin:1:1 the file is larger than 1 MiB'],
    ['that is no text', Buffer.from([0x7b, 0xff]), 'stdin:1:2 the file is not UTF-8 text'],
  ])('%s is refused', async (_what, bytes, detail) => {
    await expect(read('stdin', 'true', { stdin: piped(bytes) })).rejects.toMatchObject({ details: [detail] });
  });

  it('is waited for no longer than until Ctrl-C', async () => {
    const abort = new AbortController();
    const reading = read('stdin', 'true', { stdin: new PassThrough(), signal: abort.signal });
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED', exit: 130 });
  });

  it('is asked for where somebody types', async () => {
    const told: string[] = [];
    const stdin = Object.assign(piped(APP), { isTTY: true });
    await read('stdin', 'true', { stdin, told });
    expect(told).toEqual(['reading JSON from the terminal; Ctrl-D ends it']);
  });
});
