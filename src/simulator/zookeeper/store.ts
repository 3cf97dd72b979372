import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, parseJson } from '../json.js';
import { checksum } from './checksum.js';
import type { Change, Znode, ZnodeTree } from './tree.js';

/** What one commit changed: znodes, and at most one session opened or closed. */
export interface Transaction {
  zxid: number;
  time: number;
  changes: Change[];
  opened?: { id: bigint; password: Buffer; timeoutMs: number };
  closed?: bigint;
}

export interface StoredSession {
  password: Buffer;
  timeoutMs: number;
}

/** Everything that outlives the process. */
export interface ZookeeperState {
  zxid: number;
  tree: ZnodeTree;
  sessions: Map<bigint, StoredSession>;
}

const COMPACT_AFTER_BYTES = 8 * 1024 * 1024;

function line(record: object): Buffer {
  const text = JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );
  return Buffer.from(`${checksum(text)} ${text}\n`);
}

function encodeData(data: Buffer | null): string | null {
  return data?.toString('base64') ?? null;
}

function encodeChange(change: Change): object {
  return 'data' in change ? { ...change, data: encodeData(change.data) } : change;
}

function decodeChange(json: JsonObject): Change {
  const data = typeof json.data === 'string' ? Buffer.from(json.data, 'base64') : null;
  const owner = BigInt(`0x${String(json.owner ?? '0')}`);
  return { ...json, data, owner } as unknown as Change;
}

/** Applies a transaction to the state in memory. */
export function applyTransaction(state: ZookeeperState, transaction: Transaction): void {
  for (const change of transaction.changes) state.tree.apply(change, transaction.zxid, transaction.time);
  recordTransaction(state, transaction);
}

/** As applyTransaction for a transaction whose changes the tree holds already. */
export function recordTransaction(state: ZookeeperState, transaction: Transaction): void {
  const { opened, closed } = transaction;
  if (opened !== undefined) state.sessions.set(opened.id, opened);
  if (closed !== undefined) state.sessions.delete(closed);
  state.zxid = transaction.zxid;
}

/**
 * The state on disk: one file, a snapshot and the transactions since, a record a line with its checksum in front. A record that a
 * killed process left half written is the last one, and is dropped; whatever was answered was written before.
 */
export class ZookeeperStore {
  readonly #file: string;
  #fd: number | null = null;
  #bytes = 0;
  #compactAt = 0;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'zookeeper.log');
  }

  /** Reads what is there into the state, then starts a new file with a snapshot of it; returns how many bytes were unreadable. */
  load(state: ZookeeperState): number {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      bytes = Buffer.alloc(0);
    }
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      if (!restoreRecord(state, bytes.toString('utf8', start, end))) break;
      start = end + 1;
    }
    this.#compact(state);
    return bytes.length - start;
  }

  /** On disk before it returns, so that what a client was told survives the process. */
  append(transaction: Transaction, state: ZookeeperState): void {
    if (this.#fd === null) throw new Error('the store is closed');
    const bytes = line({
      ...transaction,
      changes: transaction.changes.map(encodeChange),
      opened: encodeOpened(transaction),
    });
    const written = writeSync(this.#fd, bytes, 0, bytes.length, this.#bytes);
    if (written !== bytes.length) {
      // A half record in the middle would hide every later one.
      ftruncateSync(this.#fd, this.#bytes);
      throw new Error(`no space left for ${this.#file}`);
    }
    this.#bytes += bytes.length;
    if (this.#bytes > this.#compactAt) this.#compact(state);
  }

  close(): void {
    if (this.#fd === null) return;
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = null;
  }

  #compact(state: ZookeeperState): void {
    const nodes = [...state.tree.entries()].map(([path, { children: _children, ...node }]) => ({
      path,
      ...node,
      data: encodeData(node.data),
    }));
    const sessions = [...state.sessions].map(([id, session]) => ({
      id,
      password: session.password.toString('hex'),
      timeoutMs: session.timeoutMs,
    }));
    const bytes = line({ snapshot: { zxid: state.zxid, nodes, sessions } });
    const fresh = openSync(`${this.#file}.new`, 'w');
    writeFileSync(fresh, bytes);
    fsyncSync(fresh);
    renameSync(`${this.#file}.new`, this.#file);
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = fresh;
    this.#bytes = bytes.length;
    this.#compactAt = bytes.length + COMPACT_AFTER_BYTES;
  }
}

function encodeOpened({ opened }: Transaction): object | undefined {
  return opened === undefined ? undefined : { ...opened, password: opened.password.toString('hex') };
}

function decodeSession(json: JsonObject): { id: bigint } & StoredSession {
  return {
    id: BigInt(`0x${String(json.id)}`),
    password: Buffer.from(String(json.password), 'hex'),
    timeoutMs: Number(json.timeoutMs),
  };
}

function restoreRecord(state: ZookeeperState, text: string): boolean {
  const body = text.slice(9);
  if (checksum(body) !== text.slice(0, 8)) return false;
  const record = parseJson(body);
  if (!isObject(record)) return false;
  const snapshot = record.snapshot;
  if (isObject(snapshot)) {
    state.zxid = Number(snapshot.zxid);
    for (const node of objects(snapshot.nodes)) {
      const { path, ...rest } = { ...node, ...decodeChange(node) } as unknown as Omit<Znode, 'children'> & {
        path: string;
      };
      state.tree.restore(path, rest);
    }
    for (const session of objects(snapshot.sessions).map(decodeSession)) state.sessions.set(session.id, session);
    return true;
  }
  const transaction: Transaction = {
    zxid: Number(record.zxid),
    time: Number(record.time),
    changes: objects(record.changes).map(decodeChange),
  };
  if (isObject(record.opened)) transaction.opened = decodeSession(record.opened);
  if (typeof record.closed === 'string') transaction.closed = BigInt(`0x${record.closed}`);
  applyTransaction(state, transaction);
  return true;
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
