import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Engine } from './engine.js';

const HEAD_BYTES = 8;
const STDERR = 2;

/** Writes what a container says into its sandbox, from a second on; ends with the container. */
export async function followLogs(
  engine: Engine,
  name: string,
  directory: string,
  sinceSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const query = `follow=1&stdout=1&stderr=1&since=${sinceSeconds.toFixed(9)}`;
  const logs = await engine.open('GET', `/containers/${name}/logs?${query}`);
  const files = {
    out: createWriteStream(join(directory, 'stdout'), { flags: 'a' }),
    err: createWriteStream(join(directory, 'stderr'), { flags: 'a' }),
  };
  const stop = (): void => void logs.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const { stream, content } of frames(logs)) (stream === STDERR ? files.err : files.out).write(content);
  } catch {
    // The engine went away, or nobody wants to hear more.
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all([files.out, files.err].map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }
}

/** Docker mixes both streams: a head tells whose a frame is, and how long. */
async function* frames(logs: IncomingMessage): AsyncGenerator<{ stream: number; content: Buffer }> {
  let left = Buffer.alloc(0);
  for await (const chunk of logs) {
    left = Buffer.concat([left, chunk as Buffer]);
    while (left.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + left.readUInt32BE(4);
      if (left.length < end) break;
      yield { stream: left[0] ?? 1, content: left.subarray(HEAD_BYTES, end) };
      left = left.subarray(end);
    }
  }
}
