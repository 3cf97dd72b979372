import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent } from '../../../../src/simulator/agent/main.js';
import type { AgentMessage } from '../../../../src/simulator/mesos/agent-protocol.js';
import { Cleanup, testHost, until } from '../../../support/simulator.js';
import {
  AGENT,
  acknowledge,
  agentArgs,
  agentOf,
  alive,
  commandTask,
  type FakeMaster,
  FRAMEWORK,
  fakeMaster,
  outputOf,
  run,
  sandboxOf,
  statesOf,
  told,
} from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const pidOf = (status: { container_status?: object }): number =>
  (status.container_status as { executor_pid: number }).executor_pid;

const reregistrations = ({ heard }: FakeMaster) =>
  heard.filter((message): message is Extract<AgentMessage, { type: 'REREGISTER' }> => message.type === 'REREGISTER');

/** An agent on the same directory and port after the first one ended as by kill -9: nothing of it was told farewell. */
async function twoLives(
  tasks: ReturnType<typeof commandTask>[],
  between: (pids: number[], directory: string) => unknown,
  checkpoint = true,
) {
  const master = await fakeMaster(cleanup);
  const directory = cleanup.directory();
  const first = await agentOf(cleanup, master, directory);
  run(master, tasks, { checkpoint });
  const running = await Promise.all(tasks.map(({ task_id }) => told(master, task_id.value, 'TASK_RUNNING')));
  await first.close();
  await between(running.map(pidOf), directory);
  const second = await agentOf(cleanup, master, directory, `--port=${first.port}`);
  return { master, second, directory, pids: running.map(pidOf) };
}

