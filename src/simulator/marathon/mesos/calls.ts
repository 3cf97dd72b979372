import { Agent, request } from 'node:http';
import type { JsonObject } from '../../json.js';
import { lookup } from '../../lookup.js';

/** Where a master listens. */
export interface MasterAddress {
  ip: string;
  port: number;
}

export const SCHEDULER_PATH = '/api/v1/scheduler';
const ANSWER_WITHIN_MS = 10_000;

/** Sends scheduler calls one after the other on one connection, so that none overtakes another. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #master: MasterAddress;
  readonly #headers: { [name: string]: string };
  readonly #frameworkId: string;

  constructor(master: MasterAddress, streamId: string, frameworkId: string) {
    this.#master = master;
    this.#frameworkId = frameworkId;
    this.#headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'Mesos-Stream-Id': streamId };
  }

  /** Rejects where the master did not take the call, with what it said. */
  call(type: string, fields: JsonObject = {}): Promise<void> {
    const body = Buffer.from(JSON.stringify({ framework_id: { value: this.#frameworkId }, type, ...fields }));
    const { ip, port } = this.#master;
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, 'Content-Length': body.length };
      const asked = request(
        {
          host: ip,
          port,
          path: SCHEDULER_PATH,
          method: 'POST',
          headers,
          agent: this.#agent,
          lookup,
          timeout: ANSWER_WITHIN_MS,
        },
        (response) => {
          let said = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            said += chunk;
          });
          response.on('error', reject);
          response.on('end', () => {
            if (response.statusCode === 202) resolve();
            else reject(new Error(`${type}: ${response.statusCode} ${said}`));
          });
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`${type}: no answer within ${ANSWER_WITHIN_MS} ms`)));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
