import type { Host } from '../host.js';
import { exitWith } from '../mesos/daemon.js';
import { type MasterInfo, masterPid } from '../mesos/master-info.js';

const SOURCE = 'master.ts:0';

/** Who leads, as one master knows it. One that led and does not any more ends: it knows agents that the next one knows too. */
export class Leadership {
  readonly #self: MasterInfo;
  readonly #now: () => number;
  readonly #host: Host;
  #leader: MasterInfo | null = null;
  #electedTime: number | null = null;

  constructor(self: MasterInfo, now: () => number, host: Host) {
    this.#self = self;
    this.#now = now;
    this.#host = host;
  }

  get leader(): MasterInfo | null {
    return this.#leader;
  }

  /** Seconds since the epoch; null while this master does not lead. */
  get electedTime(): number | null {
    return this.#electedTime;
  }

  won(): void {
    this.#leader = this.#self;
    this.#electedTime = this.#now();
    this.#host.log.info(SOURCE, 'Elected as the leading master!');
  }

  /** Another leads; null where nobody does. */
  lost(leader: MasterInfo | null): void {
    this.#leader = leader;
    const { log } = this.#host;
    if (leader === null) log.info(SOURCE, 'No master was elected.');
    else log.info(SOURCE, `The newly elected leader is ${masterPid(leader)} with id ${leader.id}`);
    if (this.#electedTime === null) return;
    const reason =
      leader === null ? 'Lost leadership after indecisive election' : 'Conceded leadership to another master';
    exitWith(this.#host, SOURCE, `${reason}... committing suicide!`);
  }
}
