/** Sandboxes beside the minimesosFile, of a user who is not root. */

import { execFile, execFileSync } from 'node:child_process';
import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { engineSocketOf } from '../../src/docker/engine-socket.js';
import { dockerSkipped, engine } from '../support/engine.js';
import { Project } from '../support/project.js';

const FILE = `minimesos {
  distribution = "simulator"; mapAgentSandboxVolume = true
  agent { resources { cpu { value = 1 }; mem { value = 128 } } }
  marathon { }
}`;
const PATIENCE = { timeout: 60_000 };

/** Whoever runs the tests, unless that is root: then one who may use the engine and nothing else. */
interface User {
  uid: number;
  gid: number;
  via: string[];
}

async function user(): Promise<User> {
  const [uid = 0, gid = 0] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what])));
  if (uid !== 0) return { uid, gid, via: [] };
  const [nobody = 0, group = 0] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'nobody'])));
  const { gid: docker } = await stat(engineSocketOf(process.env));
  const via = ['setpriv', `--reuid=${nobody}`, `--regid=${group}`, `--groups=${docker}`];
  return { uid: nobody, gid: group, via };
}

/** A project in a folder of that user's, whose command lines are that user's. */
async function projectOf({ uid, gid, via }: User, runAs = via): Promise<Project> {
  const project = await Project.create(FILE, { docker: engine(), via: runAs, env: { HOME: '/' } });
  for (const path of [project.folder, join(project.folder, 'minimesosFile')]) await chown(path, uid, gid);
  return project;
}

/** What a shell of the user's prints. */
async function asUser({ via }: User, { folder }: Project, command: string): Promise<string> {
  const [program = '', ...args] = [...via, 'sh', '-c', command];
  return (await promisify(execFile)(program, args, { cwd: folder })).stdout.trim();
}

/** As an app of whose files nobody but their owner may know. */
async function runApp(project: Project): Promise<void> {
  const { components } = await project.status();
  const marathon = components.find(({ kind }) => kind === 'marathon')?.endpoint;
  const cmd = 'umask 077; mkdir -p deep/deeper; echo written > deep/deeper/file; ln -s /etc/passwd link; sleep 1000';
  const body = JSON.stringify({ id: '/writer', cmd, cpus: 0.1, mem: 32 });
  const headers = { 'Content-Type': 'application/json' };
  const reply = await fetch(`${marathon}/v2/apps`, { method: 'POST', headers, body });
  expect(reply.status).toBe(201);
}

describe.skipIf(dockerSkipped)('mapAgentSandboxVolume, for one who is not root', () => {
  it('L52 must show files that belong to the user, who can remove them while the cluster runs', async () => {
    const ada = await user();
    await using project = await projectOf(ada);
    await project.apply();
    await runApp(project);
    const written = () => asUser(ada, project, 'cat $(find .minimesos -path "*deep/deeper/file") /dev/null');
    await expect.poll(written, PATIENCE).toBe('written');
    const ofOthers = () => asUser(ada, project, `find .minimesos ! -uid ${ada.uid}`);
    await expect.poll(ofOthers, PATIENCE).toBe('');
    expect(await asUser(ada, project, 'find .minimesos -name link -type l')).not.toBe('');
    await asUser(ada, project, 'rm -rf .minimesos/sandbox-*/agent-0/slaves');
    expect(await project.json(['destroy'])).toMatchObject({ converged: true });
    expect(await readdir(project.folder)).toEqual(['minimesosFile']);
    expect(await project.leftovers()).toEqual([]);
  });

  it('L53 must take away with the cluster what somebody else wrote', async () => {
    const ada = await user();
    await using project = await projectOf(ada);
    await project.apply();
    const agent = (await project.containers()).get('agent-0') ?? '';
    await writeAsRoot(project, agent);
    await expect(asUser(ada, project, 'rm -rf .minimesos')).rejects.toThrow('Permission denied');
    expect(await project.json(['destroy'])).toMatchObject({ converged: true });
    expect(await readdir(project.folder)).toEqual(['minimesosFile']);
    expect(await project.leftovers()).toEqual([]);
  });

  it('L52 must show files that belong to the user also where root ran minimesos', async ({ skip }) => {
    const ada = await user();
    if (ada.via.length === 0) skip('only root can run it as root');
    await using project = await projectOf(ada, []);
    await project.apply();
    await runApp(project);
    await expect.poll(() => asUser(ada, project, 'find .minimesos -name file'), PATIENCE).not.toBe('');
    await expect.poll(() => asUser(ada, project, `find .minimesos ! -uid ${ada.uid}`), PATIENCE).toBe('');
    await asUser(ada, project, 'rm -rf .minimesos');
    expect(await readdir(project.folder)).toEqual(['minimesosFile']);
  });
});

/** A folder that only root can look into, as of another agent than the simulator's, which nobody gives to the user. */
async function writeAsRoot(project: Project, agent: string): Promise<void> {
  const { docker, folder, id } = project;
  // Else it would give away what root writes.
  await docker.stopContainer(agent);
  const sandbox = join(folder, '.minimesos', `sandbox-${id}`, 'agent-0');
  const labels = { 'org.minimesos.cluster': id };
  const writer = await docker.createContainer({
    name: `minimesos-${id}-writer`,
    image: (await docker.inspectContainer(agent)).image,
    hostname: 'writer',
    entrypoint: ['sh', '-c', 'umask 077; mkdir -p /sandbox/private/folder; touch /sandbox/private/folder/file'],
    env: {},
    labels,
    network: 'host',
    ports: [],
    mounts: [{ type: 'bind', source: sandbox, target: '/sandbox' }],
    privileged: false,
    hostPid: false,
    stopTimeout: 1,
  });
  await docker.startContainer(writer);
  await expect.poll(async () => (await docker.inspectContainer(writer)).state, PATIENCE).toBe('exited');
  await docker.removeContainer(writer);
}
