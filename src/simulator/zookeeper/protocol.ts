import type { JuteReader, JuteWriter } from './jute.js';

/** ZooKeeper's request types, as its clients number them. */
export const Op = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getAcl: 6,
  setAcl: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  createTtl: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  closeSession: -11,
} as const;

/** ZooKeeper's error codes. */
export const Code = {
  ok: 0,
  runtimeInconsistency: -2,
  connectionLoss: -4,
  marshallingError: -5,
  unimplemented: -6,
  badArguments: -8,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
  noWatcher: -121,
  reconfigDisabled: -123,
} as const;

/** What a watch tells. */
export const EventType = { created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4 } as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

/** The xids that are no request's number. */
export const Xid = { event: -1, ping: -2, auth: -4, setWatches: -8 } as const;

/** The flags of create. */
export const CreateMode = {
  persistent: 0,
  ephemeral: 1,
  persistentSequential: 2,
  ephemeralSequential: 3,
  container: 4,
  ttl: 5,
  ttlSequential: 6,
} as const;

/** A request that ZooKeeper refuses, with the code that its client sees. */
export class ZookeeperError extends Error {
  readonly code: number;

  constructor(code: number, path = '') {
    super(`ZooKeeper error ${code}${path === '' ? '' : ` for ${path}`}`);
    this.code = code;
  }
}

/** True for a refusal with this code. */
export function isRefusal(error: unknown, code: number): boolean {
  return error instanceof ZookeeperError && error.code === code;
}

/** A znode's metadata as the wire carries it; times in ms since the epoch, zxids below 2^53. */
export interface Stat {
  czxid: number;
  mzxid: number;
  ctime: number;
  mtime: number;
  version: number;
  cversion: number;
  aversion: number;
  ephemeralOwner: bigint;
  dataLength: number;
  numChildren: number;
  pzxid: number;
}

/** Who somebody is, or who an entry of an access list means. */
export interface Identity {
  scheme: string;
  id: string;
}

/** One entry of an access list. */
export interface Acl extends Identity {
  perms: number;
}

/** The bits of `perms`. */
export const Permission = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const;

export const OPEN_ACL: readonly Acl[] = [{ perms: 31, scheme: 'world', id: 'anyone' }];

/** -1 stands for any version. */
export function checkVersion(wanted: number, actual: number, path: string): void {
  if (wanted !== -1 && wanted !== actual) throw new ZookeeperError(Code.badVersion, path);
}

export function writeStat(writer: JuteWriter, stat: Stat): void {
  writer.long(stat.czxid).long(stat.mzxid).long(stat.ctime).long(stat.mtime);
  writer.int(stat.version).int(stat.cversion).int(stat.aversion).long(stat.ephemeralOwner);
  writer.int(stat.dataLength).int(stat.numChildren).long(stat.pzxid);
}

export function readStat(reader: JuteReader): Stat {
  return {
    czxid: Number(reader.long()),
    mzxid: Number(reader.long()),
    ctime: Number(reader.long()),
    mtime: Number(reader.long()),
    version: reader.int(),
    cversion: reader.int(),
    aversion: reader.int(),
    ephemeralOwner: reader.long(),
    dataLength: reader.int(),
    numChildren: reader.int(),
    pzxid: Number(reader.long()),
  };
}

export function writeAcls(writer: JuteWriter, acls: readonly Acl[]): void {
  writer.vector(acls, (to, acl) => to.int(acl.perms).string(acl.scheme).string(acl.id));
}

export function readAcls(reader: JuteReader): Acl[] {
  return reader.vector((from) => ({ perms: from.int(), scheme: from.string(), id: from.string() }));
}

/** A path's parent; '/' for a child of the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last name in a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Refuses what ZooKeeper refuses in a path: relative, empty names, `.`, `..`, a slash at the end, control characters. */
export function checkPath(path: string): void {
  if (path === '/') return;
  const names = path.split('/');
  const wrong =
    names.shift() !== '' ||
    names.some((name) => name === '' || name === '.' || name === '..') ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that ZooKeeper refuses.
    /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/.test(path);
  if (wrong) throw new ZookeeperError(Code.badArguments, path);
}
