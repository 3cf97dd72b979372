import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import type { Running } from '../listen.js';
import { listen } from '../listen.js';

/** A question of a DNS message: a name in lower case without its last dot, and the type that is asked for. */
export interface Question {
  name: string;
  type: number;
}

/** Addresses of a name; empty for a name that exists and has none; null for one that does not exist. */
export type Resolve = (name: string) => readonly string[] | null;

const TYPE_A = 1;
const TYPE_ANY = 255;
const CLASS_IN = 1;
const RCODE = { ok: 0, formatError: 1, nameError: 3, notImplemented: 4 };
const HEADER_BYTES = 12;
const MAX_NAME = 255;

function readQuestion(message: Buffer): { question: Question; end: number } | null {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return null;
    at += 1;
    if (length === 0) break;
    if (at + length > message.length || at - HEADER_BYTES > MAX_NAME) return null;
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return null;
  return { question: { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at) }, end: at + 4 };
}

/** Answers one DNS message; null for what is no query at all. */
export function answerDns(message: Buffer, resolve: Resolve, ttlSeconds: number): Buffer | null {
  // A message that is an answer itself is never answered, or two servers could keep each other busy.
  if (message.length < HEADER_BYTES || (message.readUInt8(2) & 0x80) !== 0) return null;
  const opcode = (message.readUInt8(2) >> 3) & 0xf;
  const read = message.readUInt16BE(4) === 1 ? readQuestion(message) : null;
  if (opcode !== 0) return reply(message, null, RCODE.notImplemented, []);
  if (read === null) return reply(message, null, RCODE.formatError, []);
  const { question, end } = read;
  const addresses = resolve(question.name);
  if (addresses === null) return reply(message, end, RCODE.nameError, []);
  const wanted = question.type === TYPE_A || question.type === TYPE_ANY;
  return reply(message, end, RCODE.ok, wanted ? addresses.map((address) => record(address, ttlSeconds)) : []);
}

function reply(query: Buffer, questionEnd: number | null, rcode: number, records: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // An answer, authoritative; the wish for recursion is repeated.
  header.writeUInt8(0x84 | (query.readUInt8(2) & 0x79), 2);
  header.writeUInt8(rcode, 3);
  header.writeUInt16BE(questionEnd === null ? 0 : 1, 4);
  header.writeUInt16BE(records.length, 6);
  const question = questionEnd === null ? Buffer.alloc(0) : query.subarray(HEADER_BYTES, questionEnd);
  return Buffer.concat([header, question, ...records]);
}

/** An A record whose name points back to the question. */
function record(address: string, ttlSeconds: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  bytes.writeUInt16BE(TYPE_A, 2);
  bytes.writeUInt16BE(CLASS_IN, 4);
  bytes.writeUInt32BE(ttlSeconds, 6);
  bytes.writeUInt16BE(4, 10);
  address.split('.').forEach((byte, index) => {
    bytes.writeUInt8(Number(byte), 12 + index);
  });
  return bytes;
}

export interface DnsOptions {
  port: number;
  host?: string;
  ttlSeconds: number;
  resolve: Resolve;
}

/** Serves DNS over UDP, and over TCP on the same port. */
export async function serveDns({ port, host, ttlSeconds, resolve }: DnsOptions): Promise<Running> {
  const tcpSockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    tcpSockets.add(socket);
    socket.on('close', () => tcpSockets.delete(socket));
    serveTcp(socket, (message) => answerDns(message, resolve, ttlSeconds));
  });
  const bound = await listen(tcp, port, host);
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => {
    const answer = answerDns(message, resolve, ttlSeconds);
    if (answer !== null) udp.send(answer, from.port, from.address, () => {});
  });
  await new Promise<void>((done, fail) => {
    udp.once('error', fail);
    udp.bind({ port: bound, ...(host === undefined ? {} : { address: host }) }, () => {
      udp.removeListener('error', fail);
      udp.on('error', () => {});
      done();
    });
  });
  return {
    port: bound,
    close: async () => {
      await new Promise<void>((done) => udp.close(done));
      const closed = new Promise((done) => tcp.close(done));
      for (const socket of tcpSockets) socket.destroy();
      await closed;
    },
  };
}

/** Over TCP each message has its length, two bytes, in front. */
function serveTcp(socket: Socket, answer: (message: Buffer) => Buffer | null): void {
  let bytes = Buffer.alloc(0);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      const response = answer(bytes.subarray(2, end));
      bytes = bytes.subarray(end);
      if (response === null) {
        socket.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(response.length, 0);
      socket.write(Buffer.concat([length, response]));
    }
  });
}
