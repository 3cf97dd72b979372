import { EventType, nameOf, parentOf } from './protocol.js';
import type { Change } from './tree.js';

/** Whoever is told about a watched znode: a connection. */
export interface Watcher {
  readonly sessionId: bigint | null;
  notify(type: EventType, path: string): void;
}

/**
 * `data` (and existence) and `children` are told once; `persistent` is told of both again and again, `recursive` of data and existence
 * of all that is below too.
 */
export type WatchKind = 'data' | 'children' | 'persistent' | 'recursive';

const KINDS: readonly WatchKind[] = ['data', 'children', 'persistent', 'recursive'];
const LASTING: readonly WatchKind[] = ['persistent', 'recursive'];

/** Who watches what. */
export class WatchTable {
  readonly #tables = new Map(KINDS.map((kind) => [kind, new Map<string, Set<Watcher>>()]));

  add(kind: WatchKind, path: string, watcher: Watcher): void {
    const table = this.#table(kind);
    const watchers = table.get(path);
    if (watchers === undefined) table.set(path, new Set([watcher]));
    else watchers.add(watcher);
  }

  /** Whether it watches the path in one of these ways. */
  has(kinds: readonly WatchKind[], path: string, watcher: Watcher): boolean {
    return kinds.some((kind) => this.#table(kind).get(path)?.has(watcher));
  }

  remove(kinds: readonly WatchKind[], path: string, watcher: Watcher): void {
    for (const kind of kinds) this.#drop(this.#table(kind), path, watcher);
  }

  forget(watcher: Watcher): void {
    for (const table of this.#tables.values()) for (const path of table.keys()) this.#drop(table, path, watcher);
  }

  get count(): number {
    return this.entries(KINDS).length;
  }

  /** Every watch of these kinds: its path and who is told. */
  entries(kinds: readonly WatchKind[]): [path: string, watcher: Watcher][] {
    return kinds.flatMap((kind) =>
      [...this.#table(kind)].flatMap(([path, watchers]) =>
        [...watchers].map((watcher): [string, Watcher] => [path, watcher]),
      ),
    );
  }

  /** Tells who watches what the change touched, each watcher once per event. */
  fire(change: Change): void {
    const { path } = change;
    switch (change.kind) {
      case 'create':
        this.#tell(['data'], EventType.created, path);
        this.#tell(['children'], EventType.childrenChanged, parentOf(path));
        return;
      case 'delete':
        this.#tell(['data', 'children'], EventType.deleted, path);
        if (nameOf(path) !== '') this.#tell(['children'], EventType.childrenChanged, parentOf(path));
        return;
      case 'set':
        this.#tell(['data'], EventType.dataChanged, path);
        return;
      case 'acl':
        return;
    }
  }

  #tell(once: readonly WatchKind[], type: EventType, path: string): void {
    const told = new Set<Watcher>();
    for (const kind of once) {
      for (const watcher of this.#table(kind).get(path) ?? []) told.add(watcher);
      this.#table(kind).delete(path);
    }
    for (const watcher of this.#table('persistent').get(path) ?? []) told.add(watcher);
    if (type !== EventType.childrenChanged) for (const watcher of this.#above(path)) told.add(watcher);
    for (const watcher of told) watcher.notify(type, path);
  }

  *#above(path: string): Iterable<Watcher> {
    const table = this.#table('recursive');
    if (table.size === 0) return;
    for (let at = path; ; at = parentOf(at)) {
      yield* table.get(at) ?? [];
      if (at === '/') return;
    }
  }

  #table(kind: WatchKind): Map<string, Set<Watcher>> {
    const table = this.#tables.get(kind);
    if (table === undefined) throw new RangeError(kind);
    return table;
  }

  #drop(table: Map<string, Set<Watcher>>, path: string, watcher: Watcher): void {
    const watchers = table.get(path);
    if (watchers?.delete(watcher) && watchers.size === 0) table.delete(path);
  }
}

/** The kinds that a client's number means: 1 children, 2 data, 3 any. What lasts is both, so each number means it. */
export function kindsOf(type: number): readonly WatchKind[] {
  if (type === 1) return ['children', ...LASTING];
  if (type === 2) return ['data', ...LASTING];
  return KINDS;
}
