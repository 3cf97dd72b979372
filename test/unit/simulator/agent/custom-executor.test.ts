import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, send, until } from '../../../support/simulator.js';
import { broughtExecutor, executorInfo, exited, has, IDS, PATH, status, task } from './brought-executor.js';
import { agentOf, alive, FRAMEWORK, fakeMaster, run, sandboxOf, told } from './fake-master.js';

const cleanup = new Cleanup();
const { launched, subscribe } = broughtExecutor(cleanup);
afterEach(() => cleanup.run());

describe('an executor of a framework', () => {
  it('S125 must be started with what the executor API says it finds in its environment', async () => {
    const { agent } = await launched();
    const environment = readFileSync(join(sandboxOf(agent, 'mine'), 'environment'), 'utf8');
    expect(environment).toContain('MESOS_EXECUTOR_ID=mine\n');
    expect(environment).toContain(`MESOS_FRAMEWORK_ID=${FRAMEWORK}\n`);
    expect(environment).toContain(`MESOS_AGENT_ENDPOINT=127.0.0.1:${agent.port}\n`);
    expect(environment).toContain(`MESOS_DIRECTORY=${agent.workDirectory}/slaves/`);
  });

  it('S126 that cannot be started must be told of so', async () => {
    const master = await fakeMaster(cleanup);
    await agentOf(cleanup, master, cleanup.directory());
    run(master, [task('one', executorInfo('echo \u0000'))]);
    const { reason, message } = await told(master, 'one', 'TASK_FAILED');
    expect(reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
    expect(message).toContain('null bytes');
  });

  it('S126 that exits must leave its tasks TASK_FAILED, and the master told', async () => {
    const { master, agent } = await launched();
    await subscribe(agent);
    await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_RUNNING') } });
    const running = await told(master, 'one', 'TASK_RUNNING');
    const { executor_pid } = running.container_status as { executor_pid: number };
    process.kill(-executor_pid, 'SIGTERM');
    expect((await told(master, 'one', 'TASK_FAILED')).reason).toBe('REASON_EXECUTOR_TERMINATED');
    expect(await exited(master)).toMatchObject({ executorId: 'mine', status: 15 });
  });

  it('S126 that does not subscribe in time must be ended, and its tasks fail with the reason', async () => {
    const { master } = await launched('--executor_registration_timeout=50ms');
    expect(await told(master, 'one', 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
      message: 'Executor did not register within 50ms',
    });
    await exited(master);
  });

  it('S126 that is shut down must be told, and be killed when its grace is over', async () => {
    const { master, agent } = await launched('--executor_shutdown_grace_period=30ms');
    const events = await subscribe(agent);
    await has(events, 'LAUNCH');
    master.send({ type: 'SHUTDOWN_EXECUTOR', frameworkId: FRAMEWORK, executorId: 'mine' });
    await has(events, 'SHUTDOWN');
    expect(await exited(master)).toMatchObject({ status: 9 });
    await told(master, 'one', 'TASK_KILLED');
  });

  it('S127 must be adopted by its agent when that comes back, if it subscribes again in time', async () => {
    const { master, agent } = await launched();
    await subscribe(agent);
    await send(agent.port, PATH, { ...IDS, type: 'UPDATE', update: { status: status('TASK_RUNNING') } });
    const { container_status } = await told(master, 'one', 'TASK_RUNNING');
    const { executor_pid } = container_status as { executor_pid: number };
    await agent.close();
    const back = await agentOf(cleanup, master, agent.workDirectory, `--port=${agent.port}`);
    const again = await subscribe(back, {
      subscribe: { unacknowledged_updates: [{ status: status('TASK_FINISHED', `${'B'.repeat(21)}A`) }] },
    });
    await told(master, 'one', 'TASK_FINISHED');
    expect(again.map(({ type }) => type)).not.toContain('LAUNCH');
    expect(alive(executor_pid)).toBe(true);

    await back.close();
    const third = await agentOf(
      cleanup,
      master,
      agent.workDirectory,
      `--port=${agent.port}`,
      '--executor_reregistration_timeout=20ms',
    );
    await until('the executor to be ended', () => !alive(executor_pid));
    expect(third.host.exits).toEqual([]);
  });
});
