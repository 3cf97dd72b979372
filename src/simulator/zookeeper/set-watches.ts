import type { JuteReader } from './jute.js';
import { EventType } from './protocol.js';
import { type Answer, type Caller, nothing } from './request.js';
import type { ZookeeperService } from './service.js';

/** A client that was away sets its watches again; what those that are told once missed meanwhile is told at once. */
export function setWatches(
  { tree, watches }: ZookeeperService,
  { watcher }: Caller,
  reader: JuteReader,
  withLasting: boolean,
): Answer {
  const since = Number(reader.long());
  const paths = (): string[] => reader.vector((each) => each.string());
  const [data, exist, child] = [paths(), paths(), paths()];
  const [persistent, recursive] = withLasting ? [paths(), paths()] : [[], []];
  for (const path of data) {
    const node = tree.find(path);
    if (node === undefined) watcher.notify(EventType.deleted, path);
    else if (node.mzxid > since) watcher.notify(EventType.dataChanged, path);
    else watches.add('data', path, watcher);
  }
  for (const path of exist) {
    if (tree.find(path) !== undefined) watcher.notify(EventType.created, path);
    else watches.add('data', path, watcher);
  }
  for (const path of child) {
    const node = tree.find(path);
    if (node === undefined) watcher.notify(EventType.deleted, path);
    else if (node.pzxid > since) watcher.notify(EventType.childrenChanged, path);
    else watches.add('children', path, watcher);
  }
  for (const path of persistent) watches.add('persistent', path, watcher);
  for (const path of recursive) watches.add('recursive', path, watcher);
  return nothing;
}
