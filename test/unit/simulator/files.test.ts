import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpServer } from '../../../src/simulator/http.js';
import { listen } from '../../../src/simulator/listen.js';
import { listFiles, readFile } from '../../../src/simulator/mesos/file-calls.js';
import { modeText } from '../../../src/simulator/mesos/file-entries.js';
import { Files } from '../../../src/simulator/mesos/files.js';
import { ask, Cleanup } from '../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let files: Files;
let folder = '';
let outside = '';

beforeEach(() => {
  files = new Files();
  folder = cleanup.directory();
  outside = cleanup.directory();
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(folder, 'stdout'), 'hello world');
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'deep'), 'deep');
  symlinkSync(outside, join(folder, 'away'));
  symlinkSync('inner', join(folder, 'near'));
  files.attach('/box', folder);
});

const answer = (path: string) => {
  const url = new URL(`http://h${path}`);
  const given = files.answer({ path: url.pathname, query: url.searchParams });
  return { status: given?.status, body: given?.body instanceof Buffer ? given.body.toString() : given?.body };
};

describe('files', () => {
  it('S98 an attached folder must be browsed under its virtual path, links within it followed', () => {
    const names = (files.list('/box/') as { path: string }[]).map(({ path }) => path);
    expect(names).toEqual(['/box/away', '/box/inner', '/box/near', '/box/stdout']);
    const shown = answer('/files/browse?path=/box/near').body as { path: string; mode: string; size: number }[];
    expect(shown).toMatchObject([{ path: '/box/near/deep', size: 4, nlink: 1 }]);
    expect(shown[0]?.mode).toMatch(/^-rw/);
    expect(answer('/files/debug').body).toEqual({ '/box': folder });
  });

  it.each(['/box/../secret', '/box/away/secret', '/box/inner/../../secret', '/box/away'])(
    'S98 nothing outside of an attached folder must be read: %s',
    (path) => {
      for (const kind of ['browse', 'read', 'download']) {
        const { status, body } = answer(`/files/${kind}?path=${encodeURIComponent(path)}`);
        expect([400, 404]).toContain(status);
        expect(JSON.stringify(body ?? '')).not.toContain('secret');
      }
    },
  );

  it('S98 whatever path is asked for, no file outside must be found', () => {
    const part = fc.constantFrom('..', '.', 'away', 'near', 'inner', 'deep', 'secret', 'stdout', '', 'box');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const read = files.read(`/box/${parts.join('/')}`, 0);
        expect('data' in read ? read.data.toString() : '').not.toBe('secret');
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['path=/box/stdout&offset=0&length=5', '{"data":"hello","offset":0}'],
    ['path=/box/stdout&offset=6', '{"data":"world","offset":6}'],
    ['path=/box/stdout&offset=6&length=-1', '{"data":"world","offset":6}'],
    ['path=/box/stdout', '{"data":"","offset":11}'],
    ['path=/box/stdout&offset=-1', '{"data":"","offset":11}'],
    ['path=/box/stdout&offset=99', '{"data":"","offset":99}'],
    ['path=/box/stdout&offset=0&length=0', '{"data":"","offset":0}'],
  ])('S98 a part of a file must be read as asked for: %s', (query, body) => {
    expect(answer(`/files/read?${query}`)).toEqual({ status: 200, body });
  });

  it.each([
    ['read?path=/box', 400, 'Cannot read a directory.\n'],
    ['download?path=/box', 400, 'Cannot download a directory.\n'],
    ['read?path=/box/stdout&offset=x', 400, "Failed to parse offset: Failed to convert 'x' to number.\n"],
    ['read?path=/box/stdout&offset=-2', 400, 'Negative offset provided: -2.\n'],
    ['read?path=/box/stdout&offset=0&length=-2', 400, 'Negative length provided: -2.\n'],
    ['read?path=/boxes/stdout', 404, ''],
    ['browse?path=/', 404, ''],
    ['read', 400, "Expecting 'path=value' in query.\n"],
    ['download', 400, "Expecting 'path=value' in query.\n"],
    ['nothing?path=/box', 404, '404 Not Found.'],
  ])("S98 a wrong request must get Mesos' status and words: %s", (query, status, body) => {
    expect(answer(`/files/${query}`)).toEqual({ status, body });
  });

  it('S98 the bytes of a file must come as they are, and no more than sixteen pages at once', () => {
    writeFileSync(
      join(folder, 'bytes'),
      Buffer.concat([Buffer.from([0xff, 0x00, 0x22, 0xc3]), Buffer.alloc(100_000, 0x61)]),
    );
    const read = files.answer({ path: '/files/read', query: new URLSearchParams('path=/box/bytes&offset=0&length=4') });
    expect(read?.body).toEqual(Buffer.from('{"data":"\xff\\u0000\\"\xc3","offset":0}', 'latin1'));
    expect(files.read('/box/bytes', 0)).toMatchObject({ size: 100_004, data: { length: 65_536 } });
  });

  it('S98 what was detached, and what is not there any more, must not be found', () => {
    files.attach('/gone', join(folder, 'nowhere'));
    expect(answer('/files/browse?path=/gone').status).toBe(404);
    files.detach('/box');
    expect(answer('/files/read?path=/box/stdout&offset=0').status).toBe(404);
  });

  it('S98 a file must be downloaded as it is, named, and its head told alone', async () => {
    const server = cleanup.closing(httpServer((request) => files.answer(request) ?? { status: 404 }));
    const port = await listen(server, 0, '127.0.0.1');
    const got = await ask(port, '/files/download?path=/box/stdout');
    expect(got).toMatchObject({ status: 200, text: 'hello world' });
    expect(got.headers.get('content-disposition')).toBe('attachment; filename=stdout');
    const head = await ask(port, '/files/download?path=/box/stdout', { method: 'HEAD' });
    expect([head.text, head.headers.get('content-length')]).toEqual(['', '11']);
    server.closeAllConnections();
  });

  it('S98 the v1 calls must say the same', () => {
    const listed = listFiles(files, 'agent', { type: 'LIST_FILES', list_files: { path: '/box/inner' } });
    expect(listed.body).toMatchObject({ list_files: { file_infos: [{ path: '/box/inner/deep', size: 4 }] } });
    const read = readFile(files, 'agent', {
      type: 'READ_FILE',
      read_file: { path: '/box/stdout', offset: 6, length: 3 },
    });
    expect(read.body).toEqual({
      type: 'READ_FILE',
      read_file: { size: 11, data: Buffer.from('wor').toString('base64') },
    });
    expect(readFile(files, 'master', { type: 'READ_FILE' })).toMatchObject({ status: 400 });
    expect(listFiles(files, 'master', { type: 'LIST_FILES', list_files: { path: '/' } })).toMatchObject({
      status: 404,
    });
  });

  it.each([
    [0o100644, '-rw-r--r--'],
    [0o040755, 'drwxr-xr-x'],
    [0o041777, 'drwxrwxrwt'],
    [0o104755, '-rwsr-xr-x'],
    [0o102644, '-rw-r-Sr--'],
    [0o120777, 'lrwxrwxrwx'],
  ])('S98 the mode %o must be written %s', (mode, text) => {
    expect(modeText(mode)).toBe(text);
  });
});
