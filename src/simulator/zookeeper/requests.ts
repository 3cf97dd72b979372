import { type JuteReader, JuteWriter } from './jute.js';
import { multi } from './multi.js';
import {
  type Acl,
  Code,
  CreateMode,
  checkPath,
  EventType,
  OPEN_ACL,
  Op,
  parentOf,
  readAcls,
  writeAcls,
  writeStat,
  ZookeeperError,
} from './protocol.js';
import type { Answer, Apply, Caller, Read, Write } from './request.js';
import type { ZookeeperService } from './service.js';

const nothing: Answer = () => {};

/** Answers one request; throws ZookeeperError for a refusal and MalformedFrame for a request that is none. */
export function answer(service: ZookeeperService, caller: Caller, op: number, reader: JuteReader): Answer {
  const write = writers[op];
  if (write !== undefined) return service.commitTogether((apply, zxid) => write(service, caller, reader, apply, zxid));
  const read = readers[op];
  if (read === undefined) throw new ZookeeperError(Code.unimplemented);
  return read(service, caller, reader);
}

function pathFrom(reader: JuteReader): string {
  const path = reader.string();
  checkPath(path);
  return path;
}

const readers: { [op: number]: Read } = {
  [Op.exists]: ({ tree, watches }, { watcher }, reader) => {
    const path = pathFrom(reader);
    // Set whether the znode is there or not: an exists watch waits for its creation too.
    if (reader.bool()) watches.addData(path, watcher);
    const stat = tree.statOf(tree.get(path));
    return (writer) => writeStat(writer, stat);
  },
  [Op.getData]: ({ tree, watches }, { watcher }, reader) => {
    const path = pathFrom(reader);
    const node = tree.get(path);
    if (reader.bool()) watches.addData(path, watcher);
    return (writer) => writeStat(writer.buffer(node.data), tree.statOf(node));
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
  [Op.getAcl]: ({ tree }, _caller, reader) => {
    const node = tree.get(pathFrom(reader));
    return (writer) => {
      writeAcls(writer, node.acl ?? OPEN_ACL);
      writeStat(writer, tree.statOf(node));
    };
  },
  [Op.sync]: (_service, _caller, reader) => {
    const path = pathFrom(reader);
    return (writer) => writer.string(path);
  },
  [Op.ping]: () => nothing,
  [Op.setWatches]: setWatches,
};

function children({ tree, watches }: ZookeeperService, { watcher }: Caller, reader: JuteReader) {
  const path = pathFrom(reader);
  const node = tree.get(path);
  if (reader.bool()) watches.addChildren(path, watcher);
  return { node };
}

/** A client that was away sets its watches again; what happened meanwhile is told at once. */
function setWatches({ tree, watches }: ZookeeperService, { watcher }: Caller, reader: JuteReader): Answer {
  const since = Number(reader.long());
  const [data, exist, child] = [reader, reader, reader].map((from) => from.vector((each) => each.string()));
  for (const path of data ?? []) {
    const node = tree.find(path);
    if (node === undefined) watcher.notify(EventType.deleted, path);
    else if (node.mzxid > since) watcher.notify(EventType.dataChanged, path);
    else watches.addData(path, watcher);
  }
  for (const path of exist ?? []) {
    if (tree.find(path) !== undefined) watcher.notify(EventType.created, path);
    else watches.addData(path, watcher);
  }
  for (const path of child ?? []) {
    const node = tree.find(path);
    if (node === undefined) watcher.notify(EventType.deleted, path);
    else if (node.pzxid > since) watcher.notify(EventType.childrenChanged, path);
    else watches.addChildren(path, watcher);
  }
  return nothing;
}

const writers: { [op: number]: Write } = {
  [Op.create]: (service, caller, reader, apply) => {
    const path = create(service, caller, reader, apply);
    return (writer) => writer.string(path);
  },
  [Op.create2]: (service, caller, reader, apply) => {
    const path = create(service, caller, reader, apply);
    const stat = service.tree.statOf(service.tree.get(path));
    return (writer) => writeStat(writer.string(path), stat);
  },
  [Op.delete]: ({ tree }, _caller, reader, apply) => {
    const path = pathFrom(reader);
    const version = reader.int();
    if (path === '/' || path === '/zookeeper') throw new ZookeeperError(Code.badArguments, path);
    const node = tree.get(path);
    checkVersion(version, node.version, path);
    if (node.children.size > 0) throw new ZookeeperError(Code.notEmpty, path);
    apply({ kind: 'delete', path });
    return nothing;
  },
  [Op.setData]: ({ tree }, _caller, reader, apply) => {
    const path = pathFrom(reader);
    const data = reader.buffer() ?? Buffer.alloc(0);
    checkVersion(reader.int(), tree.get(path).version, path);
    apply({ kind: 'set', path, data });
    const stat = tree.statOf(tree.get(path));
    return (writer) => writeStat(writer, stat);
  },
  [Op.setAcl]: ({ tree }, _caller, reader, apply) => {
    const path = pathFrom(reader);
    const acl = checkedAcl(readAcls(reader), path);
    checkVersion(reader.int(), tree.get(path).aversion, path);
    apply({ kind: 'acl', path, acl });
    const stat = tree.statOf(tree.get(path));
    return (writer) => writeStat(writer, stat);
  },
  [Op.check]: ({ tree }, _caller, reader) => {
    const path = pathFrom(reader);
    checkVersion(reader.int(), tree.get(path).version, path);
    return nothing;
  },
  [Op.multi]: (service, caller, reader, apply, zxid) => multi(writers, service, caller, reader, apply, zxid),
};

function create({ tree }: ZookeeperService, { session }: Caller, reader: JuteReader, apply: Apply): string {
  const asked = reader.string();
  const data = reader.buffer() ?? Buffer.alloc(0);
  const acl = readAcls(reader);
  const mode = reader.int();
  if (mode < CreateMode.persistent || mode > CreateMode.ephemeralSequential)
    throw new ZookeeperError(Code.unimplemented);
  const sequential = mode >= CreateMode.persistentSequential;
  checkPath(sequential ? `${asked}1` : asked);
  if (asked === '/') throw new ZookeeperError(Code.nodeExists, asked);
  checkedAcl(acl, asked);
  const parent = tree.get(parentOf(asked));
  if (parent.owner !== 0n) throw new ZookeeperError(Code.noChildrenForEphemerals, asked);
  const path = sequential ? `${asked}${String(parent.creates).padStart(10, '0')}` : asked;
  if (tree.find(path) !== undefined) throw new ZookeeperError(Code.nodeExists, path);
  const owner = mode === CreateMode.ephemeral || mode === CreateMode.ephemeralSequential ? session.id : 0n;
  apply({ kind: 'create', path, data, owner, acl: isOpen(acl) ? null : acl });
  return path;
}

function checkedAcl(acl: Acl[], path: string): Acl[] {
  if (acl.length === 0) throw new ZookeeperError(Code.invalidAcl, path);
  return acl;
}

function isOpen(acl: Acl[]): boolean {
  return acl.length === 1 && acl[0]?.scheme === 'world' && acl[0].perms === 31;
}

function checkVersion(wanted: number, actual: number, path: string): void {
  if (wanted !== -1 && wanted !== actual) throw new ZookeeperError(Code.badVersion, path);
}

/** The header of an answer: the request's xid, the last zxid, the code. */
export function replyHeader(xid: number, zxid: number, code: number): JuteWriter {
  return new JuteWriter().int(xid).long(zxid).int(code);
}
