import { type Acl, Code, nameOf, parentOf, type Stat, ZookeeperError } from './protocol.js';

/** A change to one znode, already checked: applying it to the tree it was checked against cannot fail. */
export type Change =
  | { kind: 'create'; path: string; data: Buffer | null; owner: bigint; acl: Acl[] | null; container?: boolean }
  | { kind: 'delete'; path: string }
  | { kind: 'set'; path: string; data: Buffer | null }
  | { kind: 'acl'; path: string; acl: Acl[] | null };

/** A znode; `data` null is what was made without any; `creates` counts the children ever made, which numbers sequential znodes; `acl` null means open to all. */
export interface Znode {
  data: Buffer | null;
  acl: Acl[] | null;
  owner: bigint;
  czxid: number;
  mzxid: number;
  pzxid: number;
  ctime: number;
  mtime: number;
  version: number;
  aversion: number;
  creates: number;
  /** Goes when its last child has gone. */
  container: boolean;
  children: Set<string>;
}

function freshZnode(): Znode {
  const counters = { czxid: 0, mzxid: 0, pzxid: 0, ctime: 0, mtime: 0, version: 0, aversion: 0, creates: 0 };
  return { data: Buffer.alloc(0), acl: null, owner: 0n, ...counters, container: false, children: new Set() };
}

/** The owner that a container's Stat tells. */
const CONTAINER_OWNER = -(2n ** 63n);

/** What may be read and not changed. */
const READ_ONLY: Acl[] = [{ perms: 1, scheme: 'world', id: 'anyone' }];

/** The znodes, without sessions, watches or disk. */
export class ZnodeTree {
  readonly #nodes = new Map<string, Znode>();
  readonly #ephemerals = new Map<bigint, Set<string>>();

  constructor() {
    this.#nodes.set('/', freshZnode());
    for (const path of ['/zookeeper', '/zookeeper/config', '/zookeeper/quota']) {
      const acl = path === '/zookeeper/config' ? READ_ONLY : null;
      this.apply({ kind: 'create', path, data: Buffer.alloc(0), owner: 0n, acl }, 0, 0);
    }
  }

  get size(): number {
    return this.#nodes.size;
  }

  get ephemeralCount(): number {
    let count = 0;
    for (const paths of this.#ephemerals.values()) count += paths.size;
    return count;
  }

  /** Of a znode and all below it: how many, and how much data. */
  sizeOf(path: string): { count: number; bytes: number } {
    const prefix = path === '/' ? path : `${path}/`;
    let [count, bytes] = [0, 0];
    for (const [each, { data }] of this.#nodes) {
      if (each !== path && !each.startsWith(prefix)) continue;
      count += 1;
      bytes += data?.length ?? 0;
    }
    return { count, bytes };
  }

  /** The containers whose last child has gone. */
  emptiedContainers(): string[] {
    const emptied = [...this.#nodes].filter(
      ([, node]) => node.container && node.creates > 0 && node.children.size === 0,
    );
    return emptied.map(([path]) => path);
  }

  /** By session, what lives as long as it does. */
  ephemerals(): [session: bigint, paths: string[]][] {
    return [...this.#ephemerals].map(([session, paths]) => [session, [...paths]]);
  }

  /** Bytes of paths and data, as far as they can be told. */
  get dataSize(): number {
    let bytes = 0;
    for (const [path, { data }] of this.#nodes) bytes += Buffer.byteLength(path) + (data?.length ?? 0);
    return bytes;
  }

  entries(): IterableIterator<[string, Znode]> {
    return this.#nodes.entries();
  }

  find(path: string): Znode | undefined {
    return this.#nodes.get(path);
  }

  /** The znode at the path; a NoNode refusal where there is none. */
  get(path: string): Znode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new ZookeeperError(Code.noNode, path);
    return node;
  }

  ephemeralsOf(session: bigint): string[] {
    return [...(this.#ephemerals.get(session) ?? [])];
  }

  statOf(node: Znode): Stat {
    const { czxid, mzxid, ctime, mtime, version, aversion, owner, pzxid } = node;
    const numChildren = node.children.size;
    // The wire's cversion counts removals too; the tree counts creations only.
    const cversion = node.creates * 2 - numChildren;
    const dataLength = node.data?.length ?? 0;
    return {
      czxid,
      mzxid,
      ctime,
      mtime,
      version,
      cversion,
      aversion,
      ephemeralOwner: node.container ? CONTAINER_OWNER : owner,
      dataLength,
      numChildren,
      pzxid,
    };
  }

  /** Puts a znode back as a snapshot holds it; parents come before their children. */
  restore(path: string, node: Omit<Znode, 'children'>): void {
    const existing = this.#nodes.get(path);
    this.#nodes.set(path, { ...node, children: existing?.children ?? new Set() });
    if (path !== '/') this.get(parentOf(path)).children.add(nameOf(path));
    if (node.owner !== 0n) this.#own(node.owner, path);
  }

  /** Makes a checked change and returns how to take it back (for a multi whose later part is refused). */
  apply(change: Change, zxid: number, time: number): () => void {
    switch (change.kind) {
      case 'create':
        return this.#create(change, zxid, time);
      case 'delete':
        return this.#delete(change.path, zxid);
      case 'set': {
        const node = this.get(change.path);
        const before = { data: node.data, version: node.version, mzxid: node.mzxid, mtime: node.mtime };
        Object.assign(node, { data: change.data, version: node.version + 1, mzxid: zxid, mtime: time });
        return () => Object.assign(node, before);
      }
      case 'acl': {
        const node = this.get(change.path);
        const before = { acl: node.acl, aversion: node.aversion };
        Object.assign(node, { acl: change.acl, aversion: node.aversion + 1 });
        return () => Object.assign(node, before);
      }
    }
  }

  #create(change: Extract<Change, { kind: 'create' }>, zxid: number, time: number): () => void {
    const { path, data, owner, acl, container = false } = change;
    const parent = this.get(parentOf(path));
    const pzxid = parent.pzxid;
    this.#nodes.set(path, {
      ...freshZnode(),
      data,
      acl,
      owner,
      container,
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: time,
      mtime: time,
    });
    parent.children.add(nameOf(path));
    parent.creates += 1;
    parent.pzxid = zxid;
    if (owner !== 0n) this.#own(owner, path);
    return () => {
      this.#nodes.delete(path);
      parent.children.delete(nameOf(path));
      parent.creates -= 1;
      parent.pzxid = pzxid;
      if (owner !== 0n) this.#disown(owner, path);
    };
  }

  #delete(path: string, zxid: number): () => void {
    const node = this.get(path);
    const parent = this.get(parentOf(path));
    const pzxid = parent.pzxid;
    this.#nodes.delete(path);
    parent.children.delete(nameOf(path));
    parent.pzxid = zxid;
    if (node.owner !== 0n) this.#disown(node.owner, path);
    return () => {
      this.#nodes.set(path, node);
      parent.children.add(nameOf(path));
      parent.pzxid = pzxid;
      if (node.owner !== 0n) this.#own(node.owner, path);
    };
  }

  #own(session: bigint, path: string): void {
    const paths = this.#ephemerals.get(session);
    if (paths === undefined) this.#ephemerals.set(session, new Set([path]));
    else paths.add(path);
  }

  #disown(session: bigint, path: string): void {
    const paths = this.#ephemerals.get(session);
    paths?.delete(path);
    if (paths?.size === 0) this.#ephemerals.delete(session);
  }
}
