/**
 * The command lines of 0.13, as its users typed them, one after the other on one cluster. What each prints is compared
 * with `test/golden/cli/<name>.txt`; `npx vitest run --project e2e test/e2e/zero-thirteen.test.ts -u` writes these anew.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../../src/api/identity.js';
import { dockerSkipped, removeLabelled } from '../support/engine.js';
import { type MasterState, Project, type Ran } from '../support/project.js';

const FILE =
  'minimesos {\n  clusterName = "My Cluster"\n  distribution = "simulator"\n  agent { }\n  marathon { }\n  consul { }\n}\n';

describe.skipIf(dockerSkipped)('C42 a command line of 0.13', () => {
  let made: Project;
  /** Of the file that --clusterConfig names. */
  let id: string;
  beforeAll(async () => {
    made = await Project.create();
    ({ id } = await identify(join(made.folder, 'cluster')));
  });
  afterAll(async () => {
    await made[Symbol.asyncDispose]();
    await removeLabelled(made.docker, { 'org.minimesos.cluster': id });
  });

  /** What differs from run to run has a name in its place. */
  const steady = (text: string): string =>
    text
      .replaceAll(made.folder, '<folder>')
      .replaceAll(id, '<id>')
      .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
      .replace(/\b\d+\.\d+\.\d+-alpha\.\d+\b/g, '<version>')
      .replace(/\b172\.\d+\.\d+\.(\d+)\b/g, '<subnet>.$1')
      .replace(/\(\d+\.\d s\)/g, '(<time>)')
      .replace(/ in \d+\.\d s$/gm, ' in <time>')
      .replace(/("\w+_time": )[\d.]+/g, '$1"<time>"');

  const printed = ({ exit, stdout }: Ran): string => `exit ${exit}\n${steady(stdout)}`;
  const golden = (name: string): string => join('..', 'golden', 'cli', `${name}.txt`);
  const cluster = (...args: string[]): Promise<Ran> => made.run([...args, '--clusterConfig', 'cluster']);

  it('init must write a full default file, and refuse where there is one', async () => {
    await expect(printed(await made.run(['init']))).toMatchFileSnapshot(golden('init'));
    const written = await readFile(join(made.folder, 'minimesosFile'), 'utf8');
    expect(written).toMatch(/^minimesos \{/m);
    await expect(steady((await made.run(['init'])).stderr)).toMatchFileSnapshot(golden('init-again'));
    expect(await readFile(join(made.folder, 'minimesosFile'), 'utf8')).toBe(written);
  });

  it.each(['info', 'state', 'destroy'])('%s must say that no cluster runs', async (command) => {
    await made.write(FILE, 'cluster');
    const ran = await cluster(command);
    await expect(`${printed(ran)}${steady(ran.stderr)}`).toMatchFileSnapshot(golden(`${command}-without-cluster`));
  });

  it('no command must print the help where no cluster runs', async () => {
    const none = await cluster();
    expect(none).toMatchObject({ exit: 0, stderr: '' });
    expect(none.stdout).toBe((await made.run(['help'])).stdout);
  });

  it('up with all its options must start the cluster and print its info', async () => {
    const up = await cluster('up', '--num-agents', '2', '--timeout', '120');
    await expect(printed(up)).toMatchFileSnapshot(golden('up'));
    expect(up.stderr.trimEnd().split('\n').at(-1)).toMatch(/^created 6 in /);
  });

  it('up again must change nothing and print the same', async () => {
    const again = await cluster('up', '--num-agents', '2');
    await expect(printed(again)).toMatchFileSnapshot(golden('up'));
    expect(steady(again.stderr)).toBe('left 6 alone in <time>\n');
  });

  it('up --debug must log in place of the progress', async () => {
    const { exit, stderr } = await cluster('up', '--num-agents', '2', '--debug');
    expect(exit).toBe(0);
    expect(stderr).toMatch(/^\{"level":20,.*"msg":"pass"\}$/m);
  });

  it.each([[['info']], [[]]])('%j must print what scripts evaluate', async (args) => {
    const up = await cluster('up', '--num-agents', '2');
    const ran = await cluster(...args);
    expect(ran).toEqual({ exit: 0, stdout: up.stdout, stderr: '' });
  });

  it('state must print what the master says, for people', async () => {
    const { exit, stdout } = await cluster('state');
    expect(exit).toBe(0);
    const state = JSON.parse(stdout) as MasterState & { cluster: string };
    expect(state).toMatchObject({ cluster: 'My Cluster', version: '1.0.0', activated_slaves: 2 });
    expect(stdout).toBe(`${JSON.stringify(state, null, 2)}\n`);
    await expect(`${Object.keys(state).join('\n')}\n`).toMatchFileSnapshot(golden('state-keys'));
  });

  it('state --agent must take the id that Mesos gave it', async () => {
    const { slaves } = JSON.parse((await cluster('state')).stdout) as MasterState;
    for (const { id } of slaves) {
      const { exit, stdout } = await cluster('state', '--agent', id);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ id });
      expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    }
  });

  it('version must print the version of minimesos', async () => {
    await expect(printed(await made.run(['version']))).toMatchFileSnapshot(golden('version'));
    expect(await made.run(['version', '--debug'])).toEqual(await made.run(['--version']));
  });

  it.each(['help', '--help', '-help', '-h', '-?'])('%s must print the help', async (help) => {
    const ran = await made.run([help]);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    await expect(ran.stdout).toMatchFileSnapshot(join('..', 'golden', 'cli', 'help', 'minimesos.txt'));
  });

  it.each(['--help', '-help', '-h', '-?'])('a command and %s must print the help of the command', async (help) => {
    await expect((await made.run(['up', help])).stdout).toMatchFileSnapshot(
      join('..', 'golden', 'cli', 'help', 'up.txt'),
    );
  });

  it('destroy must remove the cluster, all of it', async () => {
    const destroyed = await cluster('destroy');
    await expect(printed(destroyed)).toMatchFileSnapshot(golden('destroy'));
    expect(await cluster('info')).toMatchObject({ exit: 1, stdout: '' });
  });
});
