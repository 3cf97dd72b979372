import { expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const FILE = 'minimesos {\n  distribution = "simulator"\n}\n';

async function project(minimesosFile?: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

it.skipIf(dockerSkipped)(
  'N1 N2 L20 destroy leaves nothing of its cluster, and does not touch another that runs beside it',
  async () => {
    const [one, other] = [await project(FILE), await project(FILE)];
    await Promise.all([one.apply(), other.apply()]);
    const before = await other.containers();
    expect(await one.run(['destroy'])).toMatchObject({ exit: 0 });
    expect(await one.leftovers()).toEqual([]);
    expect(await other.containers()).toEqual(before);
    expect((await other.status()).cluster.phase).toBe('ready');
  },
);

it.skipIf(dockerSkipped)('C14 destroy needs no file, and is done where nothing is left', async () => {
  const gone = await project(FILE);
  await gone.apply();
  await gone.write('minimesos { broken');
  expect(await gone.run(['destroy'])).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^removed 3 in/) });
  expect(await gone.leftovers()).toEqual([]);
  expect(await gone.run(['destroy'])).toMatchObject({ exit: 0, stdout: expect.stringContaining('no cluster of') });
});
