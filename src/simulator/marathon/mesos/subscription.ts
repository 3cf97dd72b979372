import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { isObject, type JsonObject, parseJson } from '../../json.js';
import { lookup } from '../../lookup.js';
import { RecordSplitter } from '../../mesos/record-io.js';
import type { FrameworkInfo } from '../../mesos/shapes.js';
import { type MasterAddress, SCHEDULER_PATH } from './calls.js';

export interface SubscriptionListener {
  /** An event of the stream; `streamId` goes with every call. */
  event(event: JsonObject & { type: string }, streamId: string): void;
  /** The stream is over, or never was; called once. `elsewhere` is whom the master names as the leader. */
  ended(why: string, elsewhere: MasterAddress | null): void;
}

const CONNECT_WITHIN_MS = 5000;
/** A master is taken for gone after so many heartbeats that did not come. */
const MISSED_HEARTBEATS = 5;
const DEFAULT_HEARTBEAT_SECONDS = 15;

/** A subscription at one master, from its request until its stream ends. */
export class Subscription {
  readonly #listener: SubscriptionListener;
  readonly #asked: ClientRequest;
  readonly #records = new RecordSplitter();
  #silence: NodeJS.Timeout;
  #heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;
  #over = false;

  constructor(master: MasterAddress, framework: FrameworkInfo, listener: SubscriptionListener) {
    this.#listener = listener;
    const subscribe = { type: 'SUBSCRIBE', subscribe: { framework_info: framework } };
    const body = Buffer.from(
      JSON.stringify(framework.id === undefined ? subscribe : { framework_id: framework.id, ...subscribe }),
    );
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'Content-Length': body.length };
    const { ip, port } = master;
    this.#asked = request({ host: ip, port, path: SCHEDULER_PATH, method: 'POST', headers, lookup, agent: false });
    this.#asked.on('response', (response) => this.#answered(response));
    this.#asked.on('error', (error) => this.#end(error.message));
    this.#silence = setTimeout(() => this.#end('no answer'), CONNECT_WITHIN_MS);
    this.#asked.end(body);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#silence);
    this.#asked.destroy();
  }

  #end(why: string, elsewhere: MasterAddress | null = null): void {
    if (this.#over) return;
    this.close();
    this.#listener.ended(why, elsewhere);
  }

  #answered(response: IncomingMessage): void {
    const { statusCode = 0, headers } = response;
    response.on('error', (error) => this.#end(error.message));
    if (statusCode !== 200) {
      const elsewhere = statusCode === 307 ? addressIn(headers.location ?? '') : null;
      this.#end(`${statusCode} to SUBSCRIBE`, elsewhere);
      return;
    }
    const streamId = String(headers['mesos-stream-id'] ?? '');
    this.#waitForNext();
    response.on('data', (chunk: Buffer) => this.#read(chunk, streamId));
    response.on('close', () => this.#end('the stream ended'));
  }

  #read(chunk: Buffer, streamId: string): void {
    this.#waitForNext();
    try {
      for (const record of this.#records.push(chunk)) {
        const event = parseJson(record.toString('utf8'));
        if (!isObject(event) || typeof event.type !== 'string' || this.#over) continue;
        if (isObject(event.subscribed)) {
          const seconds = event.subscribed.heartbeat_interval_seconds;
          if (typeof seconds === 'number') this.#heartbeatSeconds = seconds;
          this.#waitForNext();
        }
        this.#listener.event(event as JsonObject & { type: string }, streamId);
      }
    } catch (error) {
      this.#end(String(error));
    }
  }

  #waitForNext(): void {
    clearTimeout(this.#silence);
    if (this.#over) return;
    const ms = this.#heartbeatSeconds * 1000 * MISSED_HEARTBEATS;
    this.#silence = setTimeout(() => this.#end('missed heartbeats'), ms);
  }
}

/** The address in a redirect, whose Location has no scheme. */
function addressIn(location: string): MasterAddress | null {
  const match = /^(?:https?:)?\/\/([^:/]+):(\d+)/.exec(location);
  return match === null ? null : { ip: match[1] ?? '', port: Number(match[2]) };
}
