/** The package as it is published, in a project of somebody's own. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a developer of tests has; minimesos itself must bring all that it needs. */
const TOOLS = ['vitest', 'typescript', '@types/node'];

async function npm(folder: string, ...args: string[]): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'];
  const { stdout, stderr } = await promisify(execFile)('npm', [...args, ...quiet], { cwd: folder }).catch((error) => {
    throw new Error(`npm ${args.join(' ')} failed\n${error.stdout}\n${error.stderr}`);
  });
  return `${stdout}\n${stderr}`;
}

/** The built package as a tarball, installed in a copy of the example. */
async function exampleProject(): Promise<string> {
  const work = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-example-')));
  onTestFinished(() => rm(work, { recursive: true, force: true }));
  await npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', work);
  const [tarball = ''] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
  const project = join(work, 'project');
  await cp(join(ROOT, 'examples/testing'), project, { recursive: true, filter: (path) => !/node_modules/.test(path) });
  await npm(project, 'install', '--omit=dev', '--save-prod', join(work, tarball));
  for (const tool of TOOLS) await link(join(ROOT, 'node_modules', tool), join(project, 'node_modules', tool));
  for (const bin of ['vitest', 'tsc'])
    await link(join(ROOT, 'node_modules/.bin', bin), join(project, 'node_modules/.bin', bin));
  return project;
}

/** What is installed already stays. */
async function link(target: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink(await realpath(target), path);
}

describe.skipIf(dockerSkipped)('examples/testing', () => {
  it('A15 must compile and pass with the packed tarball, which brings all that it needs', {
    timeout: 300_000,
  }, async () => {
    const project = await exampleProject();
    const said = stripVTControlCharacters(await npm(project, 'test'));
    expect(said).toMatch(/Test Files +3 passed/);
    expect(said).toMatch(/Tests +6 passed/);
  });
});
