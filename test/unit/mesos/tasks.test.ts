/** What a master's `/state` tells of tasks. */

import { describe, expect, it } from 'vitest';
import { tasksOf } from '../../../src/mesos/tasks.js';
import { readText, thereAreRecordings, WITHOUT } from '../simulator/conformance/recordings.js';

const RUN = { container_status: { container_id: { value: 'c-1' } } };

/** A task of a framework of `stateWith`, as a master shows it. */
function shown(over: object = {}) {
  return {
    id: 'sleep-1',
    name: 'sleep',
    framework_id: 'F-0',
    executor_id: '',
    slave_id: 'A-S0',
    state: 'TASK_RUNNING',
    resources: { cpus: 1, mem: 32, ports: '[31000-31000]' },
    statuses: [RUN],
    ...over,
  };
}

function stateWith(framework: object, rest: object = {}) {
  return { frameworks: [{ id: 'F-0', name: 'batch', tasks: [], completed_tasks: [], ...framework }], ...rest };
}

const readOne = (over: object, framework: object = {}) =>
  tasksOf(stateWith({ tasks: [shown(over)], ...framework }), { ended: true })[0];

const ids = (state: unknown, ended: boolean) => tasksOf(state, { ended }).map(({ id }) => id);

describe('a task', () => {
  it('is told with all that finds its sandbox', () => {
    expect(readOne({})).toEqual({
      framework: 'batch',
      frameworkId: 'F-0',
      id: 'sleep-1',
      name: 'sleep',
      state: 'TASK_RUNNING',
      ended: false,
      ports: [31000],
      slaveId: 'A-S0',
      executorId: 'sleep-1',
      containerId: 'c-1',
    });
  });

  it('has the executor that its framework brought', () => {
    expect(readOne({ executor_id: 'builder' })).toMatchObject({ executorId: 'builder' });
  });

  it('goes by its id where it has no name, and so does its framework', () => {
    expect(readOne({ name: '' }, { name: '' })).toMatchObject({ name: 'sleep-1', framework: 'F-0' });
  });

  it('is in the container that its last status names', () => {
    const later = { container_status: { container_id: { value: 'c-2' } } };
    expect(readOne({ statuses: [RUN, later, {}] })).toMatchObject({ containerId: 'c-2' });
    expect(readOne({ statuses: [] })).toMatchObject({ containerId: undefined });
  });

  it.each([
    ['[31005-31005, 31000-31002]', [31000, 31001, 31002, 31005]],
    ['[65534-99999999]', [65534, 65535]],
    ['[99999998-99999999]', []],
    [undefined, []],
  ])('has the ports of its resources: %s', (ports, numbers) => {
    expect(readOne({ resources: { ports } })?.ports).toEqual(numbers);
  });

  it.each([
    ['that it makes known where it took none', undefined, [9200, 80], [9200, 80]],
    ['that it took where it makes others known', '[31000-31000]', [80], [31000]],
    ['in the order of its framework', '[31000-31001, 31005-31005]', [31005, 31000, 31001], [31005, 31000, 31001]],
  ])('has the ports %s', (_which, ports, known, expected) => {
    const discovery = { ports: { ports: known.map((number) => ({ number, protocol: 'tcp' })) } };
    expect(readOne({ resources: { ports }, discovery })?.ports).toEqual(expected);
  });
});

describe('a task of Marathon', () => {
  const uuid = '6c0ad1b7-26be-11e8-a7a4-0242ac110006';

  it.each([
    [`postgres.${uuid}`, '/postgres'],
    [`shop_web-2.0_cart.${uuid}`, '/shop/web-2.0/cart'],
    [`shop_cart.instance-${uuid}._app.1`, '/shop/cart'],
    [`shop_cart.marathon-${uuid}`, '/shop/cart'],
    ['by-hand', undefined],
  ])('tells its app: %s', (id, appId) => {
    expect(readOne({ id }, { name: 'marathon' })?.appId).toBe(appId);
  });

  it('is one of Marathon only', () => {
    expect(readOne({ id: `postgres.${uuid}` })?.appId).toBeUndefined();
  });
});

describe('the tasks of a state', () => {
  const state = stateWith(
    {
      tasks: [shown({ id: 'runs' }), shown({ id: 'unacknowledged', state: 'TASK_FAILED' })],
      unreachable_tasks: [shown({ id: 'unreachable', state: 'TASK_UNREACHABLE' })],
      completed_tasks: [shown({ id: 'finished', state: 'TASK_FINISHED' })],
    },
    {
      orphan_tasks: [shown({ id: 'orphan', framework_id: 'F-9' })],
      completed_frameworks: [
        { id: 'F-1', name: 'gone', completed_tasks: [shown({ id: 'killed', state: 'TASK_KILLED' })] },
      ],
    },
  );

  it('are those that have not ended, with those whose framework or agent is away', () => {
    expect(ids(state, false)).toEqual(['runs', 'unreachable', 'orphan']);
    expect(tasksOf(state, { ended: false }).map(({ framework }) => framework)).toEqual(['batch', 'batch', 'F-9']);
  });

  it('are all that the master knows where the ended are asked for too', () => {
    expect(ids(state, true)).toEqual(['runs', 'unacknowledged', 'unreachable', 'finished', 'orphan', 'killed']);
  });

  it.each([undefined, null, {}, { frameworks: [{}] }])('are none in %j', (nothing) => {
    expect(ids(nothing, true)).toEqual([]);
  });
});

describe.skipIf(!thereAreRecordings)(`the tasks that were recorded${WITHOUT}`, () => {
  const read = (file: string) => tasksOf(JSON.parse(readText(file)), { ended: true });

  it('are found in a state of Mesos 1.0, which names no container', () => {
    expect(read('mesos-1.0.0/master-state-with-tasks.json')).toEqual([
      expect.objectContaining({
        framework: 'marathon',
        name: 'postgres',
        appId: '/postgres',
        ports: [31034],
        containerId: undefined,
      }),
    ]);
  });

  it.each([
    ['running_master_state', 'TASK_RUNNING', false],
    ['finished_master_state', 'TASK_FINISHED', true],
    ['afterteardown_master_state', 'TASK_FINISHED', true],
  ])('are found in a state of Mesos 1.11: %s', (name, state, ended) => {
    expect(read(`mesos-1.11.0/sched/${name}.json`)).toEqual([
      expect.objectContaining({
        id: 'rec-task-1',
        state,
        ended,
        executorId: 'rec-task-1',
        containerId: 'c4c74df7-7ae4-4466-9b1f-c491fb17febc',
      }),
    ]);
  });
});
