/** A container's log as an async iterable. */

import type { IncomingMessage } from 'node:http';
import type Dockerode from 'dockerode';
import { unlessAborted } from './event-stream.js';
import { failureOf } from './failure.js';
import { piecesOf, textOf } from './frames.js';
import type { LogOptions, LogText } from './process.js';

/** By hand: `logs()` of dockerode streams only what it follows, and holds all the rest in memory. */
export function openLog(
  { modem }: Dockerode,
  id: string,
  { tail, follow }: LogOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = {
    path: `/containers/${encodeURIComponent(id)}/logs?`,
    method: 'GET',
    isStream: true,
    abortSignal: signal,
    statusCodes: { 200: true },
    options: { stdout: true, stderr: true, follow, tail: tail ?? 'all' },
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, reply) => (error ? reject(error) : resolve(reply as IncomingMessage)));
  });
}

/** Ends with the log or the signal. Leaving the loop closes the connection. */
export async function* logOf(
  opened: Promise<IncomingMessage>,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<LogText> {
  try {
    for await (const text of textOf(piecesOf(await unlessAborted(opened, signal)))) {
      if (signal.aborted) return;
      yield text;
    }
  } catch (thrown) {
    if (signal.aborted) return;
    throw failureOf(thrown, host);
  }
}
