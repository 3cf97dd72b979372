import { constants, readFileSync, type Stats } from 'node:fs';

/** A file as it is listed. */
export interface FileEntry {
  /** As it was asked for: the virtual folder's path and the name. */
  path: string;
  nlink: number;
  size: number;
  /** Seconds since the epoch. */
  mtime: number;
  /** As stat has it. */
  mode: number;
  uid: string;
  gid: string;
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.S_IFSOCK, 's'],
  [constants.S_IFLNK, 'l'],
  [constants.S_IFREG, '-'],
  [constants.S_IFBLK, 'b'],
  [constants.S_IFDIR, 'd'],
  [constants.S_IFCHR, 'c'],
  [constants.S_IFIFO, 'p'],
]);

/** A mode as `ls -l` writes it, `-rw-r--r--`. */
export function modeText(mode: number): string {
  const bit = (mask: number, letter: string): string => ((mode & mask) === 0 ? '-' : letter);
  const execute = (mask: number, special: number, letter: string): string => {
    if ((mode & special) === 0) return bit(mask, 'x');
    return (mode & mask) === 0 ? letter.toUpperCase() : letter;
  };
  return [
    KINDS.get(mode & constants.S_IFMT) ?? '?',
    bit(0o400, 'r') + bit(0o200, 'w') + execute(0o100, 0o4000, 's'),
    bit(0o040, 'r') + bit(0o020, 'w') + execute(0o010, 0o2000, 's'),
    bit(0o004, 'r') + bit(0o002, 'w') + execute(0o001, 0o1000, 't'),
  ].join('');
}

/** The entry of one file, its owners by the names that they have in the system's tables. */
export function entryOf(path: string, stats: Stats, owners: Owners): FileEntry {
  const { nlink, size, mtimeMs, mode, uid, gid } = stats;
  return {
    path,
    nlink,
    size,
    mtime: Math.floor(mtimeMs / 1000),
    mode,
    uid: owners.users.get(uid) ?? String(uid),
    gid: owners.groups.get(gid) ?? String(gid),
  };
}

export interface Owners {
  users: ReadonlyMap<number, string>;
  groups: ReadonlyMap<number, string>;
}

export function readOwners(): Owners {
  return { users: namesIn('/etc/passwd'), groups: namesIn('/etc/group') };
}

/** `name:password:id:…` a line; nothing where the table is not there. */
function namesIn(table: string): Map<number, string> {
  try {
    const rows = readFileSync(table, 'utf8').trim().split('\n');
    return new Map(rows.map((row) => row.split(':')).map(([name = '', , id = '']) => [Number(id), name]));
  } catch {
    return new Map();
  }
}
