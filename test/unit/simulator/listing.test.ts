import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameworkRecord } from '../../../src/simulator/master/frameworks/record.js';
import type { Task, TaskState } from '../../../src/simulator/mesos/shapes.js';
import { Cleanup } from '../../support/simulator.js';
import { announcement, operatedMaster } from './operated.js';

const cpus = (value: number) => ({
  name: 'cpus',
  role: '*',
  type: 'SCALAR' as const,
  scalar: { value },
  allocation_info: { role: '*' },
});

function task(framework: string, id: string, state: TaskState, began: number, agentId = 'm-S0'): Task {
  return {
    name: id,
    task_id: { value: id },
    framework_id: { value: framework },
    agent_id: { value: agentId },
    state,
    resources: [cpus(0.1)],
    statuses: [{ task_id: { value: id }, state, timestamp: began }],
  };
}

function framework(id: string, tasks: Task[] = [], ended: Task[] = []): FrameworkRecord {
  const record = new FrameworkRecord(id, { user: 'me', name: `name-${id}` }, 5);
  for (const each of tasks) record.tasks.set(each.task_id.value, each);
  record.completedTasks.push(...ended);
  return record;
}

const some = () => [
  framework(
    'a',
    [task('a', 'a1', 'TASK_RUNNING', 1), task('a', 'a3', 'TASK_FINISHED', 3)],
    [task('a', 'a0', 'TASK_KILLED', 0)],
  ),
  framework('b', [task('b', 'b2', 'TASK_RUNNING', 2)]),
];

const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe('what a master lists', () => {
  it.each([
    ['/tasks', ['a3', 'b2', 'a1', 'a0']],
    ['/tasks?order=asc', ['a0', 'a1', 'b2', 'a3']],
    ['/tasks?order=asc&limit=2', ['a0', 'a1']],
    ['/tasks?order=asc&limit=2&offset=1', ['a1', 'b2']],
    ['/tasks?offset=9', []],
    ['/tasks?limit=many&order=asc', ['a0', 'a1', 'b2', 'a3']],
    ['/tasks?framework_id=b', ['b2']],
    ['/tasks?framework_id=none', []],
    ['/tasks?task_id=a1', ['a1']],
  ])('S99 %s must list just what was asked for, in that order', (path, expected) => {
    expect(ids(operatedMaster('1.11.0', some()).shown(path).tasks)).toEqual(expected);
  });

  it('S99 /tasks must list a hundred unless more is asked for', () => {
    const many = Array.from({ length: 150 }, (_, index) => task('a', `t${index}`, 'TASK_RUNNING', index));
    const { shown } = operatedMaster('1.11.0', [framework('a', many)]);
    expect(shown('/tasks').tasks).toHaveLength(100);
    expect(shown('/tasks?limit=120').tasks).toHaveLength(120);
  });

  it('S99 /frameworks and /slaves must list one alone where it is asked for', () => {
    const { shown, registered } = operatedMaster('1.11.0', some());
    const first = registered();
    registered(announcement(5052));
    expect(ids(shown('/frameworks').frameworks)).toEqual(['a', 'b']);
    expect(ids(shown('/frameworks?framework_id=b').frameworks)).toEqual(['b']);
    expect(shown('/slaves').slaves).toHaveLength(2);
    expect(ids(shown(`/slaves?slave_id=${first.id}`).slaves)).toEqual([first.id]);
  });

  it('S99 a framework that is no more must be listed apart, and use nothing', () => {
    const known = some();
    for (const each of known.slice(0, 1)) each.unregisteredTime = 6;
    const { shown, read } = operatedMaster('1.11.0', known);
    expect(ids(shown('/state').frameworks)).toEqual(['b']);
    expect(ids(shown('/state').completed_frameworks)).toEqual(['a']);
    expect(read('GET_FRAMEWORKS').completed_frameworks[0].unregistered_time).toEqual({ nanoseconds: 6e9 });
    expect(shown('/metrics/snapshot')['master/cpus_used']).toBe(0.1);
  });

  it('S99 what runs must count as used, on its agent, for its framework and its role, and what has ended must not', () => {
    const { shown, registered, read } = operatedMaster('1.11.0', some());
    registered();
    const { slaves, frameworks } = shown('/state');
    expect(slaves[0].used_resources.cpus).toBe(0.2);
    expect(frameworks.map((each: { used_resources: { cpus: number } }) => each.used_resources.cpus)).toEqual([
      0.1, 0.1,
    ]);
    expect(shown('/roles').roles).toMatchObject([{ name: '*', allocated: { cpus: 0.2 }, frameworks: ['a', 'b'] }]);
    expect(shown('/slaves').slaves[0].used_resources_full).toMatchObject([{ name: 'cpus', scalar: { value: 0.2 } }]);
    expect(read('GET_AGENTS').agents[0].allocated_resources).toMatchObject([{ scalar: { value: 0.2 } }]);
    const [summary] = shown('/state-summary').slaves;
    expect(summary).toMatchObject({ TASK_RUNNING: 2, TASK_FINISHED: 1, TASK_KILLED: 1, framework_ids: ['a', 'b'] });
    expect(shown('/metrics/snapshot')['master/tasks_running']).toBe(2);
  });

  it('S99 what was reserved and made on an agent since it registered must be listed as its', () => {
    const { shown, registered, read } = operatedMaster();
    const agent = registered();
    const reservations = [{ type: 'DYNAMIC' as const, role: 'web' }];
    agent.totalResources = [cpus(1), { ...cpus(2), reservations }];
    const { reserved_resources, unreserved_resources, reserved_resources_full } = shown('/slaves').slaves[0];
    expect([reserved_resources.web.cpus, unreserved_resources.cpus]).toEqual([2, 1]);
    expect(reserved_resources_full.web).toMatchObject([{ role: 'web', reservations, scalar: { value: 2 } }]);
    expect(shown('/roles').roles).toMatchObject([{ name: 'web', reserved: { cpus: 2 } }]);
    expect(read('GET_AGENTS').agents[0].total_resources).toHaveLength(2);
  });

  it('S99 whatever text a task or framework has must not become part of the page', () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    const { request } = operatedMaster('1.11.0', [framework(evil)], [`--cluster=${evil}`]);
    const page = String(request('GET', '/').body);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img');
    // What it does in the browser is written in one text: that it is a program is seen here.
    const [, script = ''] = /<script>(.*)<\/script>/s.exec(page) ?? [];
    expect(script.length).toBeGreaterThan(1000);
    expect(() => new Function(script)).not.toThrow();
    expect(page).not.toMatch(/innerHTML|src="?http|href="?http/);
  });
});

