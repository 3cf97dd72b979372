import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent } from '../../../../src/simulator/agent/main.js';
import { adoptProcess } from '../../../../src/simulator/agent/tasks/process.js';
import { Cleanup, testHost, until } from '../../../support/simulator.js';
import { AGENT, agentArgs, agentOf, alive, commandTask, FRAMEWORK, fakeMaster, run, told } from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const RUNS = join('meta/slaves', AGENT, 'frameworks', FRAMEWORK, 'executors/one/runs');

/** What is left of an agent that ran one task, which runs on. */
async function leftBehind(value = 'sleep 1000', more: object = {}) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory());
  run(master, [commandTask('one', value, more)]);
  const { container_status } = await told(master, 'one', 'TASK_RUNNING');
  await agent.close();
  const { executor_pid: pid } = container_status as { executor_pid: number };
  const { workDirectory: directory, port } = agent;
  const again = () => agentOf(cleanup, master, directory, `--port=${port}`);
  return {
    master,
    directory,
    port,
    pid,
    again,
    run: join(directory, RUNS, readdirSync(join(directory, RUNS))[0] ?? ''),
  };
}

describe('an agent whose files were damaged', () => {
  it.each([
    ['run.json', (run: string) => join(run, 'run.json')],
    ['framework.info', (run: string) => join(run, '../../../../framework.info')],
  ])('S117 must start without what a cut %s told, and end what ran', async (_name, fileOf) => {
    const { again, pid, run: kept } = await leftBehind();
    const file = fileOf(kept);
    truncateSync(file, readFileSync(file).length - 1);
    const agent = await again();
    expect(agent.id()).toBe(AGENT);
    await until('the process to end', () => !alive(pid));
    expect(existsSync(join(kept, '../../../..'))).toBe(false);
  });

  it('S117 must tell the end of a task of whose process nothing is known', async () => {
    const { again, master, run: kept } = await leftBehind();
    truncateSync(join(kept, 'pid'), 10);
    await again();
    expect((await told(master, 'one', 'TASK_FAILED')).reason).toBe('REASON_EXECUTOR_TERMINATED');
  });

  it('S13 must be a new one where its info is empty', async () => {
    const { directory, port, master } = await leftBehind();
    truncateSync(join(directory, 'meta/slaves', AGENT, 'slave.info'), 0);
    const before = master.heard.length;
    await agentOf(cleanup, master, directory, `--port=${port}`);
    expect(master.heard.slice(before).map(({ type }) => type)).toEqual(['REGISTER']);
  });

  it('S13 must end with the reason where its work directory cannot be made', async () => {
    const host = testHost();
    expect(await startAgent(agentArgs(await fakeMaster(cleanup), '/proc/no/such'), host)).toBe(null);
    expect(host.exits).toEqual([1]);
    expect(host.lines.join('')).toContain("Failed to create the work directory '/proc/no/such'");
  });
});

describe('an agent that comes back', () => {
  it('S116 must not take another process for its own that has the same number by now, nor harm it', async () => {
    const meta = cleanup.directory();
    const stranger = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const ended = new Promise((resolve) => stranger.on('exit', (_code, signal) => resolve(signal)));
    cleanup.add(() => stranger.kill('SIGKILL'));
    const stat = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').split(' ');
    stat[21] = String(Number(stat[21]) - 1);
    writeFileSync(join(meta, 'pid'), stat.join(' '));
    expect(adoptProcess(meta, () => {})).toBe(null);
    stranger.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
  });

  it('S118 must run what a framework without checkpoints launches while its earlier tasks are being ended', async () => {
    const master = await fakeMaster(cleanup);
    const first = await agentOf(cleanup, master, cleanup.directory());
    run(master, [commandTask('old', 'sleep 1000')], { checkpoint: false });
    await told(master, 'old', 'TASK_RUNNING');
    await first.close();
    await agentOf(cleanup, master, first.workDirectory, `--port=${first.port}`);
    run(master, [commandTask('new', 'sleep 1000')], { checkpoint: false });
    await told(master, 'new', 'TASK_RUNNING');
  });

  it('S116 must count the time that a task may take from its start', async () => {
    const { again, master, run: kept } = await leftBehind('sleep 1000', { max_completion_time: { nanoseconds: 60e9 } });
    const file = join(kept, 'run.json');
    // As if it had begun a minute ago.
    const earlier = (_all: string, seconds: string) => `"timestamp":${Number(seconds) - 60}`;
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"timestamp":([0-9.]+)/g, earlier));
    await again();
    expect((await told(master, 'one', 'TASK_FAILED')).reason).toBe('REASON_MAX_COMPLETION_TIME_REACHED');
  });
});
