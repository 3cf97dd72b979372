import Dockerode from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { dockerSkipped, engine } from '../../support/engine.js';
import { testImage } from '../../support/image.js';
import { Cleanup, until } from '../../support/simulator.js';
import {
  agentOf,
  commandTask,
  FRAMEWORK,
  fakeMaster,
  outputOf,
  run,
  statesOf,
  told,
} from '../../unit/simulator/agent/fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe.skipIf(dockerSkipped)('a container task on a real engine', () => {
  it('S129 must run from its image, be adopted, be killed, and leave no container', async () => {
    const image = await testImage(engine());
    const docker = new Dockerode();
    const containers = async () => {
      const all = await docker.listContainers({ all: true });
      return all.filter(({ Mounts }) => Mounts.some(({ Source }) => Source.startsWith(workDirectory)));
    };
    const workDirectory = cleanup.directory();
    cleanup.add(async () => {
      for (const { Id } of await containers()) await docker.getContainer(Id).remove({ force: true });
    });
    const master = await fakeMaster(cleanup);
    const first = await agentOf(cleanup, master, workDirectory);
    const container = { type: 'DOCKER', docker: { image, network: 'NONE' } };
    const value = 'echo $MESOS_SANDBOX; echo err >&2; echo inside > $MESOS_SANDBOX/file; exec sleep 1000';
    const health_check = { type: 'COMMAND', command: { value: 'exit 0' }, delay_seconds: 0, interval_seconds: 0.1 };
    run(master, [commandTask('web', value, { container, health_check })]);
    await told(master, 'web', 'TASK_RUNNING', 20_000);
    await until('the output', () => outputOf(first, 'web') === '/mnt/mesos/sandbox\n', 20_000);
    await until('the health', () => master.updates.some(({ status }) => status.healthy === true), 20_000);
    expect(outputOf(first, 'web', 'file')).toBe('inside\n');
    expect(outputOf(first, 'web', 'stderr')).toContain('err\n');
    expect((await containers()).map(({ Names }) => Names[0])).toEqual([
      expect.stringMatching(/^\/mesos-[0-9a-f-]{36}$/),
    ]);

    await first.close();
    const second = await agentOf(cleanup, master, workDirectory, `--port=${first.port}`);
    const killed = { grace_period: { nanoseconds: 200e6 } };
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'web', killPolicy: killed });
    // As PID 1 of its container a program that has no handler for SIGTERM does not heed it.
    expect((await told(master, 'web', 'TASK_KILLED', 20_000)).message).toBe('Container exited with status 137');
    expect(outputOf(second, 'web')).toBe('/mnt/mesos/sandbox\n');
    expect(statesOf(master, 'web')).not.toContain('TASK_FAILED');
    expect(await containers()).toEqual([]);
  });
});
