import { connect as connectSocket, type Socket } from 'node:net';
import { lookup } from '../lookup.js';
import { FrameSplitter, JuteReader, JuteWriter } from './jute.js';
import { Code, EventType, Op, Xid, ZookeeperError } from './protocol.js';

export interface ClientOptions {
  servers: { host: string; port: number }[];
  /** Wanted; the server may give another. */
  sessionTimeoutMs: number;
  /** For how long the session is kept at least while no server answers; the server may end it sooner. */
  patienceMs?: number;
  retryMs?: number;
  log?: (message: string) => void;
}

/** What happens to a client's session. After `expired` the client opens a new one by itself, and says `connected` again. */
export interface SessionListener {
  /** A connection serves the session; `fresh` where the session is new, so nothing ephemeral of ours exists. */
  connected?(fresh: boolean): void;
  disconnected?(): void;
  expired?(): void;
}

interface Pending {
  resolve(reader: JuteReader): void;
  reject(error: Error): void;
}

/** Told once, when what was looked at changed or the connection did. */
export type Watch = () => void;

const NO_PASSWORD = Buffer.alloc(16);
const RETRY_MS = 100;

/**
 * A client's session, which never gives up: it goes round its servers until one answers, takes its session up again, and where none
 * answered for the whole timeout (or its patience) calls the session expired itself, as Mesos does. Every watch is told at the latest when the
 * connection changes, so its owner only ever has to look again.
 */
