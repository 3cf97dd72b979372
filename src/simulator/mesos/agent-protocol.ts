import { StringDecoder } from 'node:string_decoder';
import { isObject, type Json, type JsonObject, parseJson } from '../json.js';
import type { Attribute, Resource } from './resources.js';
import type {
  AllocatedResource,
  ExecutorInfo,
  FrameworkInfo,
  KillPolicy,
  Task,
  TaskInfo,
  TaskState,
  TaskStatus,
} from './shapes.js';

/**
 * How an agent and its master talk: the agent asks the master's HTTP port for an upgrade to UPGRADE_TOKEN at UPGRADE_PATH, and then
 * each side sends JSON objects, one a line. The connection's end is how the master learns that an agent is gone. A type that one
 * side does not know is ignored, so that newer messages can be added. An agent believes its master. A master looks at what its
 * agents send so far as it could do harm (agent-reading.ts).
 */
export const UPGRADE_PATH = '/simulator/agent';
export const UPGRADE_TOKEN = 'minimesos-agent/1';

/** What identifies an agent over its lives, as it is kept in its work directory. */
export interface AgentInfo {
  hostname: string;
  port: number;
  resources: Resource[];
  attributes: Attribute[];
}

/** What an agent tells of itself whenever it (re)registers. */
export interface AgentAnnouncement {
  info: AgentInfo;
  ip: string;
  version: string;
}

/** What runs on an agent that comes back, so that a master that never knew it learns it. */
export interface AgentWorkload {
  /** Each with its id. */
  frameworks: FrameworkInfo[];
  /** Executors that frameworks brought; those of command tasks are the agent's own affair. */
  executors: { frameworkId: string; executor: ExecutorInfo }[];
  /** Not ended, or ended and not acknowledged. */
  tasks: Task[];
  /** Dynamic reservations and volumes, absent where there are none: then the agent's resources are those of its announcement. */
  totalResources?: AllocatedResource[];
}

export type AgentMessage =
  | ({ type: 'REGISTER' } & AgentAnnouncement)
  | ({ type: 'REREGISTER'; agentId: string; workload: AgentWorkload } & AgentAnnouncement)
  | { type: 'PONG' }
  | { type: 'UNREGISTER' }
  /** Sent again until it is acknowledged. `latestState` is the task's newest, which may be later than the status. */
  | { type: 'UPDATE'; frameworkId: string; status: TaskStatus & { uuid: string }; latestState: TaskState }
  /** From an executor to its scheduler; `data` in base64. */
  | { type: 'EXECUTOR_MESSAGE'; frameworkId: string; executorId: string; data: string }
  /** An executor that a framework brought ended; `status` as waitpid tells it. */
  | { type: 'EXITED_EXECUTOR'; frameworkId: string; executorId: string; status: number };

export type MasterMessage =
  | {
      type: 'REGISTERED' | 'REREGISTERED';
      agentId: string;
      /** The agent looks for the master anew when it heard nothing for so long. */
      silenceMs: number;
    }
  | { type: 'PING' }
  | { type: 'SHUTDOWN'; reason: string }
  /** `group`: all tasks begin and end together, under `tasks[].executor`, which all of them then have. */
  | { type: 'RUN_TASKS'; framework: FrameworkInfo; tasks: TaskInfo[]; group: boolean }
  | { type: 'KILL_TASK'; frameworkId: string; taskId: string; killPolicy?: KillPolicy }
  | { type: 'ACKNOWLEDGE'; frameworkId: string; taskId: string; uuid: string }
  /** From a scheduler to its executor; `data` in base64. */
  | { type: 'FRAMEWORK_MESSAGE'; frameworkId: string; executorId: string; data: string }
  | { type: 'SHUTDOWN_EXECUTOR'; frameworkId: string; executorId: string }
  /** The framework is no more: its executors and tasks are ended, and nobody waits for their updates. */
  | { type: 'SHUTDOWN_FRAMEWORK'; frameworkId: string }
  | { type: 'UPDATE_FRAMEWORK'; framework: FrameworkInfo }
  /** All tasks are killed, none with more grace than this; absent: each with its own. */
  | { type: 'DRAIN'; maxGraceNanoseconds?: number }
  /** Dynamic reservations and volumes changed; kept over restarts. */
  | { type: 'UPDATE_RESOURCES'; totalResources: AllocatedResource[] };

export function encodeMessage(message: AgentMessage | MasterMessage): string {
  return `${JSON.stringify(message)}\n`;
}

const MAX_LINE = 64 * 1024 * 1024;

/** Cuts a stream into messages; null for what is no message, after which the stream is worth nothing. */
export class MessageSplitter {
  readonly #decoder = new StringDecoder('utf8');
  /** Of the line that has begun. */
  #parts: string[] = [];
  #length = 0;

  *push(chunk: Buffer): Generator<JsonObject | null> {
    const [first = '', ...lines] = this.#decoder.write(chunk).split('\n');
    this.#begin(first);
    for (const line of lines) {
      const message = parseJson(this.#parts.join(''));
      this.#parts = [];
      this.#length = 0;
      this.#begin(line);
      yield isObject(message) && typeof message.type === 'string' ? message : null;
    }
    if (this.#length > MAX_LINE) yield null;
  }

  #begin(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}

/** The announcement in a message; null where something it needs is missing. */
export function readAnnouncement(message: JsonObject): AgentAnnouncement | null {
  const { info, ip, version } = message;
  if (!isObject(info) || typeof ip !== 'string' || typeof version !== 'string') return null;
  const read = readAgentInfo(info);
  return read === null ? null : { info: read, ip, version };
}

/** An AgentInfo as it was written by us; null for what was not. */
export function readAgentInfo(json: JsonObject): AgentInfo | null {
  const { hostname, port, resources, attributes } = json;
  if (typeof hostname !== 'string' || typeof port !== 'number' || !isResourceList(resources)) return null;
  if (resources.some(({ role }) => typeof role !== 'string')) return null;
  const named =
    Array.isArray(attributes) && attributes.every((each) => isObject(each) && isNamedValue(each, 'attribute'));
  return named ? ({ hostname, port, resources, attributes } as unknown as AgentInfo) : null;
}

/** Whose each of them is may be left to its reservations. */
export function isResourceList(list: Json | undefined): list is JsonObject[] {
  return Array.isArray(list) && list.every((each) => isObject(each) && isNamedValue(each, 'resource'));
}

function isNamedValue(item: JsonObject, kind: 'resource' | 'attribute'): boolean {
  const { name, role, type, scalar, ranges, set, text } = item;
  if (typeof name !== 'string' || (role !== undefined && typeof role !== 'string')) return false;
  switch (type) {
    case 'SCALAR':
      return isObject(scalar) && typeof scalar.value === 'number';
    case 'RANGES':
      return isObject(ranges) && Array.isArray(ranges.range) && ranges.range.every(isRange);
    case 'SET':
      return (
        kind === 'resource' &&
        isObject(set) &&
        Array.isArray(set.item) &&
        set.item.every((each) => typeof each === 'string')
      );
    case 'TEXT':
      return kind === 'attribute' && isObject(text) && typeof text.value === 'string';
    default:
      return false;
  }
}

function isRange(value: unknown): boolean {
  return isObject(value) && typeof value.begin === 'number' && typeof value.end === 'number';
}

/** What a modern agent can do; an older one does not say. */
export const AGENT_CAPABILITIES = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
] as const;
