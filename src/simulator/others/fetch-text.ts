import { get } from 'node:http';
import { lookup } from '../lookup.js';

const MAX_BYTES = 8 * 1024 * 1024;

export interface FetchedText {
  status: number;
  body: string;
}

/** GETs over HTTP; rejects where nobody answers within the time. */
export function fetchText(hostname: string, port: number, path: string, withinMs: number): Promise<FetchedText> {
  return new Promise((resolve, reject) => {
    const ask = get({ hostname, port, path, lookup, timeout: withinMs, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) ask.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    ask.on('timeout', () => ask.destroy(new Error('no answer in time')));
    ask.on('error', reject);
  });
}
