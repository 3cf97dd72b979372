/** The minimesosFiles of real users, and the examples of this project. */

import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CORPUS = resolve(ROOT, '../shared/corpus');
const folders = (at: string) =>
  readdirSync(at, { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => join(at, name));
// The Warsaw demo has a test of its own, and that of the test project is the corpus' own.
const EXAMPLES = folders(join(ROOT, 'examples')).filter((folder) => !/(warsaw|testing)$/.test(folder));
const CASES = [...EXAMPLES, ...(existsSync(CORPUS) ? folders(CORPUS) : [])].filter((folder) =>
  existsSync(join(folder, 'minimesosFile')),
);

async function copyOf(folder: string): Promise<Project> {
  const project = await Project.create();
  onTestFinished(() => project[Symbol.asyncDispose]());
  cpSync(folder, project.folder, { recursive: true });
  return project;
}

const SIMULATOR = ['--distribution', 'simulator'];

describe.skipIf(dockerSkipped)('a minimesosFile of the corpus and of the examples', () => {
  it.each(CASES)('C10 validates and converges: %s', async (folder) => {
    const project = await copyOf(folder);
    expect(await project.json(['validate'])).toEqual({ valid: true, diagnostics: [] });
    const { converged, status } = await project.apply(...SIMULATOR);
    expect(converged).toBe(true);
    expect(status.components.filter(({ phase }) => phase !== 'ready')).toEqual([]);
    const agents = status.components.filter(({ kind }) => kind === 'agent');
    expect((await project.masterState()).activated_slaves).toBe(agents.length);
    await project.run(['destroy']);
    expect(await project.leftovers()).toEqual([]);
  });
});

describe.skipIf(dockerSkipped)('the Warsaw demo', () => {
  it('N4 has four agents, each with the resources of its block and its work directory beside the file, until it goes', async () => {
    const project = await copyOf(join(ROOT, 'examples/warsaw'));
    await project.apply();
    const { activated_slaves, slaves } = await project.masterState();
    expect(activated_slaves).toBe(4);
    const resources = slaves.map((slave) => slave.resources);
    expect(resources.map(({ ports }) => ports).sort()).toEqual([
      '[31000-32000]',
      '[33000-34000]',
      '[35000-36000]',
      '[37000-38000]',
    ]);
    for (const each of resources) expect(each).toMatchObject({ cpus: 2, mem: 4096, disk: 20000 });
    const folder = join(project.folder, '.minimesos', `sandbox-${project.id}`);
    expect(readdirSync(folder).sort()).toEqual(['agent-0', 'agent-1', 'agent-2', 'agent-3']);
    expect(existsSync(join(folder, 'agent-0', 'meta'))).toBe(true);
    await project.run(['destroy']);
    expect(existsSync(folder)).toBe(false);
  });
});
