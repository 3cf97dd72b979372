/** A scheduler library that nobody here wrote runs its tasks on the simulator. */

import { afterEach, describe, expect, it } from 'vitest';
import { ForeignFramework } from '../../../support/mesos-framework.js';
import { ask, Cleanup, until } from '../../../support/simulator.js';
import { cluster, master } from '../playing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Listed {
  id: string;
  tasks: { id: string; state: string }[];
}

const framework = async (port: number, id: string | null) => {
  const { frameworks } = (await ask(port, '/state')).json as { frameworks: Listed[] };
  return frameworks.find((each) => each.id === id);
};

describe('the scheduler of mesos-framework', () => {
  it('S150 subscribes, is offered resources, runs five tasks, survives a failover of the master, and kills them', async () => {
    const { zookeeper, leader } = await cluster(cleanup, 1);
    const foreign = cleanup.closing(
      new ForeignFramework({
        masterPort: leader.port,
        name: 'foreign',
        command: 'echo ran; exec sleep 600',
        instances: 5,
        logFolder: cleanup.directory(),
      }),
    );
    await until('five tasks to run', () => foreign.tasksIn('TASK_RUNNING').length === 5, 15_000);
    expect(foreign.offers).toBeGreaterThan(0);
    const id = foreign.id;
    expect((await framework(leader.port, id))?.tasks.map(({ state }) => state)).toEqual(Array(5).fill('TASK_RUNNING'));

    await leader.kill();
    const next = await master(cleanup, zookeeper.port, `--port=${leader.port}`);
    await until('the framework to subscribe again', () => foreign.subscriptions === 2, 15_000);
    expect(foreign.id).toBe(id);
    await until(
      'the tasks to be known again',
      async () => (await framework(next.port, id))?.tasks.length === 5,
      15_000,
    );
    expect(foreign.tasksIn('TASK_RUNNING')).toHaveLength(5);

    foreign.killAll();
    await until('all five to be killed', () => foreign.tasksIn('TASK_KILLED').length === 5, 15_000);
    await foreign.teardown();
    const { completed_frameworks } = (await ask(next.port, '/state')).json as { completed_frameworks: Listed[] };
    expect(completed_frameworks.map((each) => each.id)).toContain(id);
  }, 60_000);
});
