import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Source } from '../../../src/api/source.js';
import type { Overrides } from '../../../src/api/spec.js';

const GOOD = 'minimesos {\n  timeout = 90\n  agent { }\n  agent { }\n}\n';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-source-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'minimesosFile');
  await writeFile(file, GOOD);
  await writeFile(join(folder, 'simulator.mjs'), '');
});

const sourceOf = (overrides: Overrides = {}) =>
  new Source({ id: 'c0ffee0000', file }, overrides, join(folder, 'simulator.mjs'));

describe('the minimesosFile', () => {
  it('is what is wanted', async () => {
    const { desired, timeout } = await sourceOf().read();
    expect(timeout).toBe(90);
    expect(desired.cluster).toMatchObject({ id: 'c0ffee0000', file, name: 'minimesos-c0ffee0000' });
    expect(desired.components.filter(({ kind }) => kind === 'agent')).toHaveLength(2);
  });

  it('is read anew each time, and left as it was where it did not change', async () => {
    const source = sourceOf();
    const first = await source.read();
    expect(await source.read()).toBe(first);
    await writeFile(file, GOOD.replace('agent { }', ''));
    const second = await source.read();
    expect(second.desired.components.filter(({ kind }) => kind === 'agent')).toHaveLength(1);
  });

  it('has a generation, which tells it and what is said over it from any other', async () => {
    const generationOf = async (overrides?: Overrides) => (await sourceOf(overrides).read()).generation;
    const first = await generationOf();
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(await generationOf()).toBe(first);
    expect(await generationOf({ agents: 3 })).not.toBe(first);
    await writeFile(file, `${GOOD}\n`);
    expect(await generationOf()).not.toBe(first);
  });

  it('names the files that are to be watched: itself, and those on this machine that it names', async () => {
    const apps = ['app { marathonJson = "apps/web.json" }', 'app { marathonJson = "https://example.com/app.json" }'];
    await writeFile(file, `minimesos {\n  agent { }\n  marathon {\n    ${apps.join('\n    ')}\n  }\n}\n`);
    expect((await sourceOf().read()).files).toEqual([file, join(folder, 'apps', 'web.json')]);
  });

  it('is an error where there is none, or it is broken', async () => {
    await writeFile(file, 'minimesos { agnt { } }');
    const broken = sourceOf().read();
    await expect(broken).rejects.toMatchObject({ code: 'FILE_INVALID', exit: 65 });
    await rm(file);
    await expect(sourceOf().read()).rejects.toMatchObject({ code: 'FILE_MISSING', exit: 65 });
  });
});

describe('L30 the last good minimesosFile', () => {
  it('counts while the file is broken, and the problem is told until it is good again', async () => {
    const source = sourceOf();
    const good = await source.lastGood();
    expect(source.problem).toBeUndefined();
    await writeFile(file, 'minimesos { agnt { } }');
    expect(await source.lastGood()).toBe(good);
    expect(source.problem).toMatchObject({ code: 'FILE_INVALID', details: [expect.stringContaining('agnt')] });
    await writeFile(file, `${GOOD}\n`);
    expect((await source.lastGood()).generation).not.toBe(good.generation);
    expect(source.problem).toBeUndefined();
  });

  it('counts while the file is gone, and is at once good again when it is back as it was', async () => {
    const source = sourceOf();
    const good = await source.lastGood();
    await rm(file);
    expect(await source.lastGood()).toBe(good);
    expect(source.problem).toMatchObject({ code: 'FILE_MISSING' });
    await writeFile(file, GOOD);
    expect(await source.lastGood()).toBe(good);
    expect(source.problem).toBeUndefined();
  });

  it('has to have been there', async () => {
    await writeFile(file, 'minimesos { agnt { } }');
    await expect(sourceOf().lastGood()).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });
});