describe('an agent that comes back on its work directory', () => {
  it('S116 must adopt the tasks whose processes live, and tell their real end later', async () => {
    const task = commandTask('lives', 'while [ ! -e end ]; do sleep 0.01; done; exit 7');
    const { master, second, pids } = await twoLives([task], () => {});
    expect(second.id()).toBe(AGENT);
    const [back] = reregistrations(master);
    expect(back?.workload.tasks.map(({ task_id, state }) => [task_id.value, state])).toEqual([
      ['lives', 'TASK_RUNNING'],
    ]);
    expect(back?.workload.frameworks.map(({ id }) => id?.value)).toEqual([FRAMEWORK]);
    expect(alive(pids[0] ?? 0)).toBe(true);
    expect(new Set(statesOf(master, 'lives'))).toEqual(new Set(['TASK_STARTING', 'TASK_RUNNING']));
    run(master, [commandTask('end', `touch ${sandboxOf(second, 'lives')}/end`)]);
    expect((await told(master, 'lives', 'TASK_FAILED')).message).toBe('Command exited with status 7');
  });

  it('S116 must be able to kill what it adopted', async () => {
    const { master, pids } = await twoLives([commandTask('lives', 'sleep 1000')], () => {});
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'lives' });
    expect((await told(master, 'lives', 'TASK_KILLED')).message).toBe('Command terminated with signal Terminated');
    expect(alive(pids[0] ?? 0)).toBe(false);
  });

  it('S117 must tell the real end of a task that ended meanwhile, and else what Mesos says', async () => {
    const tasks = [
      commandTask('ended', 'echo up; until [ -e end ]; do sleep 0.01; done'),
      commandTask('murdered', 'sleep 1000'),
    ];
    const { master } = await twoLives(tasks, async ([ended, murdered], directory) => {
      await until('the task to be up', () => outputOf({ workDirectory: directory }, 'ended') === 'up\n');
      process.kill(-(murdered ?? 0), 'SIGKILL');
      process.kill(-(ended ?? 0), 'SIGTERM');
      await until('both to end', () => !alive(ended ?? 0) && !alive(murdered ?? 0));
    });
    expect((await told(master, 'ended', 'TASK_FAILED')).message).toBe('Command terminated with signal Terminated');
    expect(await told(master, 'murdered', 'TASK_FAILED')).toMatchObject({
      message: 'Abnormal executor termination: unknown container',
      reason: 'REASON_EXECUTOR_TERMINATED',
      source: 'SOURCE_AGENT',
    });
  });

  it('S118 must end the tasks of a framework without checkpoints, of which it tells nothing', async () => {
    const { master, pids, second } = await twoLives([commandTask('fleeting', 'sleep 1000')], () => {}, false);
    await until('the process to end', () => !alive(pids[0] ?? 0));
    expect(reregistrations(master)[0]?.workload).toMatchObject({ frameworks: [], tasks: [] });
    const kept = join(second.workDirectory, 'meta/slaves', AGENT, 'frameworks');
    await until('nothing to be kept', () => readdirSync(kept).length === 0);
    expect(new Set(statesOf(master, 'fleeting'))).toEqual(new Set(['TASK_STARTING', 'TASK_RUNNING']));
  });

  it('S118 with --recover=cleanup must end all and exit with 0', async () => {
    const master = await fakeMaster(cleanup);
    const directory = cleanup.directory();
    const first = await agentOf(cleanup, master, directory);
    run(master, [commandTask('old', 'sleep 1000')]);
    const pid = pidOf(await told(master, 'old', 'TASK_RUNNING'));
    await first.close();
    const host = testHost();
    const second = await startAgent(agentArgs(master, directory, `--port=${first.port}`, '--recover=cleanup'), host);
    cleanup.add(() => second?.close());
    await until('the agent to exit', () => host.exits.length > 0);
    expect(host.exits).toEqual([0]);
    expect(alive(pid)).toBe(false);
  });

  it('S119 must send what nobody acknowledged in its life before', async () => {
    const master = await fakeMaster(cleanup);
    master.acknowledging = false;
    const directory = cleanup.directory();
    const first = await agentOf(cleanup, master, directory);
    run(master, [commandTask('short', 'echo done')]);
    const { uuid } = await told(master, 'short', 'TASK_STARTING');
    await until('the task to end', () => outputOf(first, 'short', 'stderr').includes('exited'));
    expect(statesOf(master, 'short')).toEqual(['TASK_STARTING']);
    await first.close();
    await agentOf(cleanup, master, directory, `--port=${first.port}`);
    await until('the same update', () => master.updates.filter(({ status }) => status.uuid === uuid).length === 2);
    for (const update of master.updates) acknowledge(master, update);
    master.acknowledging = true;
    await told(master, 'short', 'TASK_FINISHED');
    expect(statesOf(master, 'short')).toEqual(['TASK_STARTING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
  });
});

describe('status updates', () => {
  it('S119 must come one at a time, again until the right acknowledgement, with the latest state', async () => {
    const master = await fakeMaster(cleanup);
    master.acknowledging = false;
    await agentOf(cleanup, master, cleanup.directory(), '--status_update_retry_interval=20ms');
    run(master, [commandTask('one', 'true')]);
    const latest = () => master.updates.at(-1);
    await until('the first again, after the task ended', () => latest()?.latestState === 'TASK_FINISHED');
    const [first] = master.updates;
    if (first === undefined) throw new Error('there is no update');
    const wrong = { ...first, status: { ...first.status, uuid: Buffer.alloc(16).toString('base64') } };
    acknowledge(master, wrong);
    const before = master.updates.length;
    await until('the same once more', () => master.updates.length > before);
    expect(new Set(master.updates.map(({ status }) => status.uuid))).toEqual(new Set([first.status.uuid]));
    acknowledge(master, first);
    await until('the next', () => latest()?.status.state === 'TASK_RUNNING');
  });

  it('S119 must come again at once when the agent is connected again', async () => {
    const master = await fakeMaster(cleanup);
    master.acknowledging = false;
    await agentOf(cleanup, master, cleanup.directory());
    run(master, [commandTask('one', 'sleep 1000')]);
    const { uuid } = await told(master, 'one', 'TASK_STARTING');
    master.disconnect();
    await until('the same update', () => master.updates.filter(({ status }) => status.uuid === uuid).length === 2);
    expect(reregistrations(master)).toHaveLength(1);
  });
});
