import { statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { isObject, type JsonObject, parseJson } from '../../json.js';

export interface Reply {
  status: number;
  json: JsonObject;
}

/** A Docker engine behind its socket, in whatever version of its API it likes best. */
export class Engine {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Whether there is a socket at all. */
  isThere(): boolean {
    return statSync(this.#socketPath, { throwIfNoEntry: false })?.isSocket() ?? false;
  }

  async call(method: string, path: string, body?: object): Promise<Reply> {
    const response = await this.open(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const json = parseJson(Buffer.concat(chunks).toString('utf8'));
    return { status: response.statusCode ?? 0, json: isObject(json) ? json : {} };
  }

  /** An answer whose body is read as it comes. */
  open(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.#socketPath, method, path, headers, agent: false }, resolve);
      asked.on('error', reject);
      asked.end(text);
    });
  }
}

/** What the engine says went wrong. */
export function reasonOf({ status, json }: Reply): string {
  return typeof json.message === 'string' ? json.message : `status ${status}`;
}
