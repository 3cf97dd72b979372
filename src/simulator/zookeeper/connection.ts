import type { Socket } from 'node:net';
import { identify } from './acl.js';
import { FrameSplitter, JuteReader, JuteWriter, MalformedFrame } from './jute.js';
import { MultiRefusal } from './multi.js';
import { Code, type EventType, type Identity, Op, Xid, ZookeeperError } from './protocol.js';
import { answer, isKnown, replyHeader } from './requests.js';
import type { Session, SessionHolder, ZookeeperService } from './service.js';
import type { Watcher } from './watches.js';
import { answerWord, type ConnectionFacts, type ServerFacts } from './words.js';

const SYNC_CONNECTED = 3;
const PASSWORD_BYTES = 16;

/** One client's TCP connection: a handshake, then requests answered in order. Whatever it sends harms only itself. */
export class Connection implements SessionHolder, Watcher, ConnectionFacts {
  readonly #service: ZookeeperService;
  readonly #socket: Socket;
  readonly #facts: ServerFacts;
  readonly #splitter = new FrameSplitter();
  #session: Session | null = null;
  readonly #host: string;
  readonly #identities: Identity[];
  #first = true;
  received = 0;
  sent = 0;

  constructor(service: ZookeeperService, socket: Socket, facts: ServerFacts, log: (message: string) => void) {
    this.#service = service;
    this.#socket = socket;
    this.#facts = facts;
    this.#host = (socket.remoteAddress ?? '?').replace(/^::ffff:/, '');
    this.#identities = [{ scheme: 'ip', id: this.#host }];
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone());
    const work = (): void => {
      try {
        this.#work();
      } catch (error) {
        if (!(error instanceof MalformedFrame)) throw error;
        log(`Closing connection to ${this.address}: ${error.message}`);
        socket.destroy();
      }
    };
    socket.on('data', (chunk: Buffer) => {
      this.#splitter.push(chunk);
      work();
    });
    socket.on('drain', () => {
      socket.resume();
      work();
    });
  }

  get address(): string {
    return `${this.#host}:${this.#socket.remotePort ?? 0}`;
  }

  get sessionId(): bigint | null {
    return this.#session?.id ?? null;
  }

  drop(_reason: string): void {
    this.#gone();
    this.#socket.destroy();
  }

  notify(type: EventType, path: string): void {
    this.#send(replyHeader(Xid.event, -1, Code.ok).int(type).int(SYNC_CONNECTED).string(path));
  }

  #gone(): void {
    this.#service.watches.forget(this);
    if (this.#session?.holder === this) this.#session.holder = null;
    this.#session = null;
  }

  /** After what was said last; whatever the client says now is nobody's. */
  #leave(): void {
    this.#gone();
    this.#socket.end();
  }

  #send(writer: JuteWriter): void {
    this.sent += 1;
    this.#facts.sent += 1;
    if (this.#socket.writable) this.#socket.write(writer.frame());
  }

  #work(): void {
    if (this.#first && this.#spokeWord()) return;
    // Who does not read its answers is not read from either, and so loses its session in the end.
    while (!this.#socket.writableNeedDrain) {
      const frame = this.#splitter.next();
      if (frame === null) return;
      this.#count();
      const reader = new JuteReader(frame);
      if (this.#session === null) {
        // A dropped session's connection may still hold frames; they are nobody's.
        if (!this.#first) return;
        this.#first = false;
        this.#handshake(reader);
      } else this.#request(this.#session, reader);
    }
    this.#socket.pause();
  }

  #count(): void {
    this.received += 1;
    this.#facts.received += 1;
  }

  #spokeWord(): boolean {
    const word = this.#splitter.peek(4);
    if (word.length < 4) return true;
    const text = answerWord(word.toString('latin1'), this.#service, this.#facts);
    if (text === undefined) return false;
    this.#first = false;
    this.#count();
    this.#socket.end(text);
    return true;
  }

  #handshake(reader: JuteReader): void {
    reader.int();
    const seen = Number(reader.long());
    const timeoutMs = reader.int();
    const id = reader.long();
    const password = reader.buffer() ?? Buffer.alloc(0);
    // Clients since 3.4 say whether a read-only server would do, and then expect the same byte back.
    const hasReadOnly = reader.remaining > 0;
    if (seen > this.#service.zxid) {
      throw new MalformedFrame(
        `the client has seen zxid 0x${seen.toString(16)}, ours is 0x${this.#service.zxid.toString(16)}`,
      );
    }
    const session = id === 0n ? this.#service.openSession(timeoutMs, this) : this.#service.reattach(id, password, this);
    const reply = new JuteWriter().int(0).int(session?.timeoutMs ?? 0);
    reply.long(session?.id ?? 0n).buffer(session?.password ?? Buffer.alloc(PASSWORD_BYTES));
    if (hasReadOnly) reply.bool(false);
    this.#send(reply);
    this.#session = session;
    // A session id of zero tells the client that its session is over.
    if (session === null) this.#socket.end();
  }

  #request(session: Session, reader: JuteReader): void {
    const xid = reader.int();
    const op = reader.int();
    this.#service.touch(session);
    if (op === Op.closeSession) {
      this.#service.closeSession(session);
      this.#send(replyHeader(xid, this.#service.zxid, Code.ok));
      this.#leave();
      return;
    }
    if (op === Op.auth) {
      this.#authenticate(reader);
      return;
    }
    this.#send(this.#answer(session, xid, op, reader));
    // As real ZooKeeper does with a client that speaks of what it does not know.
    if (!isKnown(op)) this.#leave();
  }

  #authenticate(reader: JuteReader): void {
    reader.int();
    const identity = identify(reader.string(), reader.buffer() ?? Buffer.alloc(0));
    const code = identity === null ? Code.authFailed : Code.ok;
    this.#send(replyHeader(Xid.auth, this.#service.zxid, code));
    if (identity === null) this.#leave();
    else if (!this.#identities.some(({ id }) => id === identity.id)) this.#identities.unshift(identity);
  }

  #answer(session: Session, xid: number, op: number, reader: JuteReader): JuteWriter {
    try {
      const caller = { session, watcher: this, identities: this.#identities };
      const write = answer(this.#service, caller, op, reader);
      const reply = replyHeader(xid, this.#service.zxid, Code.ok);
      write(reply);
      return reply;
    } catch (error) {
      if (!(error instanceof ZookeeperError)) throw error;
      if (!(error instanceof MultiRefusal)) return replyHeader(xid, this.#service.zxid, error.code);
      const reply = replyHeader(xid, this.#service.zxid, Code.ok);
      error.write(reply);
      return reply;
    }
  }
}
