import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup, until } from '../../../support/simulator.js';
import { amounts, lonelyMaster, MODERN, type ScriptedScheduler, scalars, scriptedScheduler, task } from './playing.js';
import { type ScriptedAgent, scriptedAgent } from './scripted-agent.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = '--allocation_interval=20ms';

async function played(): Promise<{ agent: ScriptedAgent; scheduler: ScriptedScheduler }> {
  const { port } = await lonelyMaster(cleanup, QUICK);
  const agent = await scriptedAgent(cleanup, port);
  const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, roles: ['web'] });
  return { agent, scheduler };
}

const EXECUTOR = { executor_id: { value: 'e' }, resources: scalars({ cpus: 0.5, mem: 32, disk: 10 }) };
const CUSTOM = { ...EXECUTOR, command: { value: './executor' } };
const PORT = (begin: number, end = begin) => ({ name: 'ports', type: 'RANGES', ranges: { range: [{ begin, end }] } });

describe('launching tasks', () => {
  it.each([
    [{ task_id: { value: 'a/b' } }, "'a/b' contains invalid characters"],
    [{ task_id: { value: '' } }, 'ID must not be empty'],
    [{ agent_id: { value: 'other' } }, 'Task uses invalid agent other while agent $AGENT is expected'],
    [{ resources: [] }, 'Task uses no resources'],
    [
      { resources: scalars({ cpus: -1 }) },
      'Task uses invalid resources: Invalid resources: Invalid scalar resource: value < 0',
    ],
    [
      { resources: [PORT(2, 1)] },
      'Task uses invalid resources: Invalid resources: Invalid ranges resource: begin > end',
    ],
    [{ command: undefined }, 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'],
    [{ executor: CUSTOM }, 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present'],
    [{ command: undefined, executor: EXECUTOR }, "'ExecutorInfo.command' must be set"],
    [{ kill_policy: { grace_period: { nanoseconds: -1 } } }, "Task's 'kill_policy.grace_period' must be non-negative"],
    [{ health_check: {} }, "Task uses invalid health check: HealthCheck must specify 'type'"],
    [
      { health_check: { type: 'COMMAND', command: {} } },
      "Task uses invalid health check: Command health check must contain 'shell command'",
    ],
    [
      { health_check: { type: 'HTTP', http: { port: 1, path: 'x' } } },
      "Task uses invalid health check: The path 'x' of HTTP health check must start with '/'",
    ],
    [
      { check: { type: 'COMMAND', command: { command: { shell: false } } } },
      "Task uses invalid check: Command check must contain 'executable path'",
    ],
    [
      { check: { type: 'TCP', tcp: { port: 1 }, interval_seconds: -1 } },
      "Task uses invalid check: Expecting 'interval_seconds' to be non-negative",
    ],
    [
      { command: { value: 'true', environment: { variables: [{ name: 'A' }] } } },
      "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value set",
    ],
    [
      { container: { type: 'MESOS', volumes: [{ mode: 'RW', container_path: 'a' }] } },
      "Task's `ContainerInfo` is invalid: Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'",
    ],
    [
      { container: { type: 'DOCKER' } },
      "Task's `ContainerInfo` is invalid: DockerInfo 'docker' is not set for DOCKER typed ContainerInfo",
    ],
    [{ limits: { cpus: { value: 0.1 } } }, 'The cpu limit must be greater than or equal to the cpu request'],
    [
      { resources: scalars({ cpus: 3 }) },
      'Total resources cpus(allocated: web):3 required by task and its executor is more than available ' +
        'cpus(allocated: web):2; mem(allocated: web):1024; disk(allocated: web):2000; ports(allocated: web):[31000-32000]',
    ],
  ])(
    'S82 a task that will not do must be told of with TASK_ERROR, and the rest launched: %j',
    async (more, message) => {
      const { agent, scheduler } = await played();
      const offer = await scheduler.offer();
      const wrong = task(offer, 'wrong', more);
      await scheduler.launch(offer, [wrong, task(offer, 'right')]);
      const status = await scheduler.toldOf(wrong.task_id.value, 'TASK_ERROR');
      expect(status).toMatchObject({
        message: message.replace('$AGENT', agent.id),
        reason: 'REASON_TASK_INVALID',
        source: 'SOURCE_MASTER',
      });
      expect(await agent.heard('RUN_TASKS')).toMatchObject({ tasks: [{ name: 'right' }] });
    },
  );

  it('S82 an id that is in use must not be used again, nor can two tasks have one port', async () => {
    const { scheduler } = await played();
    const offer = await scheduler.offer();
    const small = scalars({ cpus: 0.1 });
    await scheduler.launch(offer, [
      task(offer, 'a', { resources: [...small, PORT(31000)] }),
      task(offer, 'a', { resources: small }),
      task(offer, 'b', { resources: [...small, PORT(31000)] }),
    ]);
    expect((await scheduler.toldOf('a', 'TASK_ERROR')).message).toBe('Task has duplicate ID: a');
    expect((await scheduler.toldOf('b', 'TASK_ERROR')).message).toContain('is more than available');
  });

  it('S83 an executor must count once, for as long as it runs', async () => {
    const { agent, scheduler } = await played();
    const offer = await scheduler.offer();
    const resources = scalars({ cpus: 0.5, mem: 100 });
    const own = { command: undefined, executor: CUSTOM, resources };
    await scheduler.launch(offer, [task(offer, 'a', own), task(offer, 'b', own), task(offer, 'c', { resources })]);
    const run = await agent.heard('RUN_TASKS', 2);
    expect(run.tasks[0]?.name).toBe('c');
    expect(agent.all('RUN_TASKS')[0]).toMatchObject({
      tasks: [{ executor: { framework_id: { value: scheduler.id }, executor_id: { value: 'e' } } }],
    });
    const rest = await scheduler.offer(1);
    expect(amounts(rest.resources)).toBe('disk:1990 mem:692 ports:[31000-32000]');
    agent.update(scheduler.id, task(offer, 'a'), 'TASK_FINISHED');
    agent.update(scheduler.id, task(offer, 'b'), 'TASK_FINISHED');
    agent.send({ type: 'EXITED_EXECUTOR', frameworkId: scheduler.id, executorId: 'e', status: 256 });
    expect(await scheduler.heard('FAILURE')).toEqual({
      agent_id: { value: agent.id },
      executor_id: { value: 'e' },
      status: 256,
    });
    await until('all but the third task to be offered', () => {
      const cpus = scheduler.offers.slice(1).flatMap(({ resources: offered }) => offered);
      const total = cpus.reduce(
        (sum, each) => sum + (each.name === 'cpus' && each.type === 'SCALAR' ? each.scalar.value : 0),
        0,
      );
      return total === 1.5;
    });
  });

  it('S83 messages must go both ways between a scheduler and its executor, and SHUTDOWN to it', async () => {
    const { agent, scheduler } = await played();
    const offer = await scheduler.offer();
    await scheduler.launch(offer, [task(offer, 'a', { command: undefined, executor: CUSTOM })]);
    await agent.heard('RUN_TASKS');
    const which = { agent_id: { value: agent.id }, executor_id: { value: 'e' } };
    await scheduler.call('MESSAGE', { ...which, data: 'aGVsbG8=' });
    expect(await agent.heard('FRAMEWORK_MESSAGE')).toMatchObject({ executorId: 'e', data: 'aGVsbG8=' });
    agent.send({ type: 'EXECUTOR_MESSAGE', frameworkId: scheduler.id, executorId: 'e', data: 'Ynll' });
    expect(await scheduler.heard('MESSAGE')).toEqual({ ...which, data: 'Ynll' });
    await scheduler.call('SHUTDOWN', which);
    expect(await agent.heard('SHUTDOWN_EXECUTOR')).toMatchObject({ frameworkId: scheduler.id, executorId: 'e' });
  });

  it('S84 a group must be launched wholly or not at all', async () => {
    const { agent, scheduler } = await played();
    const offer = await scheduler.offer();
    const group = (ids: string[], more: object = {}) => ({
      type: 'LAUNCH_GROUP',
      launch_group: {
        executor: { ...EXECUTOR, type: 'DEFAULT' },
        task_group: { tasks: ids.map((id) => task(offer, id, more)) },
      },
    });
    await scheduler.call('ACCEPT', {
      offer_ids: [offer.id],
      operations: [
        group(['a', 'b'], { resources: [...scalars({ cpus: 0.1 }), PORT(31000)] }),
        group(['c', 'd'], { resources: scalars({ cpus: 1 }) }),
        group(['e', 'f']),
      ],
    });
    const overlapping = await scheduler.toldOf('b', 'TASK_ERROR');
    expect(overlapping.reason).toBe('REASON_TASK_GROUP_INVALID');
    expect(overlapping.message).toContain("There are overlapping resources in the task group's task resources");
    expect((await scheduler.toldOf('d', 'TASK_ERROR')).message).toMatch(
      /^Total resources .* required by task group and its executor are more than available /,
    );
    const run = await agent.heard('RUN_TASKS');
    expect(run).toMatchObject({ group: true, tasks: [{ name: 'e' }, { name: 'f' }] });
    expect(run.tasks[1]?.executor?.executor_id).toEqual({ value: 'e' });
  });

  it.each([
    [{ type: 'UNKNOWN' }, {}, 'Unknown executor type'],
    [
      {},
      { limits: { cpus: { value: 1 } } },
      "Task 'a' is invalid: Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'.",
    ],
    [
      {},
      { container: { type: 'DOCKER', docker: { image: 'i' } } },
      "Task 'a' is invalid: Docker ContainerInfo is not supported on the task",
    ],
    [{}, { task_id: { value: 'a' } }, "Task 'a' is invalid: Task has duplicate ID: a"],
  ])('S84 a group that will not do must be told of as a whole: %j %j', async (ofExecutor, ofTasks, message) => {
    const { agent, scheduler } = await played();
    const offer = await scheduler.offer();
    const small = { resources: scalars({ cpus: 0.1 }), ...ofTasks };
    const group = (executor: object, tasks: object[]) => ({
      type: 'LAUNCH_GROUP',
      launch_group: { executor: { ...EXECUTOR, type: 'DEFAULT', ...executor }, task_group: { tasks } },
    });
    const operations = [
      group(ofExecutor, [task(offer, 'a', small), task(offer, 'b', small)]),
      group({}, [task(offer, 'c')]),
    ];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations, filters: { refuse_seconds: 0 } });
    expect(await agent.heard('RUN_TASKS')).toMatchObject({ tasks: [{ name: 'c' }] });
    await until('both tasks to be told of', () => scheduler.statuses.length === 2);
    expect(scheduler.statuses.map(({ state, message: said }) => [state, said])).toEqual(
      [1, 2].map(() => ['TASK_ERROR', message]),
    );
    expect(amounts((await scheduler.offer(1)).resources)).toBe('cpus:1 disk:1990 mem:928 ports:[31000-32000]');
  });

  it('S85 what will not do must be told of, and change nothing', async () => {
    const { port } = await lonelyMaster(cleanup, QUICK);
    const agent = await scriptedAgent(cleanup, port);
    const scheduler = await scriptedScheduler(cleanup, port, { ...MODERN, roles: ['web', 'db'] });
    const offer = await scheduler.offer();
    const role = (offer.allocation_info?.role ?? '') as string;
    const other = role === 'web' ? 'db' : 'web';
    const [disk] = scalars({ disk: 100 }, { role, reservation: {} });
    const volume = { ...disk, disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } } };
    const operations = [
      {
        type: 'RESERVE',
        id: { value: '1' },
        reserve: { resources: scalars({ cpus: 1 }, { role: other, reservation: {} }) },
      },
      { type: 'RESERVE', id: { value: '2' }, reserve: { resources: scalars({ cpus: 9 }, { role, reservation: {} }) } },
      {
        type: 'RESERVE',
        id: { value: '3' },
        reserve: { resources: scalars({ disk: 200 }, { role, reservation: {} }) },
      },
      { type: 'CREATE', id: { value: '4' }, create: { volumes: [volume, volume] } },
    ];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations, filters: { refuse_seconds: 0 } });
    const told = () => scheduler.all('UPDATE_OPERATION_STATUS').map(({ status }) => [status.state, status.message]);
    await until('word of all', () => told().length === 4);
    expect(told()).toEqual([
      [
        'OPERATION_ERROR',
        `A reserve operation was attempted for a resource with role '${other}', but the resource was allocated to role '${role}'`,
      ],
      ['OPERATION_ERROR', 'Invalid operation: the resources are not in the offers'],
      ['OPERATION_FINISHED', undefined],
      ['OPERATION_ERROR', "Persistence ID 'v' is not unique"],
    ]);
    expect(agent.all('UPDATE_RESOURCES')).toHaveLength(1);
  });

  it('S85 what is reserved must be offered as such, kept by the agent, and be a volume where one was made of it', async () => {
    const { agent, scheduler } = await played();
    const offer = await scheduler.offer();
    const reservation = { principal: 'me' };
    const reserved = scalars({ disk: 100 }, { role: 'web', reservation });
    const [disk] = reserved;
    const volume = { ...disk, disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } } };
    const make = [
      { type: 'RESERVE', id: { value: 'op-1' }, reserve: { resources: reserved } },
      { type: 'CREATE', id: { value: 'op-2' }, create: { volumes: [volume] } },
    ];
    await scheduler.call('ACCEPT', { offer_ids: [offer.id], operations: make, filters: { refuse_seconds: 0 } });
    const kept = await agent.heard('UPDATE_RESOURCES', 1);
    expect(amounts(kept.totalResources)).toBe('cpus:2 disk(web):100 disk:1900 mem:1024 ports:[31000-32000]');
    const states = () => scheduler.all('UPDATE_OPERATION_STATUS').map(({ status }) => status.state);
    await until('word of both operations', () => states().length === 2);
    expect(states()).toEqual(['OPERATION_FINISHED', 'OPERATION_FINISHED']);
    const again = await scheduler.offer(1);
    expect(again.resources.find(({ disk: info }) => info !== undefined)).toMatchObject({
      role: 'web',
      reservation,
      disk: { persistence: { id: 'v' } },
    });
    const undo = [
      { type: 'UNRESERVE', id: { value: 'op-3' }, unreserve: { resources: [volume] } },
      { type: 'DESTROY', id: { value: 'op-4' }, destroy: { volumes: [volume] } },
      { type: 'UNRESERVE', id: { value: 'op-5' }, unreserve: { resources: reserved } },
    ];
    await scheduler.call('ACCEPT', { offer_ids: [again.id], operations: undo, filters: { refuse_seconds: 0 } });
    expect(amounts((await scheduler.offer(2)).resources)).toBe('cpus:2 disk:2000 mem:1024 ports:[31000-32000]');
    expect(states().slice(2)).toEqual(['OPERATION_ERROR', 'OPERATION_FINISHED', 'OPERATION_FINISHED']);
  });
});
