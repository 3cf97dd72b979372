/** The frames in which an engine sends what a process says on stdout and stderr, taken apart. All pure. */

import { MinimesosError } from '../errors.js';
import type { LogText, OutputStream } from './process.js';

export interface Piece {
  stream: OutputStream;
  bytes: Buffer;
}

/** `[stream, 0, 0, 0, length of the payload]`. */
const HEADER_BYTES = 8;

/** What its first byte says. */
const STDERR = 2;
const ENGINE = 3;

/** A mark of the byte order is text too. */
const AS_IT_IS = { ignoreBOM: true };

/**
 * However the bytes are cut; part of a frame is passed on as soon as it is there. What does not begin with a header was
 * said on a terminal, and all of it is stdout. Throws `DOCKER_FAILED` where the engine puts in a word of its own: it cannot
 * read on.
 */
export async function* piecesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0);
  let framed: boolean | undefined;
  let stream = 0;
  let left = 0;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, Buffer.from(chunk as Uint8Array)]);
    if (rest.length >= HEADER_BYTES) framed ??= isHeader(rest);
    if (framed === false) {
      yield { stream: 'stdout', bytes: rest };
      rest = Buffer.alloc(0);
    }
    while (rest.length > 0) {
      if (left === 0) {
        if (rest.length < HEADER_BYTES) break;
        stream = rest.readUInt8(0);
        left = rest.readUInt32BE(4);
        rest = rest.subarray(HEADER_BYTES);
      }
      const bytes = rest.subarray(0, left);
      rest = rest.subarray(bytes.length);
      left -= bytes.length;
      if (stream === ENGINE) throw new MinimesosError('DOCKER_FAILED', bytes.toString().trim());
      if (bytes.length > 0) yield { stream: stream === STDERR ? 'stderr' : 'stdout', bytes };
    }
  }
  if (framed === undefined && rest.length > 0) yield { stream: 'stdout', bytes: rest };
}

/** Each stream's bytes as text: a character is passed on when all of it is there. */
export async function* textOf(pieces: AsyncIterable<Piece>): AsyncGenerator<LogText> {
  const decoders = { stdout: new TextDecoder('utf-8', AS_IT_IS), stderr: new TextDecoder('utf-8', AS_IT_IS) };
  for await (const { stream, bytes } of pieces) {
    const text = decoders[stream].decode(bytes, { stream: true });
    if (text !== '') yield { stream, text };
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const text = decoders[stream].decode();
    if (text !== '') yield { stream, text };
  }
}

function isHeader(bytes: Buffer): boolean {
  return bytes.readUInt8(0) <= ENGINE && bytes.readUIntBE(1, 3) === 0;
}
