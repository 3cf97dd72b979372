import { StringDecoder } from 'node:string_decoder';
import { isObject, type JsonObject, parseJson } from '../json.js';
import type { Attribute, Resource } from './resources.js';

/**
 * How an agent and its master talk: the agent asks the master's HTTP port for an upgrade to UPGRADE_TOKEN at UPGRADE_PATH, and then
 * each side sends JSON objects, one a line. The connection's end is how the master learns that an agent is gone. A type that one
 * side does not know is ignored, so that newer messages (tasks, status updates) can be added.
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

export type AgentMessage =
  | ({ type: 'REGISTER' } & AgentAnnouncement)
  | ({ type: 'REREGISTER'; agentId: string } & AgentAnnouncement)
  | { type: 'PONG' }
  | { type: 'UNREGISTER' };

export type MasterMessage =
  | {
      type: 'REGISTERED' | 'REREGISTERED';
      agentId: string /** The agent looks for the master anew when it heard nothing for so long. */;
      silenceMs: number;
    }
  | { type: 'PING' }
  | { type: 'SHUTDOWN'; reason: string };

export function encodeMessage(message: AgentMessage | MasterMessage): string {
  return `${JSON.stringify(message)}\n`;
}

const MAX_LINE = 1024 * 1024;

/** Cuts a stream into messages; null for what is no message, after which the stream is worth nothing. */
export class MessageSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #text = '';

  *push(chunk: Buffer): Generator<JsonObject | null> {
    this.#text += this.#decoder.write(chunk);
    for (let end = this.#text.indexOf('\n'); end !== -1; end = this.#text.indexOf('\n')) {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      const message = parseJson(line);
      yield isObject(message) && typeof message.type === 'string' ? message : null;
    }
    if (this.#text.length > MAX_LINE) yield null;
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
  const valid = (list: unknown, kind: 'resource' | 'attribute'): boolean =>
    Array.isArray(list) && list.every((item) => isObject(item) && isNamedValue(item, kind));
  if (typeof hostname !== 'string' || typeof port !== 'number' || !valid(resources, 'resource')) return null;
  if (!valid(attributes, 'attribute')) return null;
  return { hostname, port, resources, attributes } as unknown as AgentInfo;
}

function isNamedValue(item: JsonObject, kind: 'resource' | 'attribute'): boolean {
  const { name, role, type, scalar, ranges, set, text } = item;
  if (typeof name !== 'string' || (kind === 'resource' && typeof role !== 'string')) return false;
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
