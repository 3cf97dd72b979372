import { checkPermission, shownAcl, userOf } from './acl.js';
import type { JuteReader } from './jute.js';
import { Code, Op, Permission, writeAcls, writeStat, ZookeeperError } from './protocol.js';
import { usedQuota } from './quotas.js';
import { type Caller, nothing, pathFrom, type Read } from './request.js';
import type { ZookeeperService } from './service.js';
import { setWatches } from './set-watches.js';
import { kindsOf } from './watches.js';

/** The requests that only look, by number. */
export const reads: { readonly [op: number]: Read } = {
  [Op.exists]: ({ tree, watches }, { watcher }, reader) => {
    const path = pathFrom(reader);
    // Set whether the znode is there or not: an exists watch waits for its creation too.
    if (reader.bool()) watches.add('data', path, watcher);
    const stat = tree.statOf(tree.get(path));
    return (writer) => writeStat(writer, stat);
  },
  [Op.getData]: ({ tree, watches }, { watcher, identities }, reader) => {
    const path = pathFrom(reader);
    const node = tree.get(path);
    checkPermission(node, Permission.read, identities, path);
    if (reader.bool()) watches.add('data', path, watcher);
    const shown = { ...node, data: usedQuota(tree, path) ?? node.data };
    return (writer) => writeStat(writer.buffer(shown.data), tree.statOf(shown));
  },
  [Op.getChildren]: (service, caller, reader) => {
    const { node } = children(service, caller, reader);
    return (writer) => writer.vector([...node.children], (to, name) => to.string(name));
  },
  [Op.getChildren2]: (service, caller, reader) => {
    const { node } = children(service, caller, reader);
    return (writer) => {
      writer.vector([...node.children], (to, name) => to.string(name));
      writeStat(writer, service.tree.statOf(node));
    };
  },
  [Op.getAcl]: ({ tree }, { identities }, reader) => {
    const path = pathFrom(reader);
    const node = tree.get(path);
    checkPermission(node, Permission.read | Permission.admin, identities, path);
    return (writer) => {
      writeAcls(writer, shownAcl(node, identities));
      writeStat(writer, tree.statOf(node));
    };
  },
  [Op.sync]: (_service, _caller, reader) => {
    const path = pathFrom(reader);
    return (writer) => writer.string(path);
  },
  [Op.getEphemerals]: ({ tree }, { session }, reader) => {
    const prefix = reader.string();
    const paths = tree
      .ephemeralsOf(session.id)
      .filter((path) => path.startsWith(prefix))
      .sort();
    return (writer) => writer.vector(paths, (to, path) => to.string(path));
  },
  [Op.getAllChildrenNumber]: ({ tree }, { identities }, reader) => {
    const path = pathFrom(reader);
    checkPermission(tree.get(path), Permission.read, identities, path);
    return (writer) => writer.int(tree.sizeOf(path).count - 1);
  },
  [Op.whoAmI]:
    (_service, { identities }) =>
    (writer) =>
      writer.vector(identities, (to, each) => to.string(each.scheme).string(userOf(each))),
  [Op.reconfig]: () => {
    throw new ZookeeperError(Code.reconfigDisabled);
  },
  [Op.ping]: () => nothing,
  [Op.setWatches]: (service, caller, reader) => setWatches(service, caller, reader, false),
  [Op.setWatches2]: (service, caller, reader) => setWatches(service, caller, reader, true),
  [Op.addWatch]: ({ watches }, { watcher }, reader) => {
    const path = pathFrom(reader);
    watches.add(reader.int() === 1 ? 'recursive' : 'persistent', path, watcher);
    return (writer) => writer.int(Code.ok);
  },
  [Op.checkWatches]: (service, caller, reader) => {
    watched(service, caller, reader);
    return nothing;
  },
  [Op.removeWatches]: (service, caller, reader) => {
    const { kinds, path } = watched(service, caller, reader);
    service.watches.remove(kinds, path, caller.watcher);
    return nothing;
  },
};

function children({ tree, watches }: ZookeeperService, { watcher, identities }: Caller, reader: JuteReader) {
  const path = pathFrom(reader);
  const node = tree.get(path);
  checkPermission(node, Permission.read, identities, path);
  if (reader.bool()) watches.add('children', path, watcher);
  return { node };
}

function watched({ watches }: ZookeeperService, { watcher }: Caller, reader: JuteReader) {
  const path = pathFrom(reader);
  const kinds = kindsOf(reader.int());
  if (!watches.has(kinds, path, watcher)) throw new ZookeeperError(Code.noWatcher, path);
  return { kinds, path };
}
