import { applyTransaction, recordTransaction, type Transaction, type ZookeeperState, ZookeeperStore } from './store.js';
import { type Change, ZnodeTree } from './tree.js';
import { WatchTable } from './watches.js';

/** What holds a session at the moment; told to go when another connection takes the session or the session ends. */
export interface SessionHolder {
  drop(reason: string): void;
}

export interface Session {
  readonly id: bigint;
  readonly password: Buffer;
  readonly timeoutMs: number;
  /** Monotonic ms at which the session ends unless it is heard of before. */
  deadline: number;
  holder: SessionHolder | null;
}

/** How often real ZooKeeper looks for containers whose last child has gone. */
const CONTAINERS_EVERY_MS = 60_000;

export interface ServiceOptions {
  dataDirectory: string;
  tickMs: number;
  /** Monotonic clock, ms. */
  now?: () => number;
  log?: (message: string) => void;
}

/** ZooKeeper without sockets: sessions, znodes, watches and the disk, changed by one transaction after the other. */
export class ZookeeperService {
  readonly tree = new ZnodeTree();
  readonly watches = new WatchTable();
  readonly sessions = new Map<bigint, Session>();
  readonly tickMs: number;
  readonly unreadableBytes: number;
  readonly #state: ZookeeperState;
  readonly #store: ZookeeperStore;
  readonly #now: () => number;
  readonly #log: (message: string) => void;
  readonly #sweeper: NodeJS.Timeout;
  #sweptAt: number;
  #containersAt: number;
  #nextSession: bigint;

  constructor(options: ServiceOptions) {
    this.tickMs = options.tickMs;
    this.#now = options.now ?? (() => performance.now());
    this.#log = options.log ?? (() => {});
    this.#state = { zxid: 0, tree: this.tree, sessions: new Map() };
    this.#store = new ZookeeperStore(options.dataDirectory);
    this.unreadableBytes = this.#store.load(this.#state);
    // Real ZooKeeper's ids begin with the time too, so that no two lives of a server give out the same.
    this.#nextSession = (BigInt(Date.now()) & 0xffffffffffn) << 16n;
    for (const [id, stored] of this.#state.sessions) {
      // Whoever held it gets its whole timeout to come back.
      this.sessions.set(id, { id, ...stored, deadline: this.#now() + stored.timeoutMs, holder: null });
    }
    this.#sweptAt = this.#now();
    this.#containersAt = this.#sweptAt;
    this.#sweeper = setInterval(() => this.sweep(), Math.max(10, Math.floor(this.tickMs / 4)));
  }

  get zxid(): number {
    return this.#state.zxid;
  }

  /** Opens a session whose timeout lies between two and twenty ticks. */
  openSession(wantedMs: number, holder: SessionHolder): Session {
    const timeoutMs = Math.min(Math.max(wantedMs, 2 * this.tickMs), 20 * this.tickMs);
    this.#nextSession += 1n;
    const opened = {
      id: this.#nextSession,
      password: Buffer.from(crypto.getRandomValues(new Uint8Array(16))),
      timeoutMs,
    };
    this.commit([], { opened });
    const session: Session = { ...opened, deadline: this.#now() + timeoutMs, holder };
    this.sessions.set(session.id, session);
    return session;
  }

  /** The session again, on a new connection; null where it ended or the password is another's. */
  reattach(id: bigint, password: Buffer, holder: SessionHolder): Session | null {
    const session = this.sessions.get(id);
    if (session === undefined || !session.password.equals(password)) return null;
    session.holder?.drop('the session moved to another connection');
    session.holder = holder;
    this.touch(session);
    return session;
  }

  touch(session: Session): void {
    session.deadline = this.#now() + session.timeoutMs;
  }

  /** Ends a session and with it the znodes that live as long as it does. */
  closeSession(session: Session): void {
    if (!this.sessions.delete(session.id)) return;
    const changes = this.tree.ephemeralsOf(session.id).map((path): Change => ({ kind: 'delete', path }));
    this.commit(changes, { closed: session.id });
  }

  /** Writes, then applies, then tells the watchers. */
  commit(changes: Change[], session: Pick<Transaction, 'opened' | 'closed'> = {}): Transaction {
    const transaction: Transaction = { zxid: this.zxid + 1, time: Date.now(), changes, ...session };
    this.#store.append(transaction, this.#state);
    applyTransaction(this.#state, transaction);
    for (const change of changes) this.watches.fire(change);
    return transaction;
  }

  /**
   * Several changes as one: `build` makes each against the tree as the ones before leave it; a throw takes all back.
   * Returns what `build` returned.
   */
  commitTogether<T>(build: (apply: (change: Change) => void, zxid: number) => T): T {
    const transaction: Transaction = { zxid: this.zxid + 1, time: Date.now(), changes: [] };
    const undo: (() => void)[] = [];
    let result: T;
    try {
      result = build((change) => {
        undo.push(this.tree.apply(change, transaction.zxid, transaction.time));
        transaction.changes.push(change);
      }, transaction.zxid);
    } catch (error) {
      for (const takeBack of undo.reverse()) takeBack();
      throw error;
    }
    this.#store.append(transaction, this.#state);
    recordTransaction(this.#state, transaction);
    for (const change of transaction.changes) this.watches.fire(change);
    return result;
  }

  /** Ends the sessions whose time is over; removes containers that are done. */
  sweep(): void {
    const now = this.#now();
    // A server that was frozen itself heard nobody: its clients get that time back before it calls them dead.
    const frozen = now - this.#sweptAt > this.tickMs ? now - this.#sweptAt : 0;
    this.#sweptAt = now;
    for (const session of [...this.sessions.values()]) {
      session.deadline += frozen;
      if (session.deadline > now) continue;
      this.#log(`Expiring session 0x${session.id.toString(16)}, timeout of ${session.timeoutMs}ms exceeded`);
      this.closeSession(session);
      session.holder?.drop('the session expired');
    }
    if (now - this.#containersAt < CONTAINERS_EVERY_MS) return;
    this.#containersAt = now;
    for (const path of this.tree.emptiedContainers()) this.commit([{ kind: 'delete', path }]);
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.#store.close();
  }
}
