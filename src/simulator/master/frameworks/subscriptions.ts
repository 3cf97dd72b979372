import type { Outlet } from '../../http.js';

/** An event of the scheduler API. */
export type SchedulerEvent = { type: string } & { [part: string]: unknown };

/** Seconds, which the first event says. */
export const HEARTBEAT_SECONDS = 15;
/** How long the stream of a framework that failed over stays open, so that what it was told last arrives. */
const LINGER_MS = 1000;

/** A framework's open subscription: events go out on it, each as one record. */
export class Subscription {
  readonly streamId: string;
  readonly #outlet: Outlet;
  readonly #encode: (event: SchedulerEvent) => Buffer;
  #heartbeats: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(streamId: string, outlet: Outlet, encode: (event: SchedulerEvent) => Buffer) {
    this.streamId = streamId;
    this.#outlet = outlet;
    this.#encode = encode;
    outlet.onClose(() => this.#silence());
  }

  send(event: SchedulerEvent): void {
    if (!this.#closed) this.#outlet.write(this.#encode(event));
  }

  /** The first at once, as Mesos does. */
  beginHeartbeats(): void {
    this.send({ type: 'HEARTBEAT' });
    this.#heartbeats = setInterval(() => this.send({ type: 'HEARTBEAT' }), HEARTBEAT_SECONDS * 1000);
  }

  onLost(listener: () => void): void {
    this.#outlet.onClose(listener);
  }

  end(): void {
    if (this.#closed) return;
    this.#silence();
    this.#outlet.end();
  }

  /** Says why, and is open for a moment longer. */
  fail(message: string): void {
    this.send({ type: 'ERROR', error: { message } });
    this.#silence();
    setTimeout(() => this.#outlet.end(), LINGER_MS).unref();
  }

  #silence(): void {
    this.#closed = true;
    clearInterval(this.#heartbeats);
  }
}
