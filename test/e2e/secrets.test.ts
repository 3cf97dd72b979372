/** A secret in every place where a user may put one, looked for in all that minimesos prints, writes and labels. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const CANARY = 'c4n4ry-s3cr3t';
const ENV = `env { TOKEN = "${CANARY}" }`;
const ACLS = `{ "run_tasks": [{ "principals": { "values": ["${CANARY}"] }, "users": { "type": "ANY" } }] }`;
const FILE = `minimesos {
  distribution = "simulator"
  zookeeper { ${ENV} }
  master { ${ENV}; authenticate = true; aclJson = '${ACLS}' }
  agent { ${ENV} }
  marathon { ${ENV} }
}
`;

async function started(file: string): Promise<Project> {
  const project = await Project.create(file);
  onTestFinished(() => project[Symbol.asyncDispose]());
  return project;
}

describe.skipIf(dockerSkipped)('a secret in a minimesosFile', () => {
  it('F56 F57 F58 must reach its process, and no output, label, volume or journal', async () => {
    const project = await started(FILE);
    const printed: string[] = [];
    const run = async (...args: string[]) => {
      const { exit, stdout, stderr } = await project.run(args);
      printed.push(`${args.join(' ')}: ${stdout}${stderr}`);
      return { exit, stderr };
    };
    for (const args of [['validate'], ['plan'], ['plan', '-o', 'json']]) await run(...args);
    const applied = await run('apply', '--debug');
    expect(applied.exit).toBe(0);
    expect(applied.stderr).toContain('simulated masters are given authenticate and aclJson, and turn nobody away');
    // What Mesos says of itself is Mesos' own: it shows its flags.
    expect(JSON.parse((await project.run(['state'])).stdout)).toMatchObject({ flags: { acls: ACLS } });

    await project.write(FILE.replaceAll(CANARY, `${CANARY}-2`).replace('agent {', 'agent { attributes = "rack:1";'));
    for (const args of [['plan'], ['apply', '-o', 'json'], ['status'], ['status', '-o', 'json'], ['info'], ['events']])
      expect(await run(...args)).toMatchObject({ exit: 0 });
    expect(printed.join('\n')).toContain('MESOS_ACLS or TOKEN changed');

    const of = { 'org.minimesos.cluster': project.id };
    const { docker } = project;
    const labelled = [...(await docker.listContainers(of)), ...(await docker.listVolumes(of))];
    const networks = await docker.listNetworks(of);
    const journal = await readFile(join(project.folder, '.minimesos', `events-${project.id}.jsonl`), 'utf8');
    expect(labelled.length).toBeGreaterThan(4);
    for (const each of [...printed, journal, JSON.stringify([labelled, networks])]) expect(each).not.toContain(CANARY);
  });

  it('F58 must not be told by the last words of a process that stops', async () => {
    // A simulated agent says which value of a flag it cannot read, and exits; here it is that of a token.
    const agent = `agent { env { TOKEN = "${CANARY}"; MESOS_REGISTRATION_BACKOFF_FACTOR = "${CANARY}" } }`;
    const project = await started(FILE.replace(`agent { ${ENV} }`, agent));
    const { exit, stdout, stderr } = await project.run(['apply', '-o', 'json']);
    expect(exit).toBe(1);
    expect(stderr).toContain("Failed to load value '***'");
    const journal = await readFile(join(project.folder, '.minimesos', `events-${project.id}.jsonl`), 'utf8');
    expect(journal).toContain("Failed to load value '***'");
    for (const each of [stdout, stderr, journal]) expect(each).not.toContain(CANARY);
  });

  it('F58 must not be told where it stands in a URL, of an app or of the engine', async () => {
    const url = `https://bob:${CANARY}@127.0.0.1:9/app.json`;
    const project = await started(FILE.replace(`marathon { ${ENV} }`, `marathon { app { marathonJson = "${url}" } }`));
    const settings = [
      {},
      { env: { DOCKER_HOST: `tcp://bob:${CANARY}@127.0.0.1:9` } },
      { env: { DOCKER_HOST: `gopher://bob:${CANARY}@127.0.0.1:9` } },
    ];
    for (const setting of settings)
      for (const args of [['validate'], ['plan'], ['apply', '--debug'], ['status', '-o', 'json']]) {
        const { stdout, stderr } = await project.run(args, setting);
        expect(`${stdout}${stderr}`).not.toBe('');
        expect(`${stdout}${stderr}`).not.toContain(CANARY);
      }
  });
});