export class ClientSession {
  readonly #options: ClientOptions;
  readonly #listeners = new Set<SessionListener>();
  readonly #pending = new Map<number, Pending>();
  readonly #watches = new Map<string, Set<Watch>>();
  #socket: Socket | null = null;
  #attached = false;
  #closed = false;
  #server = 0;
  #xid = 0;
  #sessionId = 0n;
  #password: Buffer = NO_PASSWORD;
  #timeoutMs: number;
  #zxid = 0n;
  #retry: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #pings: NodeJS.Timeout | undefined;
  #heardAt = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#timeoutMs = options.sessionTimeoutMs;
    this.#connect();
  }

  get connected(): boolean {
    return this.#attached;
  }

  get sessionId(): bigint {
    return this.#sessionId;
  }

  listen(listener: SessionListener): void {
    this.#listeners.add(listener);
  }

  /** Ends the session where a server can be told; what is ephemeral is gone at once then. */
  async close(): Promise<void> {
    const told = this.#attached ? this.request(Op.closeSession, () => {}).then(ignore, ignore) : undefined;
    await told;
    this.abandon();
  }

  /** Lets go without a word, as a killed process does; the session lives on until its timeout. */
  abandon(): void {
    this.#closed = true;
    this.#attached = false;
    clearTimeout(this.#retry);
    clearTimeout(this.#expiry);
    clearInterval(this.#pings);
    this.#socket?.destroy();
    this.#failPending();
    this.#watches.clear();
  }

  #connect(): void {
    const server = this.#options.servers[this.#server % this.#options.servers.length];
    this.#server += 1;
    if (server === undefined || this.#closed) return;
    const socket = connectSocket({ ...server, lookup });
    this.#socket = socket;
    this.#heardAt = performance.now();
    const splitter = new FrameSplitter();
    const patience = Math.max(1000, Math.floor(this.#timeoutMs / 3));
    const giveUp = setTimeout(() => socket.destroy(), patience);
    socket.setNoDelay(true);
    socket.on('connect', () => socket.write(this.#hello().frame()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(giveUp);
      this.#lost(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      this.#heardAt = performance.now();
      try {
        splitter.push(chunk);
        for (let frame = splitter.next(); frame !== null && !this.#closed; frame = splitter.next()) {
          clearTimeout(giveUp);
          if (this.#attached) this.#receive(new JuteReader(frame));
          else this.#welcome(new JuteReader(frame));
        }
      } catch (error) {
        this.#options.log?.(`ZooKeeper sent what is no answer: ${String(error)}`);
        socket.destroy();
      }
    });
  }

  #hello(): JuteWriter {
    const hello = new JuteWriter().int(0).long(this.#zxid).int(this.#options.sessionTimeoutMs);
    return hello.long(this.#sessionId).buffer(this.#password).bool(false);
  }

  #welcome(reader: JuteReader): void {
    reader.int();
    const timeoutMs = reader.int();
    const id = reader.long();
    if (id === 0n) {
      this.#expire();
      this.#socket?.destroy();
      return;
    }
    const fresh = id !== this.#sessionId;
    this.#sessionId = id;
    this.#password = reader.buffer() ?? NO_PASSWORD;
    this.#timeoutMs = timeoutMs;
    this.#attached = true;
    clearTimeout(this.#expiry);
    this.#expiry = undefined;
    this.#pings = setInterval(() => this.#ping(), Math.max(5, Math.floor(timeoutMs / 3)));
    for (const listener of this.#listeners) listener.connected?.(fresh);
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > (this.#timeoutMs * 2) / 3) this.#socket?.destroy();
    else this.#socket?.write(new JuteWriter().int(Xid.ping).int(Op.ping).frame());
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket || this.#closed) return;
    clearInterval(this.#pings);
    const was = this.#attached;
    this.#attached = false;
    this.#failPending();
    if (was) {
      for (const listener of this.#listeners) listener.disconnected?.();
      const patience = Math.max(this.#timeoutMs, this.#options.patienceMs ?? 0);
      const left = Math.max(0, patience - (performance.now() - this.#heardAt));
      this.#expiry = setTimeout(() => this.#expire(), left);
      this.#fireAll();
    }
    this.#retry = setTimeout(() => this.#connect(), this.#options.retryMs ?? RETRY_MS);
  }

  #expire(): void {
    clearTimeout(this.#expiry);
    if (this.#sessionId === 0n) return;
    this.#sessionId = 0n;
    this.#password = NO_PASSWORD;
    // A server that lost its data is behind what this client saw; a new session may begin there all the same.
    this.#zxid = 0n;
    for (const listener of this.#listeners) listener.expired?.();
  }

  #receive(reader: JuteReader): void {
    const xid = reader.int();
    const zxid = reader.long();
    const code = reader.int();
    if (zxid > this.#zxid) this.#zxid = zxid;
    if (xid === Xid.ping) return;
    if (xid === Xid.event) {
      const type = reader.int();
      reader.int();
      this.#fire(type, reader.string());
      return;
    }
    const pending = this.#pending.get(xid);
    this.#pending.delete(xid);
    if (code === Code.ok) pending?.resolve(reader);
    else pending?.reject(new ZookeeperError(code));
  }

  protected request(op: number, write: (writer: JuteWriter) => void): Promise<JuteReader> {
    return new Promise((resolve, reject) => {
      if (!this.#attached || this.#socket === null) {
        reject(new ZookeeperError(Code.connectionLoss));
        return;
      }
      this.#xid += 1;
      const writer = new JuteWriter().int(this.#xid).int(op);
      write(writer);
      this.#pending.set(this.#xid, { resolve, reject });
      this.#socket.write(writer.frame());
    });
  }

  protected async watched(op: number, path: string, kind: 'data' | 'children', watch?: Watch): Promise<JuteReader> {
    if (watch !== undefined) {
      const key = `${kind} ${path}`;
      this.#watches.set(key, (this.#watches.get(key) ?? new Set()).add(watch));
    }
    return this.request(op, (writer) => writer.string(path).bool(watch !== undefined));
  }

  #fire(type: number, path: string): void {
    if (type !== EventType.childrenChanged) this.#take(`data ${path}`);
    if (type === EventType.childrenChanged || type === EventType.deleted) this.#take(`children ${path}`);
  }

  #fireAll(): void {
    for (const key of [...this.#watches.keys()]) this.#take(key);
  }

  #take(key: string): void {
    const watches = this.#watches.get(key) ?? [];
    this.#watches.delete(key);
    for (const watch of watches) watch();
  }

  #failPending(): void {
    const failed = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of failed) reject(new ZookeeperError(Code.connectionLoss));
  }
}

function ignore(): void {}
