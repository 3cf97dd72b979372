/** Mesos' messages by their .proto files: JSON as Mesos reads it, and protobuf. Between the two all is JSON in the v1 API's shape. */

import { type Enum, type Field, Root, type Type } from 'protobufjs/light.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import executor from './proto/executor.proto';
import mesos from './proto/mesos.proto';
import scheduler from './proto/scheduler.proto';

export type MessageName =
  | 'mesos.scheduler.Call'
  | 'mesos.scheduler.Event'
  | 'mesos.executor.Call'
  | 'mesos.executor.Event';

const root = new Root();
for (const { nested = {} } of [mesos, scheduler, executor]) root.addJSON(nested);
root.resolveAll();

/** What Mesos says of JSON that is no such message. */
class Unreadable extends Error {}

/**
 * Reads JSON as Mesos' own parser does: what it does not know, it drops, an enum's value too unless the field is required. The
 * message, or why it is none, in Mesos' words.
 */
export function fromJson(name: MessageName, json: Json): JsonObject | string {
  try {
    if (!isObject(json)) return 'Expecting a JSON object';
    const type = root.lookupType(name);
    const message = readMessage(type, json);
    const missing = missingFields(type, message, '');
    return missing.length === 0 ? message : `Missing required fields: ${missing.join(', ')}`;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

/** A protobuf body as JSON; an error string for bytes that are no such message. */
export function fromProtobuf(name: MessageName, bytes: Buffer): JsonObject | string {
  const type = root.lookupType(name);
  try {
    const message = type.decode(bytes);
    return type.toObject(message, { enums: String, bytes: String, longs: Number }) as JsonObject;
  } catch {
    return 'Failed to parse body into Call protobuf';
  }
}

/** A message in JSON's shape as protobuf. */
export function toProtobuf(name: MessageName, message: object): Buffer {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

function readMessage(type: Type, json: JsonObject): JsonObject {
  const message: JsonObject = {};
  for (const [name, value] of Object.entries(json)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined || value === null) continue;
    const read = readField(field, value);
    if (read !== undefined) message[name] = read;
  }
  return message;
}

function readField(field: Field, value: Json): Json | undefined {
  if (field.map) return readMap(field, value);
  if (!field.repeated) return readValue(field, value);
  if (!Array.isArray(value)) throw unexpected(field, value);
  return value.map((each) => readValue(field, each)).filter((each) => each !== undefined);
}

function readMap(field: Field, value: Json): Json {
  if (!isObject(value)) throw unexpected(field, value);
  const entries = Object.entries(value).map(([key, each]) => [key, readValue(field, each)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function readValue(field: Field, value: Json): Json | undefined {
  const { resolvedType } = field;
  if (resolvedType !== null && 'fields' in resolvedType) {
    if (!isObject(value)) throw unexpected(field, value);
    return readMessage(resolvedType, value);
  }
  if (resolvedType !== null) return readEnum(field, resolvedType, value);
  switch (field.type) {
    case 'string':
      if (typeof value === 'string') return value;
      throw unexpected(field, value);
    case 'bytes':
      return readBytes(field, value);
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw unexpected(field, value);
    default:
      return readNumber(field, value);
  }
}

function readEnum(field: Field, { values }: Enum, value: Json): Json | undefined {
  if (typeof value !== 'string') throw unexpected(field, value);
  if (Object.hasOwn(values, value)) return value;
  if (field.required) throw new Unreadable(`Failed to find enum for '${value}'`);
  return undefined;
}

function readBytes(field: Field, value: Json): string {
  if (typeof value !== 'string') throw unexpected(field, value);
  if (isBase64(value)) return value;
  throw new Unreadable(`Failed to base64 decode bytes field '${field.name}': Invalid character`);
}

const BASE64_GROUP = 4;

/** Without a pattern that has to go back: that of protobufjs fails with ten million characters. */
function isBase64(value: string): boolean {
  return value.length % BASE64_GROUP === 0 && !/[^A-Za-z0-9+/]/.test(value.replace(/={1,2}$/, ''));
}

/** proto3's JSON writes 64 bits as text, which Mesos takes too. */
function readNumber(field: Field, value: Json): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw unexpected(field, value);
}

function unexpected({ name }: Field, value: Json): Unreadable {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return new Unreadable(`Not expecting a JSON ${kind} for field '${name}'`);
}

/** Paths of the required fields that a message lacks, as protobuf lists them. */
function missingFields(type: Type, message: JsonObject, path: string): string[] {
  return type.fieldsArray.flatMap((field) => {
    const value = message[field.name];
    if (value === undefined) return field.required ? [`${path}${field.name}`] : [];
    const { resolvedType } = field;
    if (resolvedType === null || !('fields' in resolvedType) || field.map) return [];
    if (Array.isArray(value)) {
      return value.flatMap((each, at) =>
        missingFields(resolvedType, each as JsonObject, `${path}${field.name}[${at}].`),
      );
    }
    return missingFields(resolvedType, value as JsonObject, `${path}${field.name}.`);
  });
}