describe('what operators may do besides', () => {
  it('S100 /teardown must end the framework that its form names, and TEARDOWN too', () => {
    const { request, call } = operatedMaster('1.11.0', some());
    expect(request('POST', '/teardown', 'frameworkId=a')).toEqual({ status: 200 });
    expect(request('POST', '/master/teardown', 'frameworkId=x')).toMatchObject({
      status: 400,
      body: 'No framework found with specified ID',
    });
    expect(request('POST', '/teardown', '')).toMatchObject({
      status: 400,
      body: "Missing 'frameworkId' query parameter",
    });
    expect(request('GET', '/teardown').status).toBe(405);
    expect(call({ type: 'TEARDOWN', teardown: { framework_id: { value: 'b' } } }).status).toBe(200);
    expect(call({ type: 'TEARDOWN', teardown: { framework_id: { value: 'x' } } }).status).toBe(400);
    expect(call({ type: 'TEARDOWN', teardown: {} }).status).toBe(400);
  });

  it.each([
    ['/logging/toggle', 200, '0\n'],
    ['/logging/toggle?level=1&duration=5secs', 200, undefined],
    ['/logging/toggle?level=1', 400, "Expecting 'duration=value' in query.\n"],
    ['/logging/toggle?duration=5secs', 400, "Expecting 'level=value' in query.\n"],
    ['/logging/toggle?level=x&duration=5secs', 400, "Failed to convert 'x' to number.\n"],
  ])('S100 %s must be answered with %i', (path, status, body) => {
    const answer = operatedMaster().request('GET', path);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  it('S100 the log that the master was told of must be read through it, and nothing else', async () => {
    const cleanup = new Cleanup();
    try {
      const log = join(cleanup.directory(), 'master.log');
      writeFileSync(log, 'a line');
      const { shown, request } = operatedMaster('1.11.0', [], [`--external_log_file=${log}`]);
      expect(shown('/files/debug')).toEqual({ '/master/log': log });
      expect(String(request('GET', '/files/read?path=/master/log&offset=0').body)).toBe('{"data":"a line","offset":0}');
      expect(request('GET', '/files/read?path=/etc/passwd&offset=0').status).toBe(404);
    } finally {
      await cleanup.run();
    }
  });

  it('S21 what no Mesos knows must be 404', () => {
    for (const path of ['/nothing', '/master', '/masterstate', '/toString', '/__proto__']) {
      expect(operatedMaster().request('GET', path)).toMatchObject({ status: 404, body: '404 Not Found.' });
    }
  });
});
