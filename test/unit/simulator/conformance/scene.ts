import { type Agent, startAgent } from '../../../../src/simulator/agent/main.js';
import { type Master, startMaster } from '../../../../src/simulator/master/main.js';
import { type Cleanup, testHost, testZookeeper, until } from '../../../support/simulator.js';
import type { Aliases } from './judge.js';
import type { RecordedAnswer } from './recordings.js';

/** A master and its agents with the settings of the recorded ones. */
export interface Scene {
  master: Master;
  agents: { agent: Agent; workDirectory: string }[];
  /** `recordedId`: of the master that was recorded; its agents had the given ports. */
  aliases(recordedId: string, recordedPorts: readonly number[]): Aliases;
}

export interface Settings {
  version?: string;
  master?: string[];
  /** Flags of each agent. */
  agents: string[][];
  /** The agents ended once and came back. */
  cameBack?: boolean;
}

const RECORDED_AGENT = [
  '--port=0',
  '--ip=127.0.0.1',
  '--hostname=127.0.0.1',
  '--runtime_dir=/tmp',
  '--no-systemd_enable_support',
  '--launcher=posix',
];

export const RECORDED_MASTER = ['--ip=127.0.0.1', '--hostname=127.0.0.1', '--work_dir=/tmp'];

export async function play(cleanup: Cleanup, settings: Settings): Promise<Scene> {
  const { version = '1.11.0', master: flags = RECORDED_MASTER, agents, cameBack = false } = settings;
  const { port } = await testZookeeper(cleanup);
  const zk = `zk://127.0.0.1:${port}/mesos`;
  const played = `--mesos_version=${version}`;
  const master = await startMaster([played, `--zk=${zk}`, '--quorum=1', '--port=0', ...flags], testHost());
  if (master === null) throw new Error('no master');
  cleanup.closing(master);
  const start = async (workDirectory: string, more: string[]) => {
    const args = [played, `--master=${zk}`, `--work_dir=${workDirectory}`, ...RECORDED_AGENT, ...more];
    const agent = await startAgent(args, testHost());
    if (agent === null) throw new Error('no agent');
    cleanup.closing(agent);
    await until('an agent to register', () => agent.registered());
    return { agent, workDirectory };
  };
  const begin = async (more: string[]) => {
    const workDirectory = cleanup.directory();
    const first = await start(workDirectory, more);
    if (!cameBack) return first;
    await first.agent.close();
    return start(workDirectory, [...more, `--port=${first.agent.port}`]);
  };
  const started = await Promise.all(agents.map(begin));
  await until('the master to lead', () => master.leads());
  // Who writes still into a directory keeps it from being removed.
  const idle = async ({ agent }: { agent: Agent }) => {
    const state = await request(agent.port, '/state').catch(() => null);
    return state === null || JSON.parse(state.body).frameworks.length === 0;
  };
  cleanup.add(() => until('the agents to be idle', async () => (await Promise.all(started.map(idle))).every(Boolean)));
  const aliases = (recordedId: string, recordedPorts: readonly number[]): Aliases => [
    [master.info.id, recordedId],
    [`127.0.0.1:${master.port}`, '127.0.0.1:5050'],
    ...started.map(({ agent }, index) => [`127.0.0.1:${agent.port}`, `127.0.0.1:${recordedPorts[index]}`] as const),
  ];
  return { master, agents: started, aliases };
}

/** Asks as the recorder did: no redirect is followed, every header is kept. */
export async function request(port: number, path: string, init: RequestInit = {}): Promise<RecordedAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init });
  const body = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

export function call(port: number, body: unknown, path = '/api/v1'): Promise<RecordedAnswer> {
  return request(port, path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  });
}
