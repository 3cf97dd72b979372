import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { simulatorImage } from '../../../src/docker/image.js';
import { builtinFiles, collectRootfs } from '../../../src/docker/rootfs.js';
import { librariesOfAll, sharedLibraries } from '../../../src/docker/shared-libraries.js';
import { FakeDocker } from '../../support/fake-docker.js';

let folder: string;
let bundle: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minimesos-'));
  bundle = join(folder, 'simulator.mjs');
  await writeFile(bundle, 'console.log(1)');
});
afterEach(() => rm(folder, { recursive: true }));

test('the reference names the content', async () => {
  const first = await simulatorImage(bundle);
  expect(first.reference).toMatch(/^minimesos\/simulator:[0-9a-f]{12}$/);
  expect((await simulatorImage(bundle)).reference).toBe(first.reference);
  await writeFile(bundle, 'console.log(2)');
  expect((await simulatorImage(bundle)).reference).not.toBe(first.reference);
});

test('without the bundle it says how to make it', async () => {
  await expect(simulatorImage(join(folder, 'missing.mjs'))).rejects.toMatchObject({
    code: 'IMAGE_UNAVAILABLE',
    hint: 'npm run build makes it',
  });
});

test('an engine unlike this machine builds on a public image', async () => {
  const docker = new FakeDocker();
  docker.about = { ...docker.about, arch: 'mips64' };
  const image = await simulatorImage(bundle);
  await image.build(docker, () => {}, new AbortController().signal);
  expect(docker.writes).toEqual([`buildImage ${image.reference}`]);
  expect(await docker.presentImages([image.reference])).toEqual(new Set([image.reference]));
});

test('the files that a distribution keeps beside its Node are found, quoted or not', () => {
  const defines = [
    'NODE_OPENSSL_CERT_STORE',
    'NODE_SHARED_BUILTIN_CJS_MODULE_LEXER_LEXER_PATH=/usr/share/nodejs/cjs-module-lexer/lexer.js',
    'NODE_SHARED_BUILTIN_ACORN_PATH="/usr/share/nodejs/acorn/dist/acorn.js"',
  ];
  expect(builtinFiles({ target_defaults: { defines } })).toEqual([
    '/usr/share/nodejs/cjs-module-lexer/lexer.js',
    '/usr/share/nodejs/acorn/dist/acorn.js',
  ]);
  expect(builtinFiles({})).toEqual([]);
});

test('S115 what command tasks find beside Node is small', async () => {
  const rootfs = await collectRootfs(bundle);
  const node = await realpath(process.execPath);
  const own = new Set([
    node,
    ...(await Promise.all((await sharedLibraries(node))?.map((path) => realpath(path)) ?? [])),
  ]);
  const tools = (rootfs?.files ?? []).filter(({ source }) => !own.has(source) && !source.startsWith('/etc/'));
  expect(tools.map(({ path }) => path)).toEqual(expect.arrayContaining(['/bin/sh', '/bin/env', '/bin/sort']));
  const megabytes = tools.reduce((sum, { size }) => sum + size, 0) / 1024 ** 2;
  expect(megabytes).toBeLessThan(16);
});

test('the libraries of many programs are those of each', async () => {
  const programs = ['/bin/ls', '/bin/cat', '/bin/sed'];
  const each = await Promise.all(programs.map(sharedLibraries));
  const expected = new Set(each.flatMap((found) => found ?? []));
  expect(new Set(await librariesOfAll(programs))).toEqual(expected);
});
