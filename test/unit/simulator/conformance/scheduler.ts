import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import { type Cleanup, until } from '../../../support/simulator.js';
import type { RecordedAnswer } from './recordings.js';
import { request } from './scene.js';
import type { Json } from './shape.js';

export type Event = { type: string; [key: string]: Json };

/** A scheduler over HTTP that keeps what it is told. */
export interface Scheduler {
  /** The stream's head. */
  head: Omit<RecordedAnswer, 'body'>;
  events: Event[];
  /** The first of this type from a position on. */
  waitFor(type: string, from?: number): Promise<Event>;
  call(body: object, headers?: { [name: string]: string }): Promise<RecordedAnswer>;
}

const JSON_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json' };
const PATH = '/api/v1/scheduler';

export async function subscribe(cleanup: Cleanup, port: number, body: string): Promise<Scheduler> {
  const gone = new AbortController();
  cleanup.add(() => gone.abort());
  const url = `http://127.0.0.1:${port}${PATH}`;
  const response = await fetch(url, { method: 'POST', headers: JSON_HEADERS, body, signal: gone.signal });
  const events: Event[] = [];
  const splitter = new RecordSplitter();
  const reading = (async () => {
    for await (const chunk of response.body ?? []) {
      for (const record of splitter.push(Buffer.from(chunk))) events.push(JSON.parse(record.toString()));
    }
  })();
  reading.catch(() => {});
  const head = { status: response.status, headers: Object.fromEntries(response.headers) };
  const stream = { 'Mesos-Stream-Id': response.headers.get('mesos-stream-id') ?? '' };
  return {
    head,
    events,
    waitFor: (type, from = 0) =>
      until(
        `${type} after ${events.map((each) => each.type)}`,
        () => events.slice(from).find((each) => each.type === type),
        15_000,
      ),
    call: (call, headers = stream) =>
      request(port, PATH, { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(call) }),
  };
}

/** The events of a recorded stream, with or without the chunks' framing. */
export function recordedEvents(text: string): Event[] {
  return [...text.matchAll(/\{"type":"[A-Z]+".*?(?=\n|\r|\d+\n\{|$)/g)].map(([json]) => JSON.parse(json) as Event);
}
