import { open } from 'node:fs/promises';
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
  const out = await open(join(directory, 'stdout'), 'a');
  const err = await open(join(directory, 'stderr'), 'a');
  try {
    const logs = await engine.open('GET', `/containers/${name}/logs?${query}`);
    signal.addEventListener('abort', () => logs.destroy());
    if (signal.aborted) logs.destroy();
    // One after the other, so that what is not on the disk yet waits in the engine.
    for await (const { stream, content } of frames(logs)) await (stream === STDERR ? err : out).appendFile(content);
  } catch {
    // The engine went away, or nobody wants to hear more.
  } finally {
    await Promise.all([out.close(), err.close()]);
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
