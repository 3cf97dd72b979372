import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Source, type Target } from '../../../src/api/source.js';
import type { Overrides } from '../../../src/api/spec.js';
import { AppFiles } from '../../../src/minimesosfile/app-files.js';
import type { PageText } from '../../../src/minimesosfile/pages.js';

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

const sourceOf = (overrides: Overrides = {}, appFiles = new AppFiles()) =>
  new Source({ id: 'c0ffee0000', file }, overrides, join(folder, 'simulator.mjs'), undefined, appFiles);

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

describe('the Marathon JSON that it names', () => {
  const WITH_APPS = 'minimesos {\n  agent { }\n  marathon {\n    app { marathonJson = "web.json" }\n  }\n}\n';
  const appsOf = ({ desired }: Target) => desired.apps.map(({ id }) => id);
  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  beforeEach(async () => {
    await write('minimesosFile', WITH_APPS);
    await write('web.json', '{"id": "web"}');
  });

  it('is what is wanted too, and watched', async () => {
    const target = await sourceOf().read();
    expect(appsOf(target)).toEqual(['app:/web']);
    expect(target.files).toEqual([file, join(folder, 'web.json')]);
  });

  it('is not watched where it is a page of the web', async () => {
    const url = 'https://example.com/app.json';
    await write('minimesosFile', WITH_APPS.replace('web.json', url));
    const appFiles = new AppFiles({ pages: { read: () => Promise.resolve({ ok: true, text: '{"id": "es"}' }) } });
    const target = await sourceOf({}, appFiles).read();
    expect(appsOf(target)).toEqual(['app:/es']);
    expect(target.files).toEqual([file]);
  });

  it('is read anew each time, counts for the generation, and is left as it was where it did not change', async () => {
    const source = sourceOf();
    const first = await source.read();
    expect(await source.read()).toBe(first);
    await write('web.json', '{"id": "shop"}');
    const second = await source.read();
    expect(appsOf(second)).toEqual(['app:/shop']);
    expect(second.generation).not.toBe(first.generation);
    expect(await source.read()).toBe(second);
    await write('web.json', '{"id": "web"}');
    expect((await source.read()).generation).toBe(first.generation);
  });

  it('has the distribution and the agents of the command line when its tokens are looked at', async () => {
    await write('web.json', '{"id": "web", "cmd": "${MINIMESOS_AGENT}"}');
    expect((await sourceOf({ agents: 1 }).read()).desired.notes).toEqual([]);
    expect((await sourceOf({ agents: 0 }).read()).desired.notes).toEqual([
      'web.json:1:23 ${MINIMESOS_AGENT} stands for nothing: the minimesosFile has no agent block',
    ]);
  });

  it('F23 is an error where it is broken, with every problem at its block', async () => {
    await write('web.json', '{"id": "Web", "cmd": "${MINIMESOS_X}"}');
    await expect(sourceOf().read()).rejects.toMatchObject({
      code: 'FILE_INVALID',
      details: [
        expect.stringContaining(`${file}:4:5 web.json:1:8 id "Web" `),
        expect.stringContaining(`${file}:4:5 web.json:1:23 unknown token`),
      ],
    });
  });

  it('F34 is told apart from the rest where it is out of reach, until it is not', async () => {
    const url = 'https://example.com/x.json';
    await write('minimesosFile', WITH_APPS.replace('}\n  }', `}\n    app { marathonJson = "${url}" }\n  }`));
    let page: PageText = { ok: false, why: 'out of reach', message: 'does not answer within 10 s' };
    const source = sourceOf({}, new AppFiles({ pages: { read: () => Promise.resolve(page) } }));
    const first = await source.read();
    expect(appsOf(first)).toEqual(['app:/web']);
    expect(first.desired.unreachable).toMatchObject([{ source: url, problem: `${url} does not answer within 10 s` }]);
    page = { ok: true, text: '{"id": "es"}' };
    const second = await source.read();
    expect(appsOf(second)).toEqual(['app:/web', 'app:/es']);
    expect(second.desired.unreachable).toEqual([]);
  });

  it('has its place in the file also where a patch is said over it', async () => {
    await rm(join(folder, 'web.json'));
    await expect(sourceOf({ patches: [{ timeout: 5 }] }).read()).rejects.toMatchObject({
      details: [expect.stringContaining(`${file}:4:5 web.json does not exist`)],
    });
  });

  it('F33 counts as it was while it is broken or gone', async () => {
    const source = sourceOf();
    const good = await source.lastGood();
    await write('web.json', '{"id": "web",}');
    expect(await source.lastGood()).toBe(good);
    expect(source.problem?.details).toEqual([`${file}:4:5 web.json:1:13 JSON has no comma before a "}"`]);
    await rm(join(folder, 'web.json'));
    expect(await source.lastGood()).toBe(good);
    expect(source.problem?.details).toEqual([expect.stringContaining('web.json does not exist')]);
    await write('web.json', '{"id": "web"}');
    expect(await source.lastGood()).toBe(good);
    expect(source.problem).toBeUndefined();
  });

  it('F33 is watched while it is not there yet', async () => {
    const source = sourceOf();
    const good = await source.lastGood();
    await write('minimesosFile', WITH_APPS.replace('web.json', 'late.json'));
    expect(await source.lastGood()).toEqual({ ...good, files: [...good.files, join(folder, 'late.json')] });
    await write('late.json', '{"id": "late"}');
    const mended = await source.lastGood();
    expect(appsOf(mended)).toEqual(['app:/late']);
    expect(mended.files).toEqual([file, join(folder, 'late.json')]);
  });
});
