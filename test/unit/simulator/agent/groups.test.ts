import { afterEach, describe, expect, it } from 'vitest';
import type { ExecutorInfo } from '../../../../src/simulator/mesos/shapes.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { agentOf, commandTask, FRAMEWORK, fakeMaster, run, statesOf, told } from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const executor: ExecutorInfo = { type: 'DEFAULT', executor_id: { value: 'pod' } };

async function group(first: string, second: string) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory());
  run(master, [commandTask('a', first, { executor }), commandTask('b', second, { executor })], {}, true);
  return { master, agent };
}

const exits = (heard: { type: string }[]) => heard.filter(({ type }) => type === 'EXITED_EXECUTOR');

describe('a task group', () => {
  it('S124 must run under one executor, each task in a sandbox of its own', async () => {
    const { master, agent } = await group('echo from a; exec sleep 1000', 'echo from b; exec sleep 1000');
    const [a, b] = [await told(master, 'a', 'TASK_RUNNING'), await told(master, 'b', 'TASK_RUNNING')];
    expect([a.executor_id?.value, b.executor_id?.value]).toEqual(['pod', 'pod']);
    const path = (task: string) =>
      `/files/read?path=/frameworks/${FRAMEWORK}/executors/pod/runs/latest/tasks/${task}/stdout&offset=0`;
    await until('the output', async () => (await ask(agent.port, path('a'))).at('data') === 'from a\n');
    await until('the output', async () => (await ask(agent.port, path('b'))).at('data') === 'from b\n');
    expect((await ask(agent.port, '/state')).at('frameworks', 0, 'executors', 'length')).toBe(1);
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'a' });
    await told(master, 'a', 'TASK_KILLED');
    await told(master, 'b', 'TASK_KILLED');
    await until('the executor to end', () => exits(master.heard).length === 1);
  });

  it('S124 must be able to run a task again under the executor that it had', async () => {
    const { master } = await group('sleep 1000', 'sleep 1000');
    await told(master, 'a', 'TASK_RUNNING');
    for (const times of [1, 2]) {
      run(master, [commandTask('again', 'true', { executor })], {}, true);
      const finished = () => statesOf(master, 'again').filter((state) => state === 'TASK_FINISHED').length;
      await until('the task to end', () => finished() === times);
    }
  });

  it('S124 must end as one when a task of it fails, and only then', async () => {
    const { master } = await group('true', 'while [ ! -e ../../tasks/a/end ]; do sleep 0.01; done');
    await told(master, 'a', 'TASK_FINISHED');
    expect(statesOf(master, 'b')).not.toContain('TASK_KILLED');
    master.send({ type: 'SHUTDOWN_EXECUTOR', frameworkId: FRAMEWORK, executorId: 'pod' });
    await told(master, 'b', 'TASK_KILLED');

    const failing = await group('exit 1', 'sleep 1000');
    await told(failing.master, 'a', 'TASK_FAILED');
    await told(failing.master, 'b', 'TASK_KILLED');
  });
});
