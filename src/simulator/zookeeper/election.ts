import type { ZookeeperClient } from './client.js';
import { CreateMode } from './protocol.js';

/** A candidate's znode and what it holds. */
export interface Candidate {
  name: string;
  data: Buffer;
}

export interface ElectionOptions {
  client: ZookeeperClient;
  /** Where the candidates' znodes are. */
  path: string;
  /** What a candidate's znode is called before `_` and its ten digits. */
  label: string;
  /** What to announce oneself with; absent for one who only watches. */
  announce?: Buffer;
  /** Called when who leads changed; `ours` where it is us; null where nobody leads that we know of. */
  onLeader(leader: Candidate | null, ours: boolean): void;
  /** Our candidacy is over because the session is; a new one is made as soon as ZooKeeper answers. */
  onLost?(): void;
  log?: (message: string) => void;
}

/**
 * An election as Mesos (and Marathon's older versions) hold it: every candidate makes an ephemeral sequential znode, and the lowest
 * leads. Each event only says "look again", so that one missed does no harm.
 */
export class Election {
  readonly #options: ElectionOptions;
  #ownName: string | null = null;
  #looking = false;
  #lookAgain = false;
  #leaderName: string | null = null;
  #closed = false;

  constructor(options: ElectionOptions) {
    this.#options = options;
    options.client.listen({
      connected: (fresh) => {
        if (!fresh) options.log?.('Reconnected to ZooKeeper, within the same session');
        this.#look();
      },
      disconnected: () => options.log?.('Lost connection to ZooKeeper, attempting to reconnect ...'),
      expired: () => this.#expired(),
    });
    if (options.client.connected) this.#look();
  }

  close(): void {
    this.#closed = true;
  }

  /** Gives the candidacy up and stands again behind those who wait. */
  async withdraw(): Promise<void> {
    const name = this.#ownName;
    if (name === null) return;
    this.#ownName = null;
    await this.#options.client.delete(`${this.#options.path}/${name}`);
    this.#look();
  }

  #expired(): void {
    if (this.#closed) return;
    this.#options.log?.('ZooKeeper session expired');
    const wasCandidate = this.#ownName !== null;
    this.#ownName = null;
    this.#tell(null);
    if (wasCandidate) this.#options.onLost?.();
  }

  #look(): void {
    if (this.#closed) return;
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    void this.#lookUntilSettled();
  }

  async #lookUntilSettled(): Promise<void> {
    while (this.#lookAgain && !this.#closed) {
      this.#lookAgain = false;
      try {
        await this.#joinIfNeeded();
        await this.#findLeader();
      } catch (error) {
        // The connection went: the next one begins with another look. Any other refusal is looked at again soon.
        if (this.#options.client.connected && !this.#closed) {
          this.#options.log?.(`Election at ${this.#options.path} failed: ${String(error)}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
          this.#lookAgain = true;
        }
      }
    }
    this.#looking = false;
  }

  async #joinIfNeeded(): Promise<void> {
    const { client, path, label, announce, log } = this.#options;
    if (announce === undefined) return client.ensure(path);
    if (this.#ownName !== null) return;
    const session = client.sessionId;
    await client.ensure(path);
    // A create whose answer was lost with its connection may have been done.
    const mine = await this.#madeBy(session);
    const name =
      mine ??
      (await client.create(`${path}/${label}_`, announce, CreateMode.ephemeralSequential)).slice(path.length + 1);
    if (client.sessionId !== session) {
      this.#lookAgain = true;
      return;
    }
    this.#ownName = name;
    log?.(`New candidate (id='${sequenceOf(name)}') has entered the contest for leadership`);
  }

  async #madeBy(session: bigint): Promise<string | undefined> {
    const { client, path } = this.#options;
    for (const name of await this.#candidates()) {
      const stat = await client.exists(`${path}/${name}`);
      if (stat?.ephemeralOwner === session) return name;
    }
    return undefined;
  }

  async #candidates(watch?: () => void): Promise<string[]> {
    const { client, path, label } = this.#options;
    const names = await client.getChildren(path, watch);
    return names
      .filter((name) => name.startsWith(`${label}_`) && Number.isInteger(sequenceOf(name)))
      .sort((a, b) => sequenceOf(a) - sequenceOf(b));
  }

  async #findLeader(): Promise<void> {
    const { client, path } = this.#options;
    const [name] = await this.#candidates(() => this.#look());
    if (name === undefined) {
      this.#tell(null);
      return;
    }
    if (name === this.#leaderName) return;
    const found = await client.exists(`${path}/${name}`);
    if (found === null) {
      this.#lookAgain = true;
      return;
    }
    const { data } = await client.getData(`${path}/${name}`);
    this.#tell({ name, data });
  }

  #tell(leader: Candidate | null): void {
    const name = leader?.name ?? null;
    if (name === this.#leaderName || this.#closed) return;
    this.#leaderName = name;
    const ours = name !== null && name === this.#ownName;
    this.#options.log?.(`Detected a new leader: ${name === null ? 'None' : `(id='${sequenceOf(name)}')`}`);
    this.#options.onLeader(leader, ours);
  }
}

function sequenceOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf('_') + 1), 10);
}
