import { once } from 'node:events';
import { connect } from 'node:net';
import { ZookeeperClient } from '../../../../src/simulator/zookeeper/client.js';
import { FrameSplitter, JuteReader, JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, ZookeeperError } from '../../../../src/simulator/zookeeper/protocol.js';
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
    bytes: (bytes: Buffer) => socket.write(bytes),
    next: async () => new JuteReader(await until('an answer', () => frames.shift())),
    end: () => until('the connection to end', () => ended),
  };
}

export const hello = (id = 0n, password: Buffer = Buffer.alloc(16)): JuteWriter =>
  new JuteWriter().int(0).long(0).int(1000).long(id).buffer(password);
