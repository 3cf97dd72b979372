import { checkPermission, keptAcl } from './acl.js';
import type { JuteReader } from './jute.js';
import { multi } from './multi.js';
import {
  Code,
  CreateMode,
  checkPath,
  checkVersion,
  Op,
  Permission,
  parentOf,
  readAcls,
  writeStat,
  ZookeeperError,
} from './protocol.js';
import { type Apply, type Caller, nothing, pathFrom, type Write } from './request.js';
import type { ZookeeperService } from './service.js';

/** What cannot be deleted. */
const ROOTS: readonly string[] = ['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota'];

const createWithStat: Write = (service, caller, reader, apply) => {
  const path = create(service, caller, reader, apply);
  const stat = service.tree.statOf(service.tree.get(path));
  return (writer) => writeStat(writer.string(path), stat);
};

/** The requests that change znodes, by number. */
export const writes: { readonly [op: number]: Write } = {
  [Op.create]: (service, caller, reader, apply) => {
    const path = create(service, caller, reader, apply);
    return (writer) => writer.string(path);
  },
  [Op.create2]: createWithStat,
  [Op.createContainer]: createWithStat,
  [Op.createTtl]: createWithStat,
  [Op.delete]: ({ tree }, { identities }, reader, apply) => {
    const path = pathFrom(reader);
    const version = reader.int();
    if (ROOTS.includes(path)) throw new ZookeeperError(Code.badArguments, path);
    const node = tree.get(path);
    checkPermission(tree.get(parentOf(path)), Permission.delete, identities, path);
    checkVersion(version, node.version, path);
    if (node.children.size > 0) throw new ZookeeperError(Code.notEmpty, path);
    apply({ kind: 'delete', path });
    return nothing;
  },
  [Op.setData]: ({ tree }, { identities }, reader, apply) => {
    const path = pathFrom(reader);
    const data = reader.buffer();
    const node = tree.get(path);
    checkPermission(node, Permission.write, identities, path);
    checkVersion(reader.int(), node.version, path);
    apply({ kind: 'set', path, data });
    const stat = tree.statOf(node);
    return (writer) => writeStat(writer, stat);
  },
  [Op.setAcl]: ({ tree }, { identities }, reader, apply) => {
    const path = pathFrom(reader);
    const acl = keptAcl(readAcls(reader), identities, path);
    const node = tree.get(path);
    checkPermission(node, Permission.admin, identities, path);
    checkVersion(reader.int(), node.aversion, path);
    apply({ kind: 'acl', path, acl });
    const stat = tree.statOf(node);
    return (writer) => writeStat(writer, stat);
  },
  [Op.check]: ({ tree }, { identities }, reader) => {
    const path = pathFrom(reader);
    const node = tree.get(path);
    checkPermission(node, Permission.read, identities, path);
    checkVersion(reader.int(), node.version, path);
    return nothing;
  },
  [Op.multi]: (service, caller, reader, apply, zxid) => multi(writes, service, caller, reader, apply, zxid),
};

function create({ tree }: ZookeeperService, { session, identities }: Caller, reader: JuteReader, apply: Apply): string {
  const asked = reader.string();
  const data = reader.buffer();
  const list = readAcls(reader);
  const mode = reader.int();
  // Real ZooKeeper refuses znodes with a time to live unless its extended types are switched on.
  if (mode < CreateMode.persistent || mode > CreateMode.container) throw new ZookeeperError(Code.unimplemented, asked);
  const sequential = mode === CreateMode.persistentSequential || mode === CreateMode.ephemeralSequential;
  checkPath(sequential ? `${asked}1` : asked);
  if (asked === '/') throw new ZookeeperError(Code.nodeExists, asked);
  const acl = keptAcl(list, identities, asked);
  const parent = tree.get(parentOf(asked));
  checkPermission(parent, Permission.create, identities, asked);
  const path = sequential ? `${asked}${String(parent.creates).padStart(10, '0')}` : asked;
  if (tree.find(path) !== undefined) throw new ZookeeperError(Code.nodeExists, path);
  if (parent.owner !== 0n) throw new ZookeeperError(Code.noChildrenForEphemerals, asked);
  const owner = mode === CreateMode.ephemeral || mode === CreateMode.ephemeralSequential ? session.id : 0n;
  apply({ kind: 'create', path, data, owner, acl, container: mode === CreateMode.container });
  return path;
}
