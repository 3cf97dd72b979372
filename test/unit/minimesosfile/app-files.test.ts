import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AppFiles, type AppsReading } from '../../../src/minimesosfile/app-files.js';
import { parseSpec } from '../../../src/minimesosfile/load.js';
import { Pages, type PageText } from '../../../src/minimesosfile/pages.js';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-apps-')));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const write = (name: string, content: unknown) =>
  writeFile(join(folder, name), Buffer.isBuffer(content) ? content : JSON.stringify(content));

/** Of a minimesosFile with these blocks, which begin on line 3; no URL is within reach but these. */
function read(blocks: string[], known: Record<string, PageText> = {}): Promise<AppsReading> {
  const loaded = parseSpec(`minimesos { agent { }\n marathon {\n${blocks.join('\n')}\n} }`, 'minimesosFile');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const unknown: PageText = { ok: false, why: 'out of reach', message: 'is out of reach' };
  const pages = { read: (url: string) => Promise.resolve(known[url] ?? unknown) };
  return new AppFiles({ pages }).read(join(folder, 'minimesosFile'), loaded.apps, loaded.spec);
}

/** `line:column message` of each. */
async function problemsOf(blocks: string[], known?: Record<string, PageText>): Promise<string[]> {
  const { diagnostics } = await read(blocks, known);
  return diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const app = (name: string) => `app { marathonJson = "${name}" }`;
const group = (name: string) => `group { marathonJson = "${name}" }`;

describe('the JSON of a minimesosFile', () => {
  it('F23 is read from its folder, in the order of the file', async () => {
    await mkdir(join(folder, 'apps'));
    await write('apps/web.json', { id: 'web' });
    await write('shop.json', { id: 'shop', apps: [{ id: 'a' }] });
    const url = 'https://example.com/es.json';
    const { apps, files, diagnostics } = await read([group('shop.json'), app(url), app('apps/web.json')], {
      [url]: { ok: true, text: '{"id": "es"}' },
    });
    expect(diagnostics).toEqual([]);
    expect(apps.map(({ type, id, source, appIds }) => [type, id, source, appIds])).toEqual([
      ['group', '/shop', 'shop.json', ['/shop/a']],
      ['app', '/es', url, ['/es']],
      ['app', '/web', 'apps/web.json', ['/web']],
    ]);
    expect(files).toEqual([join(folder, 'shop.json'), join(folder, 'apps/web.json')]);
  });

  it('F23 has its problems at its block, in messages that begin with the place in it', async () => {
    await write('a.json', Buffer.from('{\n "id": "A"\n}'));
    await write('b.json', Buffer.from('{'));
    expect(await problemsOf([app('b.json'), `  ${app('a.json')}`])).toEqual([
      '3:1 b.json:1:1 the "{" that begins here is never closed',
      expect.stringMatching(/^4:3 a\.json:2:8 id "A" has the part "A"/),
    ]);
  });

  it('F23 is named without what a terminal would act upon', async () => {
    expect(await problemsOf(["app { marathonJson = '\\u001b[31m' }"])).toEqual([
      expect.stringMatching(/^3:1 U\+001B\[31m does not exist/),
    ]);
  });

  it('F29 has notes on tokens that stand for nothing, with their place', async () => {
    await write('a.json', { id: 'a', cmd: '${MINIMESOS_CONSUL}' });
    expect((await read([app('a.json')])).notes).toEqual([
      'a.json:1:18 ${MINIMESOS_CONSUL} stands for nothing: the minimesosFile has no consul block',
    ]);
  });
});

describe('a file', () => {
  it('F30 that is not there is looked for in the folder of the minimesosFile', async () => {
    expect(await problemsOf([app('none.json'), app('/no/none.json')])).toEqual([
      `3:1 none.json does not exist in ${folder}, the folder of the minimesosFile`,
      '4:1 /no/none.json does not exist',
    ]);
    expect((await read([app('none.json')])).files).toEqual([join(folder, 'none.json')]);
  });

  it('F30 that is none, or cannot be read, is a mistake', async () => {
    const long = 'a'.repeat(300);
    expect(await problemsOf([app('.'), app('/dev/null'), app(long)])).toEqual([
      '3:1 . is a folder, not a file',
      '4:1 /dev/null is not a regular file',
      `5:1 ${'a'.repeat(200)}… cannot be read: ENAMETOOLONG: name too long`,
    ]);
  });

  it('F30 that is too large, or not UTF-8, is a mistake', async () => {
    await write('large.json', Buffer.alloc(2 ** 20 + 1, ' '));
    await write('latin1.json', Buffer.from('{\n"é"', 'latin1'));
    expect(await problemsOf([app('large.json'), app('latin1.json')])).toEqual([
      '3:1 large.json:1:1 the file is larger than 1 MiB',
      '4:1 latin1.json:2:2 the file is not UTF-8 text',
    ]);
  });

  it('F30 may begin with a byte order mark', async () => {
    await write('bom.json', Buffer.from('\uFEFF{"id": "a"}'));
    expect((await read([app('bom.json')])).apps).toMatchObject([{ id: '/a', text: '{"id": "a"}' }]);
  });
});

describe('a URL', () => {
  const url = 'https://example.com/es.json';

  it('F31 that is broken is a mistake', async () => {
    const missing: PageText = { ok: false, why: 'broken', message: 'does not exist (404)' };
    expect(await problemsOf([app(url)], { [url]: missing })).toEqual([`3:1 ${url} does not exist (404)`]);
  });

  it('F34 that is out of reach is told apart from mistakes', async () => {
    const { apps, diagnostics, outOfReach } = await read([app(url)]);
    expect({ apps, diagnostics }).toEqual({ apps: [], diagnostics: [] });
    expect(outOfReach).toEqual([{ line: 3, column: 1, message: `${url} is out of reach`, source: url }]);
  });

  it('F31 is not waited for once somebody has interrupted', async () => {
    const abort = new AbortController();
    const silent: typeof fetch = (_url, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        abort.abort();
      });
    const { signal } = abort;
    const files = new AppFiles({ signal, pages: new Pages({ signal, fetch: silent }) });
    const loaded = parseSpec(`minimesos { agent { }\n marathon { ${app(url)} } }`, 'minimesosFile');
    if (!loaded.ok) throw new Error('it is valid');
    await expect(files.read('minimesosFile', loaded.apps, loaded.spec)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('two files', () => {
  it('F27 with one id are a mistake that names both', async () => {
    await write('a.json', { id: 'x' });
    await write('b.json', { id: '/x' });
    expect(await problemsOf([app('a.json'), app('b.json')])).toEqual([
      '4:1 b.json has the id "/x", and so has a.json (line 3)',
    ]);
  });

  it('F27 with one app in two groups, or by itself too, are a mistake', async () => {
    await write('a.json', { id: '/shop/web' });
    await write('b.json', { id: 'shop', apps: [{ id: 'web' }] });
    expect(await problemsOf([group('b.json'), app('a.json')])).toEqual([
      '4:1 a.json has the id "/shop/web", and so has b.json (line 3)',
    ]);
  });

  it('F27 of which one is below the group of the other are a mistake, whichever comes first', async () => {
    await write('a.json', { id: '/shop/db/main' });
    await write('b.json', { id: 'shop', apps: [{ id: 'web' }] });
    const message = (line: number) =>
      `a.json has "/shop/db/main", which is below the group "/shop" of b.json (line ${line}); put it in there`;
    expect(await problemsOf([group('b.json'), app('a.json')])).toEqual([`4:1 ${message(3)}`]);
    expect(await problemsOf([app('a.json'), group('b.json')])).toEqual([`3:1 ${message(4)}`]);
  });

  it('F27 are fine where one id but begins like the other', async () => {
    await write('a.json', { id: '/shopping' });
    await write('b.json', { id: 'shop', apps: [{ id: 'web' }] });
    expect(await problemsOf([app('a.json'), group('b.json')])).toEqual([]);
  });

  it('F27 that are the same file are a mistake', async () => {
    await write('a.json', { id: 'x' });
    expect(await problemsOf([app('a.json'), app('a.json')])).toEqual([
      '4:1 a.json is named a second time; the first is on line 3',
    ]);
  });
});
