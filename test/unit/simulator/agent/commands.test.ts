import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import {
  AGENT,
  agentOf,
  alive,
  commandTask,
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

async function started(...flags: string[]) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory(), ...flags);
  return { master, agent };
}

describe('a command task', () => {
  it('S110 must run as a process in its sandbox, with the variables that were recorded', async () => {
    const { master, agent } = await started();
    const environment = {
      variables: [
        { name: 'FOO', value: 'bar' },
        { name: 'HIDDEN', type: 'SECRET' },
      ],
    };
    run(master, [
      commandTask('one', '', { command: { value: 'echo hi; echo err >&2; env | sort', environment, user: 'nobody' } }),
    ]);
    const finished = await told(master, 'one', 'TASK_FINISHED');
    expect(statesOf(master, 'one')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    expect(finished).toMatchObject({
      message: 'Command exited with status 0',
      source: 'SOURCE_EXECUTOR',
      agent_id: { value: AGENT },
      executor_id: { value: 'one' },
      container_status: { network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '127.0.0.1' }] }] },
    });
    const sandbox = join(
      agent.workDirectory,
      'slaves',
      AGENT,
      'frameworks',
      FRAMEWORK,
      'executors/one/runs',
      String((finished.container_status as { container_id: { value: string } }).container_id.value),
    );
    const lines = outputOf(agent, 'one').split('\n');
    expect(lines[0]).toBe('hi');
    expect(lines.slice(1).map((line) => line.split('=')[0])).toEqual([
      ...[
        'FOO',
        'LIBPROCESS_IP',
        'LIBPROCESS_PORT',
        'MESOS_AGENT_ENDPOINT',
        'MESOS_ALLOCATION_ROLE',
        'MESOS_CHECKPOINT',
      ],
      ...['MESOS_DIRECTORY', 'MESOS_EXECUTOR_ID', 'MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', 'MESOS_FRAMEWORK_ID'],
      ...[
        'MESOS_HTTP_COMMAND_EXECUTOR',
        'MESOS_RECOVERY_TIMEOUT',
        'MESOS_SANDBOX',
        'MESOS_SLAVE_ID',
        'MESOS_SLAVE_PID',
      ],
      ...['MESOS_SUBSCRIPTION_BACKOFF_MAX', 'PATH', 'PWD', ''],
    ]);
    expect(lines).toContain(`MESOS_SANDBOX=${sandbox}`);
    expect(lines).toContain(`PWD=${sandbox}`);
    const said = outputOf(agent, 'one', 'stderr');
    expect(said).toContain('err\n');
    expect(said).toContain("Ignored the user 'nobody'");
    expect(said).toContain('Ignored the secret variables HIDDEN');
  });

  it('S110 of an older Mesos must not be TASK_STARTING first', async () => {
    const { master } = await started('--mesos_version=1.0.0');
    run(master, [commandTask('one', 'true')]);
    await told(master, 'one', 'TASK_FINISHED');
    expect(statesOf(master, 'one')).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
  });

  it('S110 with arguments must run the program without a shell', async () => {
    const { master, agent } = await started();
    const command = { shell: false, value: '/bin/echo', arguments: ['echo', '$HOME', 'a  b'] };
    run(master, [commandTask('argv', '', { command })]);
    await told(master, 'argv', 'TASK_FINISHED');
    expect(outputOf(agent, 'argv')).toBe('$HOME a  b\n');
  });

  it('S110 must have the variables that no shell can have', async () => {
    const { master, agent } = await started();
    const variables = ['a.b', 'c-d', '_m'].map((name) => ({ name, value: 'mine' }));
    const command = { shell: false, value: '/usr/bin/env', arguments: ['env'], environment: { variables } };
    run(master, [commandTask('odd', '', { command })]);
    await told(master, 'odd', 'TASK_FINISHED');
    expect(outputOf(agent, 'odd').split('\n')).toEqual(expect.arrayContaining(['a.b=mine', 'c-d=mine', '_m=mine']));
  });

  it('S111 must be TASK_FAILED where it cannot be started', async () => {
    const { master } = await started();
    const variables = [{ name: 'LONG', value: 'x'.repeat(1_000_000) }];
    run(master, [
      commandTask('nul', 'echo \u0000'),
      commandTask('long', '', { command: { value: 'true', environment: { variables } } }),
    ]);
    for (const id of ['nul', 'long']) {
      expect((await told(master, id, 'TASK_FAILED')).reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
    }
  });

  it('S111 that fails must be TASK_FAILED with the status, or the signal, that ended it', async () => {
    const { master } = await started();
    run(master, [
      commandTask('three', 'exit 3'),
      commandTask('segv', 'kill -SEGV $$'),
      commandTask('none', 'no-such-program'),
    ]);
    expect((await told(master, 'three', 'TASK_FAILED')).message).toBe('Command exited with status 3');
    expect((await told(master, 'segv', 'TASK_FAILED')).message).toBe(
      'Command terminated with signal Segmentation fault',
    );
    expect((await told(master, 'none', 'TASK_FAILED')).message).toBe('Command exited with status 127');
  });

  it('S112 that is killed must get SIGTERM, and be TASK_KILLED however it ends then', async () => {
    const { master, agent } = await started();
    const capabilities = [{ type: 'TASK_KILLING_STATE' }];
    run(master, [commandTask('kind', "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done")], {
      capabilities,
    });
    await until('the task to be up', () => outputOf(agent, 'kind') === 'up\n');
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'kind' });
    expect((await told(master, 'kind', 'TASK_KILLED')).message).toBe('Command exited with status 0');
    expect(statesOf(master, 'kind').slice(-2)).toEqual(['TASK_KILLING', 'TASK_KILLED']);
    expect(outputOf(agent, 'kind')).toBe('up\nbye\n');
  });

  it('S112 that does not heed SIGTERM must be killed with all its children when its grace is over', async () => {
    const { master, agent } = await started();
    run(master, [commandTask('deaf', "trap '' TERM; sleep 1000 & echo $!; wait; wait; sleep 1000")]);
    const child = Number(await until('the child', () => outputOf(agent, 'deaf').trim() || null));
    master.send({
      type: 'KILL_TASK',
      frameworkId: FRAMEWORK,
      taskId: 'deaf',
      killPolicy: { grace_period: { nanoseconds: 30e6 } },
    });
    expect((await told(master, 'deaf', 'TASK_KILLED')).message).toBe('Command terminated with signal Killed');
    await until('the child to be gone', () => !alive(child));
  });

  it('S112 that is killed must take along what it started in sessions of their own', async () => {
    const { master, agent } = await started();
    run(master, [commandTask('parent', "setsid sh -c 'echo $$; sleep 1000'; echo never")]);
    const child = Number(await until('the child', () => outputOf(agent, 'parent').trim() || null));
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'parent' });
    await told(master, 'parent', 'TASK_KILLED');
    await until('the child to be gone', () => !alive(child));
  });

  it('S112 must have a grace and a time of any length', async () => {
    const { master, agent } = await started();
    const month = { nanoseconds: 30 * 86_400 * 1e9 };
    const script = "trap 'until [ -e go ]; do sleep 0.01; done; exit 0' TERM; echo up; while :; do sleep 0.01; done";
    run(master, [commandTask('patient', script, { kill_policy: { grace_period: month }, max_completion_time: month })]);
    await until('the task to be up', () => outputOf(agent, 'patient') === 'up\n');
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'patient' });
    run(master, [commandTask('go', `touch ${sandboxOf(agent, 'patient')}/go`)]);
    expect((await told(master, 'patient', 'TASK_KILLED')).message).toBe('Command exited with status 0');
  });

  it('S112 that takes longer than its max_completion_time must be TASK_FAILED', async () => {
    const { master } = await started();
    run(master, [commandTask('slow', 'sleep 1000', { max_completion_time: { nanoseconds: 20e6 } })]);
    expect((await told(master, 'slow', 'TASK_FAILED')).reason).toBe('REASON_MAX_COMPLETION_TIME_REACHED');
  });

  it('S112 must leave no process of its group behind when it ends', async () => {
    const { master, agent } = await started();
    run(master, [commandTask('parent', 'sleep 1000 & echo $!')]);
    await told(master, 'parent', 'TASK_FINISHED');
    const child = Number(outputOf(agent, 'parent').trim());
    await until('the child to be gone', () => !alive(child));
  });
});
