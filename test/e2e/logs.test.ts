/** What components and tasks say, and commands in containers, as their users type them. */

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Status } from '../../src/status.js';
import { dockerSkipped } from '../support/engine.js';
import { eventually, type MarathonTask, MesosCluster } from '../support/mesos-cluster.js';
import { BIN, Project } from '../support/project.js';

const FILE = `minimesos {
  distribution = "simulator"
  agent { name = "gpu" }
  marathon { }
}
`;

describe.skipIf(dockerSkipped)('a running cluster', () => {
  let project: Project;
  let mesos: MesosCluster;
  let containers: Map<string, string>;
  beforeAll(async () => {
    project = await Project.create(FILE);
    const { status } = await project.apply();
    mesos = new MesosCluster(() => status as Status);
    containers = await project.containers();
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  const idOf = (component: string): string => containers.get(component) ?? `no container of ${component}`;

  /** Deploys the command as an app, and gives its tasks once they run. */
  const deploy = async (id: string, cmd: string, instances = 1): Promise<MarathonTask[]> => {
    await mesos.marathon('/v2/apps', { method: 'POST', body: { id, cmd, cpus: 0.1, mem: 16, instances } });
    return mesos.deployed(id, instances);
  };
  const undeploy = async (id: string): Promise<void> => {
    await mesos.marathon(`/v2/apps${id}`, { method: 'DELETE' });
    await mesos.deployed(id, 0);
  };
  /** A command line under way: what it has printed so far, and how it ends. */
  const begin = (args: string[]) => {
    const child = project.spawn(args);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
      });
    }
    const exit = new Promise((done) => child.on('close', done));
    return { child, said, exit };
  };
  const printed = (said: { stdout: string }, text: string): Promise<boolean> =>
    eventually(`"${text}" to be printed`, async () => said.stdout.includes(text) || undefined);

  it('C27 must print what a component said where it said it, and the last lines of that', async () => {
    const all = await project.run(['logs', 'master-0']);
    expect(all).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: expect.stringContaining('Elected as the leading master'),
    });
    const { stderr } = await project.run(['logs', 'master', '--tail', '2']);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(all.stderr).toContain(stderr.split('\n')[0]);
    expect((await project.run(['logs', 'gpu', '--tail', '0'])).stderr).toBe('');
  });

  it('C28 must print what a task wrote, as 0.13 did, and the task of an app', async () => {
    await deploy('/hello', 'echo größe of $MARATHON_APP_ID; echo bad news >&2; exec sleep 1000');
    const written = { exit: 0, stdout: 'größe of /hello\n', stderr: '' };
    await eventually('the output', async () => (await project.run(['logs', '--task', 'hello'])).stdout || undefined);
    expect(await project.run(['logs', '--task', 'hello'])).toEqual(written);
    expect(await project.run(['logs', 'app:/hello'])).toEqual(written);
    expect(await project.run(['logs', '--task', 'ell', '--stderr'])).toEqual({ ...written, stdout: 'bad news\n' });
    await undeploy('/hello');
    expect(await project.run(['logs', '--task', 'hello'])).toEqual(written);
    expect(await project.run(['logs', 'app:/hello', '--tail', '0'])).toEqual({ ...written, stdout: '' });
  });

  it('C29 must follow a task until it has ended and all is read', async () => {
    // In a sandbox of its own: the file that it waits for is made by hand.
    const cmd = 'pwd; while [ ! -e go ]; do sleep 0.1; done; seq 1 50000; echo done';
    await deploy('/job', cmd);
    const following = begin(['logs', '--task', 'job', '--follow']);
    await printed(following.said, '\n');
    const [sandbox] = following.said.stdout.split('\n');
    expect((await project.run(['exec', 'agent-0', '--', 'touch', `${sandbox}/go`])).exit).toBe(0);
    expect(await following.exit).toBe(0);
    const counted = Array.from({ length: 50_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(following.said.stdout).toBe(`${sandbox}\n${counted}done\n`);
    await undeploy('/job');
  });

  it('C29 must end with 130 when a follower is interrupted, and with 0 when its reader goes away', async () => {
    await deploy('/ticks', 'while true; do echo tick; sleep 0.1; done');
    const following = begin(['logs', '--task', 'ticks', '-F']);
    await printed(following.said, 'tick');
    following.child.kill('SIGINT');
    expect(await following.exit).toBe(130);
    expect(following.said.stderr).toBe('');
    const read = begin(['logs', '--task', 'ticks', '-F']);
    await printed(read.said, 'tick');
    read.child.stdout?.destroy();
    expect(await read.exit).toBe(0);
    await undeploy('/ticks');
  });

  it('C27 C29 must follow a component until it stops, and tell afterwards what it had said', async () => {
    const following = begin(['logs', 'marathon-0', '--follow', '--tail', '1']);
    await eventually('its log', async () => following.said.stderr || undefined);
    await project.docker.stopContainer(idOf('marathon-0'));
    onTestFinished(async () => void (await project.apply()));
    expect(await following.exit).toBe(0);
    const stopped = await project.run(['logs', 'marathon-0']);
    expect(stopped.stderr).toContain(following.said.stderr.split('\n')[0]);
  });

  it('C30 must tell what there is in the place of what is not there', async () => {
    expect(await project.run(['logs', 'agnet-0'])).toMatchObject({
      exit: 64,
      stdout: '',
      stderr: expect.stringMatching(
        /no component "agnet-0"; did you mean "agent-0".*\n.*zookeeper-0, master-0, agent-0/,
      ),
    });
    expect(await project.run(['logs'])).toMatchObject({ exit: 64, stderr: expect.stringContaining('-f is --file') });
    const both = ['logs', 'agent-0', '--task', 'x'];
    expect(await project.run(both)).toMatchObject({ exit: 64, stderr: expect.stringContaining('together') });
    const tasks = await deploy('/pair', 'exec sleep 1000', 2);
    for (const args of [['--task', 'pair'], ['app:/pair'], ['--task', 'nowhere']]) {
      const { exit, stderr } = await project.run(['logs', ...args]);
      expect(exit).toBe(1);
      for (const { id } of tasks) expect(stderr).toContain(id);
    }
    await undeploy('/pair');
  });

  it('C30 must say why a sandbox is gone', async () => {
    await deploy('/gone', 'echo hello; exec sleep 1000');
    await undeploy('/gone');
    await project.docker.restartContainer(idOf('agent-0'));
    await project.run(['wait', '--for', 'ready', 'agent-0']);
    expect(await project.run(['logs', '--task', 'gone'])).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: the sandbox of task gone\.\S+ is gone: agent-0 knows it no more/),
    });
  });

  it('C31 must print a document, and lines of JSON where it goes on', async () => {
    const [task] = await deploy('/said', 'echo one; echo two; exec sleep 1000');
    const lines = ['one', 'two'].map((text) => ({ stream: 'stdout', text }));
    const asked = ['logs', '--task', 'said'];
    const document = await eventually('both lines', async () => {
      const read = await project.json<{ lines: object[] }>(asked);
      return read.lines.length === 2 ? read : undefined;
    });
    expect(document).toEqual({ task: { id: task?.id, name: 'said', state: 'TASK_RUNNING' }, lines });
    expect(await project.json(['logs', 'master-0', '--tail', '1'])).toEqual({
      component: 'master-0',
      lines: [{ stream: 'stderr', text: expect.any(String) }],
    });
    const following = begin([...asked, '--follow', '--output', 'json']);
    await printed(following.said, 'two');
    await undeploy('/said');
    expect(await following.exit).toBe(0);
    expect(following.said.stdout).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });

  it('C32 must pass a command’s streams, options and exit code through', async () => {
    const script = 'echo out; echo err >&2; exit 7';
    const ran = await project.run(['exec', 'agent-0', '--', 'sh', '-c', script]);
    expect(ran).toEqual({ exit: 7, stdout: 'out\n', stderr: 'err\n' });
    const options = ['--file', 'x', '-h', '-?', '--', '007'];
    const echoed = await project.run(['exec', 'agent-0', '--', 'printf', '%s|', ...options]);
    expect(echoed).toMatchObject({ exit: 0, stdout: `${options.join('|')}|` });
    const reading = begin(['exec', 'gpu', '--', 'cat']);
    reading.child.stdin?.end('größe '.repeat(50_000));
    expect(await reading.exit).toBe(0);
    expect(reading.said.stdout).toBe('größe '.repeat(50_000));
  });

  it('C33 must tell a command that is not there, or is no program, or has no container to run in', async () => {
    expect(await project.run(['exec', 'agent-0', '--', 'nosuch', '--help'])).toEqual({
      exit: 127,
      stdout: '',
      stderr: 'error: the container has no command "nosuch"\n',
    });
    expect(await project.run(['exec', 'agent-0', '--', '/etc/passwd'])).toMatchObject({ exit: 126, stdout: '' });
    expect(await project.run(['exec', 'agent-0'])).toMatchObject({ exit: 64 });
    expect(await project.run(['exec', 'agent-7', '--', 'ls'])).toMatchObject({
      exit: 64,
      stderr: expect.stringContaining('its components are'),
    });
    await project.docker.stopContainer(idOf('marathon-0'));
    onTestFinished(async () => void (await project.apply()));
    expect(await project.run(['exec', 'marathon-0', '--', 'ls'])).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: marathon-0 does not run: .*\nhint: minimesos apply/),
    });
  });

  it('C34 must give a command a terminal of this one’s size and every key, but none with -T', async () => {
    const typed = onTerminal(
      project,
      'stty cols 111 rows 33; exec $MINIMESOS exec agent-0 -- sh -c \'exec node -e "$0"\' "$PROGRAM"',
    );
    await printed(typed.said, '111x33 true');
    typed.child.stdin?.write('\u0003');
    expect(await typed.exit).toBe(7);
    expect(typed.said.stdout).toContain('interrupted inside');
    const without = onTerminal(project, '$MINIMESOS exec -T agent-0 -- tty');
    expect(await without.exit).toBe(1);
    expect(without.said.stdout).toContain('not a tty');
  });

  it('C33 C30 must say in one line that no cluster runs', async () => {
    const elsewhere = await Project.create(FILE);
    onTestFinished(() => elsewhere[Symbol.asyncDispose]());
    const commands = [
      ['logs', 'agent-0'],
      ['logs', '--task', 'x'],
      ['exec', 'agent-0', '--', 'ls'],
    ];
    for (const args of commands) {
      expect(await elsewhere.run(args)).toMatchObject({
        exit: 1,
        stdout: '',
        stderr: expect.stringMatching(/^error: no cluster of .* is running\nhint: minimesos up starts one\n$/),
      });
    }
  });
});

/** Tells the size of its terminal, and of Ctrl-C. */
const PROGRAM = `
  const tell = () => console.log(process.stdout.columns + 'x' + process.stdout.rows + ' ' + process.stdin.isTTY);
  process.stdout.on('resize', tell);
  process.on('SIGINT', () => { console.log('interrupted inside'); process.exit(7); });
  setInterval(() => {}, 1000);
  tell();
`;

/** Runs a line of shell in the project's folder, on a terminal of its own. */
function onTerminal(project: Project, line: string) {
  const env = { ...process.env, MINIMESOS: `${process.execPath} ${BIN}`, PROGRAM };
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: project.folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  return { child, said, exit: new Promise((done) => child.on('close', done)) };
}
