import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../../../src/simulator/listen.js';
import { nextVersion } from '../../../../src/simulator/marathon/app/definition.js';
import { normalApp } from '../../../../src/simulator/marathon/app/normal.js';
import {
  afterFailure,
  afterSuccess,
  isAlive,
  isHopeless,
  UNKNOWN_HEALTH,
} from '../../../../src/simulator/marathon/health/health.js';
import { probe } from '../../../../src/simulator/marathon/health/probe.js';
import { Reconciliation } from '../../../../src/simulator/marathon/mesos/reconciliation.js';
import type { Znodes } from '../../../../src/simulator/marathon/storage/znodes.js';
import { Kills } from '../../../../src/simulator/marathon/tasks/kills.js';
import { type TaskFailure, type TaskRecord, Tasks } from '../../../../src/simulator/marathon/tasks/tasks.js';
import { takeUpdate } from '../../../../src/simulator/marathon/tasks/updates.js';
import { timerMs } from '../../../../src/simulator/marathon/timer.js';
import type { TaskState, TaskStatus } from '../../../../src/simulator/mesos/shapes.js';
import { Cleanup } from '../../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const VERSION = '2020-01-01T00:00:00.000Z';
const definition = normalApp({
  id: '/a',
  cmd: 'x',
  healthChecks: [{ gracePeriodSeconds: 10, maxConsecutiveFailures: 2 }],
});
const app = nextVersion(undefined, definition, VERSION);

const RUNNING: TaskRecord = {
  id: 'a.1',
  appId: '/a',
  appVersion: VERSION,
  configuredAt: VERSION,
  agentId: 's1',
  hostname: 'h',
  attributes: {},
  hostPorts: [31000, null],
  stagedAt: VERSION,
  startedAt: VERSION,
  state: 'TASK_RUNNING',
  ipAddresses: [],
  healthy: null,
};

function status(state: TaskState, more: Partial<TaskStatus> = {}): TaskStatus {
  return { task_id: { value: 'a.1' }, agent_id: { value: 's1' }, state, ...more };
}

/** What becomes of the task, and what is done about it, in words. */
async function taken(update: TaskStatus, { leaving = false, task = RUNNING as TaskRecord | null } = {}) {
  const tasks = new Tasks({ write: async () => {}, remove: async () => {} } as unknown as Znodes);
  if (task !== null) await tasks.put(task);
  const done: string[] = [];
  const failures: TaskFailure[] = [];
  await takeUpdate(update, {
    tasks,
    app: () => app,
    isLeaving: () => leaving,
    killStranger: (id) => done.push(`kill ${id}`),
    slowDown: ({ id }) => done.push(`slow ${id}`),
    failed: (failure) => failures.push(failure),
    gone: () => done.push('gone'),
    runs: () => done.push('runs'),
    publish: (type) => done.push(type),
  });
  if (failures.length > 0) done.push('failed');
  return `${done.join(', ')}; ${tasks.find('a.1')?.state ?? 'nothing'}`;
}

describe('an update', () => {
  it.each<[TaskState, string]>([
    ['TASK_RUNNING', 'runs; TASK_RUNNING'],
    ['TASK_KILLING', 'status_update_event; TASK_KILLING'],
    ['TASK_FINISHED', 'status_update_event, slow /a, gone; nothing'],
    ['TASK_FAILED', 'status_update_event, slow /a, gone, failed; nothing'],
    ['TASK_ERROR', 'status_update_event, slow /a, gone, failed; nothing'],
    ['TASK_KILLED', 'status_update_event, gone; nothing'],
    ['TASK_UNREACHABLE', 'status_update_event, gone, failed; nothing'],
    ['TASK_GONE_BY_OPERATOR', 'status_update_event, gone, failed; nothing'],
  ])('S134 %s must do "%s"', async (state, what) => {
    expect(await taken(status(state))).toBe(what);
  });

  it('S134 of a task that was to be killed must not slow its app down', async () => {
    expect(await taken(status('TASK_FAILED'), { leaving: true })).toBe('status_update_event, gone, failed; nothing');
  });

  it('S144 of a task that nobody knows must have it killed where it lives', async () => {
    expect(await taken(status('TASK_RUNNING'), { task: null })).toBe('kill a.1; nothing');
    expect(await taken(status('TASK_FAILED'), { task: null })).toBe('; nothing');
  });

  it('S144 of a master that knows nothing must be believed only when its agents had time to come back', () => {
    const asked: string[][] = [];
    const of = (patienceMs: number) => {
      const tasks = () => [RUNNING];
      return new Reconciliation({ patienceMs, tasks, ask: (open) => asked.push(open.map(({ id }) => id)) });
    };
    const [patient, hasty] = [of(60_000), of(0)];
    for (const each of [patient, hasty]) {
      cleanup.add(() => each.stop());
      each.begin();
    }
    expect(asked).toEqual([['a.1'], ['a.1']]);
    const unknown = status('TASK_UNKNOWN', { reason: 'REASON_RECONCILIATION' });
    expect([patient.believes(unknown), hasty.believes(unknown)]).toEqual([false, true]);
    expect(patient.believes(status('TASK_LOST', { reason: 'REASON_RECONCILIATION' }))).toBe(false);
    expect(patient.believes(status('TASK_LOST', { reason: 'REASON_SLAVE_REMOVED' }))).toBe(true);
    expect(patient.believes(status('TASK_GONE', { reason: 'REASON_RECONCILIATION' }))).toBe(true);
  });

  it('S134 a kill must be asked for until its task is gone', () => {
    const asked: string[] = [];
    const kills = new Kills(({ id }) => asked.push(id));
    cleanup.add(() => kills.close());
    kills.add(RUNNING);
    kills.add(RUNNING);
    expect(asked).toEqual(['a.1']);
    kills.repeat();
    expect([asked.length, kills.has('a.1')]).toEqual([2, true]);
    kills.done('a.1');
    kills.repeat();
    expect([asked.length, kills.has('a.1')]).toEqual([2, false]);
  });
});

