import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent } from '../../../src/simulator/agent/main.js';
import { startMaster } from '../../../src/simulator/master/main.js';
import { ask, Cleanup, send, testHost, testZookeeper, until } from '../../support/simulator.js';

// Replies of real processes, kept beside the repository; a checkout without them cannot compare.
const shared = join(import.meta.dirname, '../../../../shared');
const recordings = join(shared, 'recordings');

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function recorded(file: string): Json {
  return JSON.parse(readFileSync(join(recordings, file), 'utf8')) as Json;
}

function kind(value: Json | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Where `actual` differs from `expected` in keys and types; of an array the first element stands for all. */
function differences(expected: Json | undefined, actual: Json | undefined, path = ''): string[] {
  if (kind(expected) !== kind(actual)) return [`${path}: ${kind(expected)} expected, ${kind(actual)} found`];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.length === 0 || actual.length === 0 ? [] : differences(expected[0], actual[0], `${path}[0]`);
  }
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) return [];
  const [left, right] = [expected as { [key: string]: Json }, actual as { [key: string]: Json }];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => {
    if (!Object.hasOwn(right, key)) return [`${path}/${key}: missing`];
    if (!Object.hasOwn(left, key)) return [`${path}/${key}: not recorded`];
    return differences(left[key], right[key], `${path}/${key}`);
  });
}

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const ROLES =
  'cpus(*):4;cpus(cook):2.5;mem(*):1024;mem(cook):512;disk(*):2000;ports(*):[31000-32000,33000-33010];ports(cook):[34000-34010]';

/** A master and its agents with the settings of the recorded ones. */
async function play(version: string, masterMore: string[], agents: string[][]) {
  const { port } = await testZookeeper(cleanup);
  const zk = `zk://127.0.0.1:${port}/mesos`;
  const directory = cleanup.directory();
  const played = `--mesos_version=${version}`;
  const master = await startMaster([played, `--zk=${zk}`, '--quorum=1', '--port=0', ...masterMore], testHost());
  if (master === null) throw new Error('no master');
  cleanup.closing(master);
  const started = await Promise.all(
    agents.map(async (more, index) => {
      const common = [
        played,
        `--master=${zk}`,
        `--work_dir=${join(directory, String(index))}`,
        '--port=0',
        '--ip=127.0.0.1',
      ];
      const settings = [
        '--hostname=127.0.0.1',
        '--runtime_dir=/tmp',
        '--no-systemd_enable_support',
        '--launcher=posix',
      ];
      const agent = await startAgent([...common, ...settings, ...more], testHost());
      if (agent === null) throw new Error('no agent');
      return cleanup.closing(agent);
    }),
  );
  await until('the agents to register', () => started.every((agent) => agent.registered()));
  return { master: master.port, agent: started[0]?.port ?? 0 };
}

