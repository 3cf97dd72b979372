/** Small JSON requests to the processes of a cluster. node:http, because loading fetch costs more than asking. */

import { request } from 'node:http';
import { MinimesosError } from '../errors.js';

export interface HttpReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Far above the state of a cluster with thousands of tasks. */
const MAX_BYTES = 64 * 2 ** 20;

/** GETs `url`; rejects with `MESOS_UNREACHABLE` when nothing answers within `timeoutMs`. */
export function get(url: string, timeoutMs: number): Promise<HttpReply> {
  return send(url, timeoutMs);
}

/** POSTs JSON; rejects as `get` does. */
export function post(url: string, body: unknown, timeoutMs: number): Promise<HttpReply> {
  return send(url, timeoutMs, { method: 'POST', body });
}

export interface Sending {
  method?: string;
  /** As JSON. */
  body?: unknown;
  /** How the reply's bytes are read; `latin1` keeps each one. */
  encoding?: 'utf8' | 'latin1';
}

/** Rejects as `get` does. */
export function send(
  url: string,
  timeoutMs: number,
  { method = 'GET', body, encoding = 'utf8' }: Sending = {},
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new MinimesosError('MESOS_UNREACHABLE', `${url} does not answer: ${cause.message}`, { cause }));
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = { signal: AbortSignal.timeout(timeoutMs), agent: false, method, headers } as const;
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) incoming.destroy(new Error(`more than ${MAX_BYTES} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('error', fail);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(encoding),
        }),
      );
    });
    outgoing.on('error', fail);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The JSON object of a body; undefined where it is none. */
export function jsonOf(reply: HttpReply): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(reply.body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
