/** Marathon's events, as pokes: that something happened to an app, and nothing of what. */

import { get as request } from 'node:http';
import type { Clock } from '../world.js';

/** For people: `marathon: deployment_success`. */
export type Poke = (reason: string) => void;

/** All others say nothing about where an app stands. */
const TOLD = new Set([
  ...['api_post_event', 'app_terminated_event', 'group_change_success', 'deployment_success', 'deployment_failed'],
  ...['status_update_event', 'health_status_changed_event'],
]);

const PAUSE_MS = 1_000;

/** Follows one Marathon at a time. A stream that is lost is connected again, until somebody follows another, or none. */
export class MarathonWatch {
  #address: string | undefined;
  #connection = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly poke: Poke,
  ) {}

  /** `address`: `HOST:PORT`. Told at every pass; undefined where none leads. */
  follow(address: string | undefined): void {
    if (address === this.#address) return;
    this.close();
    this.#address = address;
    this.#connection = new AbortController();
    if (address) void this.#keep(address, this.#connection.signal);
  }

  close(): void {
    this.#connection.abort();
    this.#address = undefined;
  }

  /** Never rejects: a Marathon that is gone is found missing by the next look. */
  async #keep(address: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#stream(address, signal).catch(() => {});
      await this.clock.wait(PAUSE_MS, signal);
    }
  }

  #stream(address: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { accept: 'text/event-stream' };
      const outgoing = request(`http://${address}/v2/events`, { headers, signal, agent: false }, (incoming) => {
        let rest = '';
        incoming.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split(/\r?\n/);
          // Of a line without an end nothing is kept but what the name of an event may take.
          rest = (lines.pop() ?? '').slice(0, 100);
          for (const line of lines) this.#read(line);
        });
        incoming.on('error', reject).on('close', resolve);
      });
      outgoing.on('error', reject);
    });
  }

  #read(line: string): void {
    const event = /^event: ?(\w+)/.exec(line)?.[1];
    if (event && TOLD.has(event)) this.poke(`marathon: ${event}`);
  }
}