describe('health', () => {
  const [check] = app.healthChecks;
  const at = (seconds: number): string => new Date(Date.parse(VERSION) + seconds * 1000).toISOString();

  it('S136 a young task may fail, a healthy one may not for long', () => {
    if (check === undefined) throw new Error('no check');
    const fail = (health: typeof UNKNOWN_HEALTH, seconds: number) =>
      afterFailure(health, check, 'why', { now: at(seconds), startedAt: VERSION });
    const young = fail(UNKNOWN_HEALTH, 9);
    expect([young.consecutiveFailures, isAlive(young), young.lastFailureCause]).toEqual([0, false, 'why']);
    const old = fail(young, 10);
    expect([old.consecutiveFailures, isHopeless(old, check)]).toEqual([1, false]);
    expect(isHopeless(fail(old, 11), check)).toBe(true);
    expect(isHopeless(fail(old, 11), { ...check, maxConsecutiveFailures: 0 })).toBe(false);
    const healthy = afterSuccess(young, at(2));
    expect(isAlive(healthy)).toBe(true);
    // Once it was healthy, no grace is left.
    const ill = fail(healthy, 3);
    expect([ill.consecutiveFailures, isAlive(ill), isAlive(afterSuccess(ill, at(4)))]).toEqual([1, false, true]);
  });

  it.each([
    [0, 0],
    [0.0705, 71],
    [2_147_483, 2_147_483_000],
    [3_000_000, 2_147_483_647],
    [1e308, 2_147_483_647],
  ])('S136 a wait of %d s must be one that a timer takes, and no shorter than is asked', (seconds, ms) => {
    expect([timerMs(seconds), timerMs(seconds, 50)]).toEqual([ms, Math.max(50, ms)]);
  });

  it('S136 HTTP answers from 200 to 399 and open ports must count as healthy', async () => {
    const server = createServer((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      if (response.statusCode > 0) response.end();
    });
    const port = await listen(server, 0, '127.0.0.1');
    cleanup.add(() => server.closeAllConnections());
    cleanup.add(() => server.close());
    const look = (path: string, protocol: 'HTTP' | 'TCP' = 'HTTP', timeoutMs = 5000) =>
      probe({ protocol, host: '127.0.0.1', port, path, timeoutMs }, false);
    expect(await look('/200')).toEqual({ healthy: true });
    expect(await look('399')).toEqual({ healthy: true });
    expect(await look('/404')).toEqual({ healthy: false, cause: '404 Not Found' });
    expect(await look('/0', 'HTTP', 20)).toEqual({ healthy: false, cause: 'timed out' });
    expect(await look('', 'TCP')).toEqual({ healthy: true });
    expect(await look('/a b')).toEqual({ healthy: false, cause: expect.stringContaining('path') });
    expect(await look('/200', 'HTTP', 0.5)).toEqual({ healthy: false, cause: expect.any(String) });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await look('/200')).toMatchObject({ healthy: false });
    expect(await look('', 'TCP')).toMatchObject({ healthy: false });
    const none = { protocol: 'TCP', host: '127.0.0.1', port: 70_000, path: '/', timeoutMs: 5000 } as const;
    expect(await probe(none, false)).toMatchObject({ healthy: false });
  });
});
