/** The commands for this machine and its engine, as a user types them. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';

const FILE = [
  'minimesos {',
  '  distribution = "simulator"',
  '  agent { name = "gpu" }',
  '  agent { name = "ssd"; instances = 2 }',
  '  marathon { }',
  '}\n',
].join('\n');
const NO_ENGINE = { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } };

async function project(minimesosFile?: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

interface Listed {
  clusters: { id: string; file: string; fileExists: boolean; running: number; components: number; createdAt: string }[];
}

describe.skipIf(dockerSkipped)('beside a running cluster', () => {
  let made: Project;
  beforeAll(async () => {
    made = await Project.create(FILE);
    await made.apply();
    return () => made[Symbol.asyncDispose]();
  });

  it('C35 a program must be told every address, keep its own options, and end minimesos with its exit code', async () => {
    const script = 'echo "$MINIMESOS_MASTER $MINIMESOS_HOST_DIR $1 $2"; exit 7';
    const ran = await made.run(['run', '--', 'sh', '-c', script, 'sh', '--help', '--', '007']);
    const { components } = await made.status();
    const { endpoint } = components.find(({ kind }) => kind === 'master') ?? {};
    expect(ran).toEqual({ exit: 7, stdout: `${endpoint} ${made.folder} --help --\n`, stderr: '' });
  });

  it('C35 a program must get stdin, and a signal that minimesos gets', async () => {
    const child = made.spawn([
      'run',
      '--',
      'sh',
      '-c',
      'trap "echo ended; exit 3" TERM; read line; echo "$line"; while :; do sleep 0.05; done',
    ]);
    child.stdin?.write('hello\n');
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const [said, [exit]] = await Promise.all([child.stdout && text(child.stdout), once(child, 'close')]);
    expect([exit, said]).toEqual([3, 'hello\nended\n']);
  });

  it.each([
    [['run', '--', 'kill-me'], 127, /there is no program "kill-me"/],
    [['run', '--', '/etc/passwd'], 126, /"\/etc\/passwd" cannot be run/],
    [['run', '--', 'sh', '-c', 'kill -TERM $$'], 143, /^$/],
    // As soon as it runs.
    [['run', '--', 'sh', '-c', 'trap "exit 3" TERM; kill -TERM $PPID; while :; do sleep 0.05; done'], 3, /^$/],
    [['run'], 64, /takes a command after --\nhint: .*minimesos run -- env/],
    [['run', 'ls', '-l'], 64, /a command stands after --: minimesos run -- COMMAND/],
    [['info', '--', 'ls'], 64, /only run and exec take a command/],
  ] as const)('C35 %j must end with %d', async (args, exit, stderr) => {
    expect(await made.run([...args])).toEqual({ exit, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('C36 info --output env must mean to a shell what run tells a program', async () => {
    const { stdout } = await made.run(['info', '--output', 'env']);
    const mine = (lines: string) =>
      lines
        .split('\n')
        .filter((line) => line.startsWith('MINIMESOS_'))
        .sort();
    const sourced = await promisify(execFile)('sh', ['-c', `set -a\n${stdout}\nenv`]);
    const told = await made.run(['run', '--', 'env']);
    expect(mine(sourced.stdout)).toEqual(mine(told.stdout));
    expect(mine(stdout)).toHaveLength(2 + 4 * 3);
  });

  it('C36 no other command must take env', async () => {
    expect(await made.run(['status', '--output', 'env'])).toMatchObject({ exit: 64, stdout: '' });
  });

  it('C37 open must print the address of a page, and nothing else where nobody looks', async () => {
    const { components } = await made.status();
    const endpoint = (id: string) => components.find((each) => each.id === id)?.endpoint;
    const opened = async (...args: string[]) => (await made.run(['open', ...args])).stdout.trim();
    expect(await opened()).toBe(endpoint('master-0'));
    expect(await opened('marathon')).toBe(endpoint('marathon-0'));
    expect(await opened('agent-2')).toBe(endpoint('agent-2'));
    expect(await opened('gpu')).toBe(endpoint('agent-0'));
    expect(await made.json(['open', 'marathon'])).toEqual({ url: endpoint('marathon-0') });
  });

  it.each([
    ['zookeeper', /zookeeper-0 has no page, it answers at zk:.*\nhint: there are those of master-0, agent-0, /],
    [
      'marathn',
      /has no component "marathn"; did you mean "marathon-0"\?\nhint: its components are zookeeper-0, master-0/,
    ],
    ['agent', /3 components are meant by "agent"\nhint: name one of agent-0, agent-1, agent-2/],
  ])('C37 open %s must say what there is', async (what, stderr) => {
    expect(await made.run(['open', what])).toMatchObject({
      exit: 64,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });

  it('C37 open must show the page where somebody sits, unless told not to', async () => {
    const bin = join(made.folder, 'bin');
    await mkdir(bin);
    onTestFinished(() => rm(bin, { recursive: true }));
    await made.write('#!/bin/sh\necho "$1" > opened\n', 'bin/xdg-open');
    await chmod(join(bin, 'xdg-open'), 0o755);
    // A terminal of its own, and a desktop.
    const sit = async (...args: string[]) => {
      const minimesos = [process.execPath, resolve(import.meta.dirname, '../../bin/minimesos.js'), 'open', ...args];
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0', CI: '' };
      const { stdout } = await promisify(execFile)('script', ['-qec', minimesos.join(' '), '/dev/null'], {
        cwd: made.folder,
        env,
      });
      return stdout.trim();
    };
    const opened = () => made.run(['run', '--', 'cat', 'opened']).then(({ stdout }) => stdout.trim());
    await sit('--no-browser');
    expect(await opened()).toBe('');
    const url = await sit('marathon');
    expect(url).toMatch(/^http:/);
    await expect.poll(opened).toBe(url);
  });

  it('C43 state must take an agent by its id, by its name and by the id that Mesos gave it', async () => {
    const { components } = await made.status();
    const { agentId = '' } = components.find(({ id }) => id === 'agent-0') ?? {};
    for (const name of ['agent-0', 'gpu', agentId]) {
      const { stdout } = await made.run(['state', '--agent', name]);
      expect(JSON.parse(stdout)).toMatchObject({ id: agentId });
      expect(stdout.split('\n')[1]).toMatch(/^ {2}"/);
    }
    const ambiguous = await made.run(['state', '--agent', 'ssd']);
    expect(ambiguous).toMatchObject({ exit: 1, stdout: '' });
    expect(ambiguous.stderr).toMatch(/2 agents named "ssd"\nhint: name one by its id: agent-1 \(.*, agent-2 \(/);
  });

  it('C40 list must tell it among all others', async () => {
    const { clusters } = await made.json<Listed>(['list']);
    expect(clusters.find(({ id }) => id === made.id)).toMatchObject({
      file: join(made.folder, 'minimesosFile'),
      fileExists: true,
      running: 6,
      components: 6,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    const { stdout } = await made.run(['ls']);
    expect(stdout).toMatch(/^ID +NAME +RUNNING +AGE +FILE\n/);
    expect(stdout).toMatch(
      new RegExp(`^${made.id} +minimesos-${made.id} +6 of 6 +\\d+ \\w+ +${made.folder}/minimesosFile$`, 'm'),
    );
  });

  it('C38 doctor must be content with it', async () => {
    const { ok, checks } = await made.json<Diagnosis>(['doctor']);
    expect(ok).toBe(true);
    expect(checks).toContainEqual({
      name: 'addresses',
      status: 'ok',
      message: expect.stringContaining('can be reached'),
    });
    expect(checks).toContainEqual({
      name: 'images',
      status: 'ok',
      message: expect.stringContaining('on the engine (1)'),
    });
    expect(checks).toContainEqual({
      name: 'subnet',
      status: 'ok',
      message: expect.stringContaining('the cluster has'),
    });
    const { stdout } = await made.run(['doctor']);
    expect(stdout).toMatch(/^ok {4}engine – Docker \d/);
  });

  it('C41 a real bash must complete commands, options and ids', async () => {
    const script = `
      shopt -s expand_aliases
      alias minimesos='${process.execPath} ${resolve(import.meta.dirname, '../../bin/minimesos.js')}'
      source <(minimesos completion bash)
      try() { COMP_WORDS=(minimesos "$@"); COMP_CWORD=$#; COMPREPLY=(); _minimesos; echo "\${COMPREPLY[@]}"; }
      try dest
      try apply --max
      try info --output e
      try wait agent-1
      try state --agent m
      try wait mar
      try --cluster ${made.id.slice(0, 9)}
      try run -- ls
      complete -p minimesos`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: made.folder });
    expect(stdout.split('\n')).toEqual([
      'destroy',
      '--max-unavailable',
      'env',
      'agent-1',
      '',
      'marathon-0',
      made.id,
      '',
      'complete -o default -F _minimesos minimesos',
      '',
    ]);
  });

  it('C41 without an engine nothing must be completed but words', async () => {
    const words = (...args: string[]) => made.run(['completion', 'bash', '--', ...args], NO_ENGINE);
    expect(await words('wait', '')).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect((await words('wa')).stdout.split('\n')).toContain('wait');
  });
});

describe.skipIf(dockerSkipped)('without a running cluster', () => {
  it('C14 destroy must name the cluster as it was named', async () => {
    const none = await project(FILE);
    const byId = await none.run(['destroy', '--cluster', none.id]);
    expect(byId).toMatchObject({ exit: 0, stdout: `no cluster ${none.id} is on this engine\n` });
  });

  it.each([['info'], ['state'], ['open'], ['run', '--', 'true']])(
    'C44 %s must say so in a line, and what to do',
    async (...args) => {
      const none = await project(FILE);
      const lines = (what: string) => `error: no cluster ${what} is running\nhint: minimesos up starts one\n`;
      expect(await none.run(args)).toEqual({ exit: 1, stdout: '', stderr: lines(`of ${none.folder}/minimesosFile`) });
      await rm(join(none.folder, 'minimesosFile'));
      const [command = '', ...rest] = args;
      const byId = await none.run([command, '--cluster', none.id, ...rest]);
      expect(byId).toEqual({ exit: 1, stdout: '', stderr: lines(none.id) });
    },
  );
});
