/** What `doctor` says of an engine, a file and what dead clusters left, and that its advice helps. */

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const NO_ENGINE = { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } };

async function project(minimesosFile?: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

describe.skipIf(dockerSkipped)('doctor', () => {
  it('C38 must work without a minimesosFile', async () => {
    const { stdout } = await (await project()).run(['doctor']);
    expect(stdout).toMatch(/^ok {4}file – no minimesosFile here/m);
  });

  it('C38 must end with 69 where no engine answers', async () => {
    const { exit, stdout } = await (await project()).run(['doctor', '--output', 'json'], NO_ENGINE);
    expect(exit).toBe(69);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      checks: [
        {
          name: 'engine',
          status: 'fail',
          message: expect.stringContaining('/nowhere/docker.sock'),
          hint: expect.any(String),
        },
      ],
    });
  });

  it('C38 must end with 1 where the file is broken, and name every place', async () => {
    const { exit, stdout } = await (await project('minimesos {\n  a = 1\n  b = 2\n}\n')).run(['doctor']);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^fail {2}file – .*\n.*:2:3 .*\n.*:3:3 .*\n +do: /m);
  });

  it('C38 must warn of an image that is not on the engine, with the command that brings it', async () => {
    const made = await project('minimesos {\n  agent { imageName = "localhost:1/nobody/agent"; imageTag = "9" }\n}\n');
    const { checks } = await made.json<Diagnosis>(['doctor']);
    expect(checks).toContainEqual({
      name: 'images',
      status: 'warn',
      message: expect.stringContaining('localhost:1/nobody/agent:9 (agent-0)'),
      hint: expect.stringContaining('docker pull localhost:1/nobody/agent:9'),
    });
  });

  it('C39 C40 must name a cluster whose file is gone, and the command that removes it', async () => {
    const made = await project('minimesos {\n  distribution = "simulator"\n  agent { }\n}\n');
    await made.apply();
    await rename(join(made.folder, 'minimesosFile'), join(made.folder, 'elsewhere'));
    expect((await made.run(['list'])).stdout).toContain(`${made.folder}/minimesosFile (gone)`);
    const hint = `minimesos destroy --cluster ${made.id}`;
    const { checks } = await made.json<Diagnosis>(['doctor']);
    expect(checks).toContainEqual({
      name: 'leftovers',
      status: 'warn',
      message: expect.stringContaining('is gone (3 containers run'),
      hint,
    });
    expect(await made.run(hint.split(' ').slice(1))).toMatchObject({ exit: 0 });
    expect(await made.leftovers()).toEqual([]);
  });
});
