import type { Outlet } from '../../http.js';

export interface Subscriber {
  outlet: Outlet;
  /** Empty: all of them. */
  types: ReadonlySet<string>;
  address: string;
}

const KEEP_ALIVE_MS = 5000;

/** The event stream: what happens goes to whoever listens, and nothing is kept for who does not. */
export class Events {
  readonly #subscribers = new Set<Subscriber>();

  publish(eventType: string, fields: object): void {
    const event = JSON.stringify({ ...fields, eventType, timestamp: new Date().toISOString() });
    for (const { outlet, types } of this.#subscribers) {
      if (types.size === 0 || types.has(eventType)) outlet.write(`event: ${eventType}\r\ndata: ${event}\r\n\r\n`);
    }
  }

  attach(subscriber: Subscriber): void {
    const { outlet, address } = subscriber;
    this.#subscribers.add(subscriber);
    // A listener that is gone is noticed by what it no longer takes.
    const keepAlive = setInterval(() => outlet.write('\r\n'), KEEP_ALIVE_MS);
    keepAlive.unref();
    outlet.onClose(() => {
      clearInterval(keepAlive);
      if (this.#subscribers.delete(subscriber)) this.publish('event_stream_detached', { remoteAddress: address });
    });
    this.publish('event_stream_attached', { remoteAddress: address });
  }

  /** Ends all streams, as one that no longer leads does. */
  close(): void {
    for (const { outlet } of [...this.#subscribers]) outlet.end();
    this.#subscribers.clear();
  }
}
