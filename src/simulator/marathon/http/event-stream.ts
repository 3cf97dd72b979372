import type { HttpAnswer, HttpRequest } from '../../http.js';
import type { Events } from '../events/events.js';
import { refusal } from './answers.js';

/** `/v2/events`: for whoever says that a stream of events is what they take. */
export function eventStream({ headers, query }: HttpRequest, events: Events): HttpAnswer {
  if (!/\btext\/event-stream\b/.test(headers.accept ?? '')) return refusal(406);
  const types = new Set(query.getAll('event_type'));
  return {
    status: 200,
    type: 'text/event-stream;charset=utf-8',
    headers: { 'Cache-Control': 'no-cache, no-store, must-revalidate', Connection: 'close' },
    stream: (outlet) => events.attach({ outlet, types, address: headers.host ?? '' }),
  };
}
