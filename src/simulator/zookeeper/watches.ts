import { EventType, nameOf, parentOf } from './protocol.js';
import type { Change } from './tree.js';

/** Whoever is told about a watched znode: a connection. */
export interface Watcher {
  notify(type: EventType, path: string): void;
}

/** One-shot watches: each is told once and is gone. */
export class WatchTable {
  readonly #data = new Map<string, Set<Watcher>>();
  readonly #children = new Map<string, Set<Watcher>>();

  /** On a znode's data and existence; set by getData and exists. */
  addData(path: string, watcher: Watcher): void {
    add(this.#data, path, watcher);
  }

  addChildren(path: string, watcher: Watcher): void {
    add(this.#children, path, watcher);
  }

  get count(): number {
    let count = 0;
    for (const table of [this.#data, this.#children]) for (const watchers of table.values()) count += watchers.size;
    return count;
  }

  forget(watcher: Watcher): void {
    for (const table of [this.#data, this.#children]) {
      for (const [path, watchers] of table) if (watchers.delete(watcher) && watchers.size === 0) table.delete(path);
    }
  }

  /** Tells who watches what the change touched, each watcher once per event. */
  fire(change: Change): void {
    const { path } = change;
    switch (change.kind) {
      case 'create':
        tell(take(this.#data, path), EventType.created, path);
        tell(take(this.#children, parentOf(path)), EventType.childrenChanged, parentOf(path));
        return;
      case 'delete':
        tell(new Set([...take(this.#data, path), ...take(this.#children, path)]), EventType.deleted, path);
        if (nameOf(path) !== '') tell(take(this.#children, parentOf(path)), EventType.childrenChanged, parentOf(path));
        return;
      case 'set':
        tell(take(this.#data, path), EventType.dataChanged, path);
        return;
      case 'acl':
        return;
    }
  }
}

function add(table: Map<string, Set<Watcher>>, path: string, watcher: Watcher): void {
  const watchers = table.get(path);
  if (watchers === undefined) table.set(path, new Set([watcher]));
  else watchers.add(watcher);
}

function take(table: Map<string, Set<Watcher>>, path: string): Set<Watcher> {
  const watchers = table.get(path) ?? new Set();
  table.delete(path);
  return watchers;
}

function tell(watchers: Set<Watcher>, type: EventType, path: string): void {
  for (const watcher of watchers) watcher.notify(type, path);
}
