import { afterEach, describe, expect, it } from 'vitest';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import {
  agentOf,
  alive,
  commandTask,
  FRAMEWORK,
  fakeMaster,
  run,
  statesOf,
  type TestAgent,
  told,
} from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function running(...ids: string[]) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory());
  run(
    master,
    ids.map((id) => commandTask(id, 'sleep 1000')),
  );
  const statuses = await Promise.all(ids.map((id) => told(master, id, 'TASK_RUNNING')));
  const pids = statuses.map((status) => (status.container_status as { executor_pid: number }).executor_pid);
  return { master, agent, pids };
}

const gone = (pids: number[]) => until('the processes to end', () => pids.every((pid) => !alive(pid)));
const exited = ({ host }: TestAgent) => until('the agent to exit', () => host.exits.length > 0);

describe('all tasks of an agent', () => {
  it('S120 must be killed with the reason when it is drained', async () => {
    const { master, pids } = await running('a', 'b');
    master.send({ type: 'DRAIN', maxGraceNanoseconds: 1e9 });
    for (const id of ['a', 'b']) expect((await told(master, id, 'TASK_KILLED')).reason).toBe('REASON_AGENT_DRAINING');
    await gone(pids);
  });

  it('S120 must be ended without a word when their framework is shut down', async () => {
    const { master, agent, pids } = await running('a');
    master.send({ type: 'SHUTDOWN_FRAMEWORK', frameworkId: FRAMEWORK });
    await gone(pids);
    const live = async () => (await ask(agent.port, '/state')).at('frameworks', 'length');
    await until('the framework to be history', async () => (await live()) === 0);
    run(master, [commandTask('next', 'true')]);
    await told(master, 'next', 'TASK_FINISHED');
    expect(statesOf(master, 'a')).toEqual(['TASK_STARTING', 'TASK_RUNNING']);
  });

  it('S121 must be ended before it exits with 0, when it unregisters and when it is sent away', async () => {
    const first = await running('a');
    first.agent.unregister();
    await exited(first.agent);
    expect(first.agent.host.exits).toEqual([0]);
    await gone(first.pids);
    expect(first.master.heard.some(({ type }) => type === 'UNREGISTER')).toBe(true);

    const second = await running('b');
    second.master.send({ type: 'SHUTDOWN', reason: 'gone' });
    await exited(second.agent);
    expect(second.agent.host.exits).toEqual([0]);
    await gone(second.pids);
  });
});
