import { once } from 'node:events';
import { connect } from 'node:net';
import { ZookeeperClient } from '../../../../src/simulator/zookeeper/client.js';
import { FrameSplitter, JuteReader, JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, OPEN_ACL, Op, writeAcls, Xid, ZookeeperError } from '../../../../src/simulator/zookeeper/protocol.js';
import { type Cleanup, until } from '../../../support/simulator.js';

export const data = (text: string): Buffer => Buffer.from(text);

/** A client that is connected. */
export async function client(cleanup: Cleanup, port: number, sessionTimeoutMs = 1000): Promise<ZookeeperClient> {
  const made = new ZookeeperClient({ servers: [{ host: '127.0.0.1', port }], sessionTimeoutMs, retryMs: 5 });
  cleanup.add(() => made.abandon());
  await until('a connection', () => made.connected);
  return made;
}

/** The code with which ZooKeeper refused; 0 where it did not. */
export async function refusal(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ZookeeperError) return error.code;
    throw error;
  }
  return Code.ok;
}

/** The answer to a four-letter word. */
export async function say(port: number, word: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.end(word);
  await once(socket, 'close');
  return answer;
}

/** A connection that speaks jute by hand. */
export async function rawConnection(cleanup: Cleanup, port: number) {
  const socket = connect(port, '127.0.0.1');
  cleanup.add(() => socket.destroy());
  const splitter = new FrameSplitter();
  const frames: Buffer[] = [];
  let ended = false;
  socket.on('data', (chunk) => {
    splitter.push(chunk as Buffer);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) frames.push(frame);
  });
  socket.on('close', () => {
    ended = true;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return {
    send: (writer: JuteWriter) => socket.write(writer.frame()),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    bytes: (bytes: Buffer) => socket.write(bytes),
    next: async () => new JuteReader(await until('an answer', () => frames.shift())),
    end: () => until('the connection to end', () => ended),
  };
}

export const hello = (id = 0n, password: Buffer = Buffer.alloc(16)): JuteWriter =>
  new JuteWriter().int(0).long(0).int(1000).long(id).buffer(password);

/** A session spoken by hand, for requests that our own client does not make. */
export async function rawSession(cleanup: Cleanup, port: number) {
  const raw = await rawConnection(cleanup, port);
  raw.send(hello());
  await raw.next();
  const events: [type: number, path: string][] = [];
  let xid = 0;
  const answer = async (): Promise<{ xid: number; code: number; reader: JuteReader }> => {
    const reader = await raw.next();
    const header = { xid: reader.int(), zxid: reader.long(), code: reader.int() };
    if (header.xid !== Xid.event) return { ...header, reader };
    const type = reader.int();
    reader.int();
    events.push([type, reader.string()]);
    return answer();
  };
  return {
    events,
    end: raw.end,
    /** Sends a request; gives the code and what follows it. Events that come before are kept in `events`. */
    ask: (op: number, write: (writer: JuteWriter) => unknown = () => {}) => {
      xid += 1;
      const request = new JuteWriter().int(xid).int(op);
      write(request);
      raw.send(request);
      return answer();
    },
    /** Shows who it is, with the xid that clients use for it. */
    authenticate: (scheme: string, secret: string) => {
      raw.send(new JuteWriter().int(Xid.auth).int(Op.auth).int(0).string(scheme).buffer(data(secret)));
      return answer();
    },
  };
}

export type RawSession = Awaited<ReturnType<typeof rawSession>>;

/** Creates a znode, open to all unless told otherwise; gives the code. */
export async function createAt(
  { ask }: RawSession,
  path: string,
  { acl = OPEN_ACL, mode = 0, op = Op.create as number, value = data('') as Buffer | null } = {},
): Promise<number> {
  const { code } = await ask(op, (writer) => {
    writeAcls(writer.string(path).buffer(value), acl);
    writer.int(mode);
  });
  return code;
}
