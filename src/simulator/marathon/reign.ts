import type { Host } from '../host.js';
import type { ZookeeperClient } from '../zookeeper/client.js';
import { Leadership } from './leadership.js';
import type { MarathonOptions } from './options.js';

const SOURCE = 'marathon.ts:0';
const LOAD_AGAIN_MS = 100;

/** Whether this Marathon leads, and what it has while it does. */
export class Reign {
  readonly #make: () => Leadership;
  readonly #host: Host;
  #wanted = false;
  #leadership: Leadership | null = null;
  #beginning: Leadership | null = null;
  #begun: Promise<void> = Promise.resolve();

  constructor(options: MarathonOptions, client: ZookeeperClient, host: Host, abdicate: () => void) {
    this.#host = host;
    this.#make = () => new Leadership({ options, client, log: host.log, abdicate });
  }

  /** Null until it knows what there is. */
  get leadership(): Leadership | null {
    return this.#leadership;
  }

  /** Done when it knows what there is, or leads no more. */
  get begun(): Promise<void> {
    return this.#begun;
  }

  set(ours: boolean): void {
    if (ours === this.#wanted) return;
    this.#wanted = ours;
    if (ours) this.#begun = this.#begin();
    else {
      this.#beginning?.end();
      this.#leadership?.end();
      this.#beginning = null;
      this.#leadership = null;
    }
  }

  async #begin(): Promise<void> {
    const beginning = this.#make();
    this.#beginning = beginning;
    for (;;) {
      try {
        await beginning.begin();
        break;
      } catch (error) {
        this.#host.log.warning(SOURCE, `Cannot read what there is: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, LOAD_AGAIN_MS));
        if (this.#beginning !== beginning) return;
      }
    }
    if (this.#beginning !== beginning) {
      beginning.end();
      return;
    }
    this.#beginning = null;
    this.#leadership = beginning;
    this.#host.log.info(SOURCE, `Leading, with ${beginning.changes.root.apps.size} apps`);
  }
}