describe.skipIf(!existsSync(shared))('the shape of 1.11.0', () => {
  const dir = 'mesos-1.11.0';
  let plain: { master: number; agent: number };
  let roles: { master: number; agent: number };
  const masterFlags = ['--ip=127.0.0.1', '--hostname=127.0.0.1', '--work_dir=/tmp'];

  beforeAll(async () => {
    const resources = '--resources=cpus(*):2;mem(*):1024;disk(*):2000;ports(*):[31000-32000]';
    plain = await play('1.11.0', masterFlags, [[resources], [resources]]);
    const cni = ['--network_cni_config_dir=/tmp', '--network_cni_plugins_dir=/tmp'];
    const attributes = '--attributes=cook-pool:mesos-gamma;rack:1;zones:[1-3];az:0a';
    roles = await play('1.11.0', masterFlags, [[`--resources=${ROLES}`, attributes, ...cni]]);
  });

  it.each([
    ['/state', 'master/state.body'],
    ['/master/state', 'master/master_state.body'],
    ['/slaves', 'master/slaves.body'],
    ['/state-summary', 'master/state-summary.body'],
    ['/frameworks', 'master/frameworks.body'],
    ['/tasks', 'master/tasks.body'],
    ['/roles', 'master/roles.body'],
    ['/flags', 'master/flags.body'],
    ['/version', 'master/version.body'],
    ['/metrics/snapshot', 'master/metrics_snapshot.body'],
    ['/system/stats.json', 'master/system_stats.json.body'],
    ['/maintenance/status', 'master/maintenance_status.body'],
  ])("S20 of the master's %s is as recorded", async (path, file) => {
    const answer = await ask(plain.master, path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(differences(recorded(`${dir}/${file}`), answer.json as Json)).toEqual([]);
  });

  it.each([
    ['/state', 'agent/state.body'],
    ['/slave(1)/state', 'agent/slave_1__state.body'],
    ['/flags', 'agent/flags.body'],
    ['/version', 'agent/version.body'],
    ['/metrics/snapshot', 'agent/metrics_snapshot.body'],
    ['/containers', 'agent/containers.body'],
    ['/monitor/statistics', 'agent/monitor_statistics.body'],
  ])("S20 of the agent's %s is as recorded", async (path, file) => {
    const answer = await ask(plain.agent, path);
    expect(answer.status).toBe(200);
    expect(differences(recorded(`${dir}/${file}`), answer.json as Json)).toEqual([]);
  });

  it('S20 of roles and attributes is as recorded, values too', async () => {
    const [expected, actual] = [
      recorded(`${dir}/roles/master_slaves.json`),
      (await ask(roles.master, '/slaves')).json as Json,
    ];
    const parts = (json: Json) => {
      const [slave] = (json as { slaves: { [key: string]: Json }[] }).slaves;
      const { resources, reserved_resources, unreserved_resources, attributes } = slave ?? {};
      const { reserved_resources_full, unreserved_resources_full } = slave ?? {};
      return {
        resources,
        reserved_resources,
        unreserved_resources,
        attributes,
        reserved_resources_full,
        unreserved_resources_full,
      };
    };
    expect(parts(actual)).toEqual(parts(expected));
    expect((await ask(roles.master, '/roles')).json).toEqual(recorded(`${dir}/roles/master_roles.json`));
    expect(
      differences(recorded(`${dir}/roles/agent_state.json`), (await ask(roles.agent, '/state')).json as Json),
    ).toEqual([]);
  });

  it.each([
    'GET_HEALTH',
    'GET_VERSION',
    'GET_FLAGS',
    'GET_MASTER',
    'GET_AGENTS',
    'GET_FRAMEWORKS',
    'GET_TASKS',
    'GET_EXECUTORS',
    'GET_STATE',
    'GET_OPERATIONS',
    'GET_LOGGING_LEVEL',
    'GET_MAINTENANCE_SCHEDULE',
    'GET_MAINTENANCE_STATUS',
    'GET_ROLES',
    'GET_QUOTA',
  ])("S20 of the master's %s is as recorded", async (type) => {
    const answer = await send(plain.master, '/api/v1', { type });
    expect(answer.status).toBe(200);
    expect(differences(recorded(`${dir}/v1/master_${type}.body`), answer.json as Json)).toEqual([]);
  });

  it.each([
    'GET_HEALTH',
    'GET_VERSION',
    'GET_FLAGS',
    'GET_FRAMEWORKS',
    'GET_TASKS',
    'GET_EXECUTORS',
    'GET_STATE',
    'GET_OPERATIONS',
    'GET_LOGGING_LEVEL',
  ])("S20 of the agent's %s is as recorded", async (type) => {
    const answer = await send(plain.agent, '/api/v1', { type });
    expect(differences(recorded(`${dir}/v1/agent_${type}.body`), answer.json as Json)).toEqual([]);
  });

  it('S20 GET_AGENTS of an agent with roles holds what was recorded', async () => {
    const agent = (json: Json) => (json as { get_agents: { agents: { [key: string]: Json }[] } }).get_agents.agents[0];
    const expected = agent(recorded(`${dir}/roles/master_v1_GET_AGENTS.json`));
    const actual = agent((await send(roles.master, '/api/v1', { type: 'GET_AGENTS' })).json as Json);
    expect(actual?.total_resources).toEqual(expected?.total_resources);
    const info = (of: typeof actual) => of?.agent_info as { resources: Json; attributes: Json };
    expect(info(actual).resources).toEqual(info(expected).resources);
    expect(info(actual).attributes).toEqual(info(expected).attributes);
  });

  it.each([
    '/state.json',
    '/master/state.json',
    '/master/version',
    '/master/system/stats.json',
    '/master/help',
    '/nothing',
  ])('S21 the master knows no %s', async (path) => {
    expect(await ask(plain.master, path)).toMatchObject({ status: 404, text: '404 Not Found.' });
  });

  it.each(['/state.json', '/slave/state', '/tasks', '/agent/state', '/monitor/statistics.json'])(
    'S21 the agent knows no %s',
    async (path) => {
      expect(await ask(plain.agent, path)).toMatchObject({ status: 404, text: '404 Not Found.' });
    },
  );

  it.each(['GET_METRICS', 'GET_AGENTS', 'GET_MASTER'])('S22 the agent refuses a bare %s as recorded', async (type) => {
    const answer = await send(plain.agent, '/api/v1', { type });
    expect(answer.status).toBe(400);
    expect(answer.text).toBe(readFileSync(join(recordings, dir, `v1/agent_${type}.body`), 'utf8'));
  });

  it.each(['BAD_TYPE', 'EMPTY'])('S22 the master refuses %s as recorded', async (name) => {
    const request = recorded(`${dir}/operator/${name}.request.json`);
    const answer = await send(plain.master, '/api/v1', request);
    expect(answer.status).toBe(400);
    expect(answer.text).toBe(readFileSync(join(recordings, dir, `operator/${name}.body`), 'utf8'));
  });
});

describe.skipIf(!existsSync(shared))('the shape of 1.0.0', () => {
  it('S20 of the state is as recorded, and /state.json answers too', async () => {
    const settings = ['--cluster=TestCluster', '--log_dir=/tmp', '--registry=in_memory', '--no-hostname_lookup'];
    const { master, agent } = await play('1.0.0', settings, [
      ['--resources=cpus:4;mem:1024;disk:2000;ports:[31000-32000]'],
    ]);
    for (const path of ['/state', '/state.json', '/master/state.json']) {
      const actual = (await ask(master, path)).json as Json;
      const expected = recorded('mesos-1.0.0/master-state.json') as { [key: string]: Json };
      expect(differences({ ...expected, frameworks: [] }, actual)).toEqual([]);
    }
    expect((await ask(agent, '/state.json')).status).toBe(200);
  });
});
