/** Marathon JSON that is broken, gone or out of reach: a clear message, the right exit code, and nothing lost. */

import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const file = (...blocks: string[]) =>
  `minimesos {\n  distribution = "simulator"\n  agent { }\n  marathon {\n    ${blocks.join('\n    ')}\n  }\n}\n`;
const app = (name: string) => `app { marathonJson = "${name}" }`;
const FILE = file(app('web.json'), 'group { marathonJson = "shop.json" }');
const TASK = '"cmd": "sleep 1000", "cpus": 0.1, "mem": 16';
const WEB = `{"id": "web", ${TASK}}`;
const SHOP = `{"id": "shop", "apps": [{"id": "db", ${TASK}}]}`;

async function projectWith(minimesosFile: string): Promise<Project> {
  const project = await Project.create(minimesosFile);
  await project.write(WEB, 'web.json');
  await project.write(SHOP, 'shop.json');
  return project;
}

/** What runs, and since when: equal where nothing was touched. */
async function lifeOf(project: Project): Promise<unknown> {
  const { components } = await project.status();
  const marathon = components.find(({ kind }) => kind === 'marathon');
  const { apps } = (await (await fetch(`${marathon?.endpoint}/v2/apps`)).json()) as { apps: { id: string }[] };
  return { containers: await project.containers(), apps: apps.sort((a, b) => a.id.localeCompare(b.id)) };
}

describe.skipIf(dockerSkipped)('Marathon JSON of a cluster that runs', () => {
  let project: Project;
  let life: unknown;
  beforeAll(async () => {
    project = await projectWith(FILE);
    await project.apply();
    life = await lifeOf(project);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it.each([
    ['no JSON', 'web.json', `{"id": "web", ${TASK},}`, 'web.json:1:58 JSON has no comma before a "}"'],
    ['a list', 'web.json', `[${WEB}]`, 'web.json:1:1 it must be one app, not a list'],
    ['without an id', 'web.json', `{${TASK}}`, 'web.json:1:1 the app has no id'],
    ['of an id that Marathon does not take', 'web.json', '{"id": "My_Web"}', 'web.json:1:8 id "My_Web" has the part'],
    ['a group in an app block', 'web.json', SHOP, 'web.json:1:16 "apps" makes it a group, not an app'],
    ['an app in a group block', 'shop.json', WEB, 'shop.json:1:15 "cmd" makes it an app, not a group'],
    ['a group without apps', 'shop.json', '{"id": "shop"}', 'shop.json:1:1 the group holds no app'],
    ['of an id that is taken', 'web.json', '{"id": "shop/db"}', 'shop.json has the id "/shop/db", and so has web.json'],
    ['of an unknown token', 'web.json', '{"id": "${MINIMESOS_X}"}', 'web.json:1:9 unknown token "${MINIMESOS_X}"'],
    ['not UTF-8', 'web.json', Buffer.from([0x7b, 0xff]), 'web.json:1:2 the file is not UTF-8 text'],
    ['too large', 'web.json', ' '.repeat(2 ** 20 + 1), 'web.json:1:1 the file is larger than 1 MiB'],
    ['gone', 'web.json', undefined, 'web.json does not exist in '],
  ])('F23 F30 that is %s must end with 65, name its place, and touch nothing', async (_, name, text, message) => {
    onTestFinished(async () => {
      await project.write(WEB, 'web.json');
      await project.write(SHOP, 'shop.json');
    });
    if (text === undefined) await rm(join(project.folder, name));
    else await writeFile(join(project.folder, name), text);
    const validated = await project.run(['validate']);
    expect(validated).toMatchObject({ exit: 65, stdout: expect.stringMatching(/^minimesosFile:[56]:5 /) });
    expect(validated.stdout).toContain(message);
    const applied = await project.run(['apply']);
    expect(applied).toMatchObject({ exit: 65, stdout: '' });
    expect(applied.stderr).toContain(message);
    expect(applied.stderr).toContain('hint: nothing was changed');
    expect(await lifeOf(project)).toEqual(life);
  });

  it('F23 must have the same document of validate as a broken minimesosFile', async () => {
    onTestFinished(() => project.write(WEB, 'web.json'));
    await project.write('{}', 'web.json');
    expect(await project.json(['validate'], 65)).toEqual({
      valid: false,
      diagnostics: [{ line: 5, column: 5, message: 'web.json:1:1 the app has no id' }],
    });
  });

  it('C15 F29 must have a note where a token of it stands for nothing, and be deployed', async () => {
    onTestFinished(async () => {
      await project.write(WEB, 'web.json');
      await project.apply();
      life = await lifeOf(project);
    });
    await project.write(`{"id": "web", ${TASK}, "env": {"C": "\${MINIMESOS_CONSUL}"}}`, 'web.json');
    const applied = await project.run(['apply']);
    expect(applied.exit).toBe(0);
    expect(applied.stderr).toContain(
      'note: web.json:1:74 ${MINIMESOS_CONSUL} stands for nothing: the minimesosFile has no consul',
    );
  });
});

describe.skipIf(dockerSkipped)('Marathon JSON of a watched cluster', () => {
  it('F33 must count again as soon as it is mended, or there, and until then as it was', async () => {
    await using project = await projectWith(FILE);
    const watcher = Watcher.of(project);
    await watcher.converged();
    const lives = watcher.lives;
    const ready = (id: string) => watcher.until(id, () => watcher.component(id)?.phase === 'ready' || undefined);

    await project.write(WEB.replace('}', ',}'), 'web.json');
    await watcher.says('web.json:1:58 JSON has no comma before a "}"');
    const broken = watcher.stderr.length;
    // With a change, which shows that it counts.
    await project.write(WEB.replace('16', '24'), 'web.json');
    await watcher.says('deploy app:/web: mem 16 → 24', broken);

    await project.write(file(app('web.json'), 'group { marathonJson = "shop.json" }', app('late.json')));
    await watcher.says('late.json does not exist');
    expect(watcher.lives).toEqual(lives);
    await project.write(`{"id": "late", ${TASK}}`, 'late.json');
    await ready('app:/late');
    expect(watcher.lives).toMatchObject(lives);
  });
});

describe.skipIf(dockerSkipped)('Marathon JSON at a URL', () => {
  it('F31 F34 must be deployed, and left as it is while it is out of reach', async () => {
    const server = createServer(({ url }, response) => {
      if (url === '/url.json') response.end(WEB.replace('web', 'url'));
      else response.writeHead(404).end();
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const at = (path: string) => file(app('web.json'), app(`http://127.0.0.1:${port}/${path}`));

    await using project = await projectWith(at('none.json'));
    const missing = await project.run(['validate']);
    expect(missing).toMatchObject({ exit: 65, stdout: expect.stringContaining('/none.json does not exist (404)') });

    await project.write(at('url.json'));
    await project.apply();
    const life = await lifeOf(project);
    expect(life).toMatchObject({ apps: [{ id: '/url' }, { id: '/web' }] });

    await new Promise((done) => server.close(done).closeAllConnections());
    const outOfReach = `/url.json is out of reach: nobody listens at 127.0.0.1:${port}`;
    const validated = await project.run(['validate']);
    expect(validated).toMatchObject({ exit: 0, stdout: 'minimesosFile is valid\n' });
    expect(validated.stderr).toContain(`${outOfReach}; it was not checked`);
    const applied = await project.run(['apply']);
    expect(applied).toMatchObject({ exit: 1, stderr: expect.stringContaining(outOfReach) });
    expect(await lifeOf(project)).toEqual(life);
  });
});
