/** Apply may be killed at any moment: the next one carries on. */

import { expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const CASES = 20;

const file = (version: string, racks: string[]) => `minimesos {
  distribution = "simulator"
  mesosVersion = "${version}"
  ${racks.map((rack) => `agent { attributes = "rack:${rack}" }`).join('\n  ')}
}
`;

/** The first kill hits a cold start; the others a roll with a scale up, a scale down, and the way back, in turn. */
const GENERATIONS = [file('1.0.0', ['a', 'b', 'c']), file('1.11.0', ['a', 'b', 'c', 'd']), file('1.11.0', ['a', 'd'])];

it.skipIf(dockerSkipped)(
  `L18 killed at ${CASES} different moments it converges at the next try, with nothing doubled and nothing orphaned`,
  async () => {
    const project = await Project.create();
    onTestFinished(() => project[Symbol.asyncDispose]());

    for (let kill = 0; kill < CASES; kill++) {
      const generation = GENERATIONS[kill % GENERATIONS.length] ?? '';
      await project.write(generation);
      await killedAfterLines(project, kill % 7);
      await expectConverged(project, generation);
    }
    await project.run(['destroy']);
    expect(await project.leftovers()).toEqual([]);
  },
);

/** SIGKILL as soon as it has told so many things; in the middle of whatever comes next. */
async function killedAfterLines(project: Project, lines: number): Promise<void> {
  const child = project.spawn(['apply']);
  const ended = new Promise((done) => child.on('close', done));
  let told = 0;
  if (lines === 0) child.once('spawn', () => child.kill('SIGKILL'));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told += text.split('\n').length - 1;
    if (told >= lines) child.kill('SIGKILL');
  });
  await ended;
}

async function expectConverged(project: Project, generation: string): Promise<void> {
  const { converged, status } = await project.apply();
  expect(converged).toBe(true);
  expect(status.cluster.phase).toBe('ready');
  const agents = generation.match(/agent \{/g)?.length ?? 0;
  const ids = status.components.map(({ id }) => id);
  expect(ids).toHaveLength(2 + agents);
  // A container and a volume for each agent, both for ZooKeeper, a container for the master, a network: no more.
  expect(await project.leftovers()).toHaveLength(2 * agents + 2 + 1 + 1);
  expect((await project.masterState()).activated_slaves).toBe(agents);
  expect(await project.apply()).toMatchObject({ steps: [] });
}
