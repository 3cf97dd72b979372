import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type AgentMessage,
  type AgentWorkload,
  encodeMessage,
  type MasterMessage,
  MessageSplitter,
  UPGRADE_PATH,
  UPGRADE_TOKEN,
} from '../../../../src/simulator/mesos/agent-protocol.js';
import { parseResources } from '../../../../src/simulator/mesos/resources.js';
import type { TaskInfo, TaskState, TaskStatus } from '../../../../src/simulator/mesos/shapes.js';
import { type Cleanup, until } from '../../../support/simulator.js';

export const NOTHING: AgentWorkload = { frameworks: [], executors: [], tasks: [] };

type Sent<T extends MasterMessage['type']> = MasterMessage & { type: T };

/** An agent that does only what its test tells it to, over the real protocol. */
export class ScriptedAgent {
  readonly #socket: Duplex;
  readonly received: MasterMessage[] = [];
  closed = false;
  /** Leaves pings without an answer. */
  mute = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
    const splitter = new MessageSplitter();
    socket.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) {
        this.received.push(message as unknown as MasterMessage);
        if (message?.type === 'PING' && !this.mute) this.send({ type: 'PONG' });
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.closed = true;
    });
  }

  get id(): string {
    const [welcome] = [...this.all('REGISTERED'), ...this.all('REREGISTERED')];
    return welcome?.agentId ?? '';
  }

  all<T extends MasterMessage['type']>(type: T): Sent<T>[] {
    return this.received.filter((message): message is Sent<T> => message.type === type);
  }

  /** The first message of a type, as soon as it is there. */
  heard<T extends MasterMessage['type']>(type: T, at = 0): Promise<Sent<T>> {
    return until(`${type} ${at} at the agent`, () => this.all(type)[at]);
  }

  send(message: AgentMessage): void {
    this.#socket.write(encodeMessage(message));
  }

  /** A status update as an agent sends it; the uuid is given back. */
  update(
    frameworkId: string,
    task: Pick<TaskInfo, 'task_id'>,
    state: TaskState,
    more: Partial<TaskStatus> & { latestState?: TaskState } = {},
  ): string {
    const uuid = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64');
    const { latestState = state, ...status } = more;
    this.send({
      type: 'UPDATE',
      frameworkId,
      status: {
        task_id: task.task_id,
        state,
        source: 'SOURCE_EXECUTOR',
        agent_id: { value: this.id },
        timestamp: 1,
        uuid,
        ...status,
      },
      latestState,
    });
    return uuid;
  }

  disconnect(): void {
    this.#socket.destroy();
  }
}

export interface AgentScript {
  resources?: string;
  port?: number;
  attributes?: { name: string; type: 'TEXT'; text: { value: string } }[];
  /** Comes back with this id. */
  id?: string;
  workload?: AgentWorkload;
}

/** An agent of 2 CPUs, 1024 MB, 2000 MB disk and the usual ports, unless told otherwise; it is registered. */
export async function scriptedAgent(
  cleanup: Cleanup,
  masterPort: number,
  script: AgentScript = {},
): Promise<ScriptedAgent> {
  const {
    resources = 'cpus:2;mem:1024;disk:2000;ports:[31000-32000]',
    port = 5051,
    attributes = [],
    id,
    workload,
  } = script;
  const socket = await new Promise<Duplex>((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: masterPort,
      path: UPGRADE_PATH,
      headers: { Connection: 'Upgrade', Upgrade: UPGRADE_TOKEN },
    });
    asked.on('upgrade', (_response, upgraded) => resolve(upgraded));
    asked.on('error', reject);
    asked.on('response', (response) => reject(new Error(`the master answered ${response.statusCode}`)));
    asked.end();
  });
  const agent = new ScriptedAgent(socket);
  cleanup.add(() => agent.disconnect());
  const parsed = parseResources(resources, '*');
  if (typeof parsed === 'string') throw new Error(parsed);
  const announcement = {
    info: { hostname: '10.0.0.2', port, resources: parsed, attributes },
    ip: '10.0.0.2',
    version: '1.11.0',
  };
  agent.send(
    id === undefined
      ? { type: 'REGISTER', ...announcement }
      : { type: 'REREGISTER', agentId: id, workload: workload ?? NOTHING, ...announcement },
  );
  await until('the agent to register', () => agent.id !== '' || agent.all('SHUTDOWN').length > 0 || agent.closed);
  return agent;
}
