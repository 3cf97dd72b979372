import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/simulator/json.js';
import { listen } from '../../../../src/simulator/listen.js';
import { Cleanup, until } from '../../../support/simulator.js';
import { agentOf, commandTask, type FakeMaster, FRAMEWORK, fakeMaster, run, statesOf, told } from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const QUICK = { delay_seconds: 0, interval_seconds: 0.02, timeout_seconds: 1, grace_period_seconds: 0 };

async function checked(more: { health_check?: JsonObject; check?: JsonObject }, command = 'sleep 1000') {
  const master = await fakeMaster(cleanup);
  await agentOf(cleanup, master, cleanup.directory());
  run(master, [commandTask('checked', command, more)]);
  return master;
}

const statuses = ({ updates }: FakeMaster) => updates.map(({ status }) => status);

describe('a health check', () => {
  it.each(['COMMAND', 'HTTP', 'TCP'])('S122 by %s must tell once that its task is healthy', async (type) => {
    const server = createServer((request, response) => response.writeHead(request.url === '/up' ? 204 : 500).end());
    const port = await listen(server, 0, '127.0.0.1');
    cleanup.add(() => server.close());
    const asked = {
      command: { value: 'test "$FOO" = x && test -e stdout' },
      http: { port, path: '/up' },
      tcp: { port },
    };
    const environment = { variables: [{ name: 'FOO', value: 'x' }] };
    const part = { [type.toLowerCase()]: asked[type.toLowerCase() as keyof typeof asked] };
    const master = await fakeMaster(cleanup);
    await agentOf(cleanup, master, cleanup.directory());
    const health_check = { type, ...part, ...QUICK };
    run(master, [commandTask('checked', '', { command: { value: 'sleep 1000', environment }, health_check })]);
    const healthy = await until('the task to be healthy', () =>
      statuses(master).find(({ healthy }) => healthy === true),
    );
    expect(healthy).toMatchObject({ state: 'TASK_RUNNING', reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED' });
    expect(statuses(master).map(({ state }) => state)).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_RUNNING']);
  });

  it('S122 that fails so often in a row must have its task killed', async () => {
    const health_check = { type: 'COMMAND', command: { value: 'exit 9' }, consecutive_failures: 2, ...QUICK };
    const master = await checked({ health_check });
    const killed = await told(master, 'checked', 'TASK_KILLED');
    expect(killed.healthy).toBe(false);
    const failures = statuses(master).filter(({ state, healthy }) => state === 'TASK_RUNNING' && healthy === false);
    expect(failures).toHaveLength(2);
    expect(failures[0]?.message).toContain('exited with status 9');
  });

  it('S122 that may not fail at all must have its task killed at the first failure', async () => {
    const health_check = { type: 'COMMAND', command: { value: 'false' }, consecutive_failures: 0, ...QUICK };
    const master = await checked({ health_check });
    await told(master, 'checked', 'TASK_KILLED');
  });

  it('S122 with a timeout of 0 must wait for as long as it takes', async () => {
    const health_check = { type: 'COMMAND', command: { value: 'sleep 0.05' }, ...QUICK, timeout_seconds: 0 };
    const master = await checked({ health_check });
    const told = await until('a finding', () => statuses(master).find(({ healthy }) => healthy !== undefined));
    expect(told.healthy).toBe(true);
  });

  it('S122 by HTTP must not wait for a server that does not answer, nor follow its redirects', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { Location: '/hangs' }).end();
    });
    const port = await listen(server, 0, '127.0.0.1');
    cleanup.add(() => {
      server.close();
      server.closeAllConnections();
    });
    const health_check = { type: 'HTTP', http: { port, path: '/moved' }, ...QUICK };
    const moved = await checked({ health_check });
    await until('the task to be healthy', () => statuses(moved).some(({ healthy }) => healthy === true));
    const hanging = await checked({
      health_check: { ...health_check, http: { port, path: '/' }, timeout_seconds: 0.03 },
    });
    await until('a failure', () => statuses(hanging).some(({ healthy }) => healthy === false));
  });

  it('S122 must give a task its grace period, which ends with the first success', async () => {
    const value = 'test -e up || { touch up; exit 1; }';
    const health_check = { type: 'COMMAND', command: { value }, ...QUICK, grace_period_seconds: 60 };
    const master = await checked({ health_check });
    await until('the task to be healthy', () => statuses(master).some(({ healthy }) => healthy === true));
    expect(statuses(master).every(({ healthy }) => healthy !== false)).toBe(true);
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'checked' });
    await told(master, 'checked', 'TASK_KILLED');
  });

  it('S122 whose command does not end in time must count as failed', async () => {
    const health_check = { type: 'COMMAND', command: { value: 'sleep 1000' }, ...QUICK, timeout_seconds: 0.03 };
    const master = await checked({ health_check });
    await until('a failure', () => statuses(master).some(({ healthy }) => healthy === false));
  });
});

describe('a check', () => {
  it('S123 must tell what it found, whenever that changed', async () => {
    const command = { command: { value: 'test -e second && exit 4; touch second; exit 3' } };
    const master = await checked({ check: { type: 'COMMAND', command, ...QUICK } });
    const codes = () =>
      statuses(master).flatMap(({ check_status }) => (check_status === undefined ? [] : [check_status]));
    await until('two findings', () => codes().length === 2);
    expect(codes()).toEqual([3, 4].map((exit_code) => ({ type: 'COMMAND', command: { exit_code } })));
    expect(statesOf(master, 'checked')).not.toContain('TASK_KILLED');
  });
});
