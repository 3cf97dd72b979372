import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type Agent, startAgent } from '../../../../src/simulator/agent/main.js';
import { listen } from '../../../../src/simulator/listen.js';
import {
  type AgentMessage,
  encodeMessage,
  type MasterMessage,
  MessageSplitter,
} from '../../../../src/simulator/mesos/agent-protocol.js';
import type { FrameworkInfo, TaskInfo, TaskState } from '../../../../src/simulator/mesos/shapes.js';
import { type Cleanup, type TestHost, testHost, until } from '../../../support/simulator.js';

type Update = Extract<AgentMessage, { type: 'UPDATE' }>;

export const AGENT = 'master-of-the-test-S0';
export const FRAMEWORK = 'master-of-the-test-0000';

/** A master that says what its test tells it to, over the real protocol. */
export interface FakeMaster {
  readonly port: number;
  /** All that agents said, in order. */
  readonly heard: AgentMessage[];
  readonly updates: Update[];
  /** Acknowledges each update as it comes. */
  acknowledging: boolean;
  send(message: MasterMessage): void;
  /** Cuts the connection. */
  disconnect(): void;
}

export async function fakeMaster(cleanup: Cleanup): Promise<FakeMaster> {
  const heard: AgentMessage[] = [];
  let link: Duplex | null = null;
  const master = {
    port: 0,
    heard,
    get updates() {
      return heard.filter((message): message is Update => message.type === 'UPDATE');
    },
    acknowledging: true,
    send: (message: MasterMessage) => void link?.write(encodeMessage(message)),
    disconnect: () => link?.destroy(),
  };
  const receive = (message: AgentMessage): void => {
    heard.push(message);
    if (message.type === 'REGISTER') master.send({ type: 'REGISTERED', agentId: AGENT, silenceMs: 0 });
    if (message.type === 'REREGISTER') master.send({ type: 'REREGISTERED', agentId: message.agentId, silenceMs: 0 });
    if (message.type === 'UPDATE' && master.acknowledging) acknowledge(master, message);
  };
  const server = createServer((_request, response) => response.end());
  server.on('upgrade', (_request, socket) => {
    link = socket;
    const splitter = new MessageSplitter();
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: minimesos-agent/1\r\n\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) receive(message as unknown as AgentMessage);
    });
  });
  master.port = await listen(server, 0, '127.0.0.1');
  cleanup.add(() => {
    link?.destroy();
    server.close();
  });
  return master;
}

export function acknowledge(master: Pick<FakeMaster, 'send'>, { frameworkId, status }: Update): void {
  master.send({ type: 'ACKNOWLEDGE', frameworkId, taskId: status.task_id.value, uuid: status.uuid });
}

export interface TestAgent extends Agent {
  host: TestHost;
  workDirectory: string;
}

/** The command line of an agent of the master. */
export function agentArgs({ port }: FakeMaster, workDirectory: string, ...more: string[]): string[] {
  return [
    `--master=127.0.0.1:${port}`,
    `--work_dir=${workDirectory}`,
    '--ip=127.0.0.1',
    '--hostname=127.0.0.1',
    '--port=0',
    '--reconfiguration_policy=additive',
    '--resources=cpus:4;mem:1024;disk:1024;ports:[31000-32000]',
    ...more,
  ];
}

/** An agent of the master, registered. What it runs when the test is over is killed. */
export async function agentOf(
  cleanup: Cleanup,
  master: FakeMaster,
  workDirectory: string,
  ...more: string[]
): Promise<TestAgent> {
  const host = testHost();
  const args = agentArgs(master, workDirectory, ...more);
  const agent = await startAgent(args, host);
  if (agent === null) throw new Error(host.lines.join(''));
  cleanup.add(async () => {
    await agent.close();
    killBelow(workDirectory);
  });
  await until('the agent to register', () => agent.registered());
  return { ...agent, host, workDirectory };
}

export function framework(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return { user: 'root', name: 'test', id: { value: FRAMEWORK }, checkpoint: true, roles: ['*'], ...more };
}

export function commandTask(id: string, value: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: AGENT },
    resources: [
      { name: 'cpus', role: '*', type: 'SCALAR', scalar: { value: 0.1 }, allocation_info: { role: '*' } },
      { name: 'mem', role: '*', type: 'SCALAR', scalar: { value: 16 }, allocation_info: { role: '*' } },
    ],
    command: { value },
    ...more,
  };
}

export function run(master: FakeMaster, tasks: TaskInfo[], more: Partial<FrameworkInfo> = {}, group = false): void {
  master.send({ type: 'RUN_TASKS', framework: framework(more), tasks, group });
}

/** The update that tells of the task's state. */
export function told(master: FakeMaster, taskId: string, state: TaskState, withinMs?: number) {
  const find = () =>
    master.updates.find(({ status }) => status.task_id.value === taskId && status.state === state)?.status;
  return until(`${taskId} to be ${state}`, find, withinMs);
}

/** The states that were told of a task, in order. */
export function statesOf(master: FakeMaster, taskId: string): TaskState[] {
  return master.updates.flatMap(({ status }) => (status.task_id.value === taskId ? [status.state] : []));
}

/** Kills every process that works in a folder below this one. */
export function killBelow(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended in the meantime, or is nobody of ours.
    }
  }
}

export function alive(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Where an agent works. */
type Worker = Pick<TestAgent, 'workDirectory'>;

/** The latest run's sandbox of an executor; a command task's has the task's name. */
export function sandboxOf({ workDirectory }: Worker, executorId: string): string {
  return join(workDirectory, 'slaves', AGENT, 'frameworks', FRAMEWORK, 'executors', executorId, 'runs/latest');
}

/** What a command task wrote; nothing where it is not there yet. */
export function outputOf(agent: Worker, taskId: string, file = 'stdout'): string {
  try {
    return readFileSync(join(sandboxOf(agent, taskId), file), 'utf8');
  } catch {
    return '';
  }
}
