import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { type HttpAnswer, type HttpRequest, json, plainError, text } from '../http.js';
import { entryOf, type FileEntry, modeText, readOwners } from './file-entries.js';

/** Why a file is not to be had: nobody attached it or it is not there, or it is nothing to read so. */
export type FilesProblem = { status: 404 | 400; reason: string };

export type FilePart = { size: number; data: Buffer };

/** Mesos reads no more than sixteen pages at once. */
const MAX_READ_BYTES = 16 * 4096;

const NOT_FOUND: FilesProblem = { status: 404, reason: '' };
const NO_PATH: FilesProblem = { status: 400, reason: "Expecting 'path=value' in query.\n" };

const TYPES: { readonly [extension: string]: string } = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/**
 * The files that a daemon shows under virtual paths: `/files/*`, LIST_FILES and READ_FILE. What is attached is a file or a folder with
 * all that is in it; neither `..` nor a symbolic link leads out of it.
 */
export class Files {
  readonly #attached = new Map<string, string>();

  /** Shows a real file or folder under a virtual path; attached again, the later one counts. */
  attach(virtualPath: string, realPath: string): void {
    this.#attached.set(trimmed(virtualPath), realPath);
  }

  detach(virtualPath: string): void {
    this.#attached.delete(trimmed(virtualPath));
  }

  get attached(): ReadonlyMap<string, string> {
    return this.#attached;
  }

  /** Answers `/files/browse`, `read`, `download` and `debug`; null for every other path. */
  answer({ path, query }: Pick<HttpRequest, 'path' | 'query'>): HttpAnswer | null {
    if (!path.startsWith('/files/')) return null;
    const asked = query.get('path');
    switch (path.slice('/files/'.length)) {
      case 'debug':
        return json(Object.fromEntries(this.#attached));
      case 'browse':
        return asked === null ? refuse(NO_PATH) : this.#browse(asked);
      case 'read':
        return asked === null ? refuse(NO_PATH) : this.#read(asked, query);
      case 'download':
        return asked === null ? refuse(NO_PATH) : this.#download(asked);
      default:
        return plainError(404);
    }
  }

  /** What is in a folder, by name; nothing for a file. */
  list(virtualPath: string): FileEntry[] | FilesProblem {
    const found = this.#resolve(virtualPath);
    if ('status' in found) return found;
    const owners = readOwners();
    const folder = trimmed(virtualPath);
    return namesIn(found.path).flatMap((name) => {
      const stats = statsWithin(join(found.path, name), found.root);
      return stats === undefined ? [] : [entryOf(join(folder, name), stats, owners)];
    });
  }

  /** Part of a file; `offset` -1 asks for the size only, `length` undefined or -1 for as much as is read at once. */
  read(virtualPath: string, offset: number, length?: number): FilePart | FilesProblem {
    const found = this.#resolve(virtualPath);
    if ('status' in found) return found;
    return readPart(found.path, offset, length);
  }

  #browse(asked: string): HttpAnswer {
    const entries = this.list(asked);
    if (!Array.isArray(entries)) return refuse(entries);
    return json(
      entries.map(({ gid, mode, mtime, nlink, path, size, uid }) => {
        return { gid, mode: modeText(mode), mtime, nlink, path, size, uid };
      }),
    );
  }

  #read(asked: string, query: URLSearchParams): HttpAnswer {
    const offset = bound(query, 'offset');
    const length = bound(query, 'length');
    if (typeof offset === 'string') return refuse({ status: 400, reason: offset });
    if (typeof length === 'string') return refuse({ status: 400, reason: length });
    const part = this.read(asked, offset, length);
    if ('status' in part) return refuse(part);
    // The bytes as they are, whatever they say: a file is not always UTF-8, and a part may end within a character.
    const data = JSON.stringify(part.data.toString('latin1'));
    const body = Buffer.from(`{"data":${data},"offset":${offset === -1 ? part.size : offset}}`, 'latin1');
    return { status: 200, body, type: 'application/json' };
  }

  #download(asked: string): HttpAnswer {
    const found = this.#resolve(asked);
    if ('status' in found) return refuse(found);
    const stats = statSync(found.path, { throwIfNoEntry: false });
    if (stats === undefined) return refuse(NOT_FOUND);
    if (!stats.isFile()) return refuse({ status: 400, reason: 'Cannot download a directory.\n' });
    const name = basename(found.path);
    return {
      status: 200,
      headers: { 'Content-Disposition': `attachment; filename=${headerText(name)}` },
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      file: { path: found.path, size: stats.size },
    };
  }

  /** The real path, and the attached one that it lies in, links followed in both. */
  #resolve(virtualPath: string): { path: string; root: string } | FilesProblem {
    const wanted = trimmed(virtualPath);
    for (let prefix = wanted; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))) {
      const attached = this.#attached.get(prefix);
      if (attached === undefined) continue;
      const root = realPath(attached);
      const path = realPath(`${attached}${wanted.slice(prefix.length)}`);
      if (root === undefined || path === undefined) return NOT_FOUND;
      return within(path, root) ? { path, root } : { status: 400, reason: 'Resolved path is inaccessible.\n' };
    }
    return NOT_FOUND;
  }
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '') || '/';
}

function refuse({ status, reason }: FilesProblem): HttpAnswer {
  return text(status, reason);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function within(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Of what a link leads to, or of the link itself where that lies outside. */
function statsWithin(path: string, root: string) {
  const real = realPath(path);
  if (real !== undefined && within(real, root)) return statSync(real, { throwIfNoEntry: false });
  return lstatSync(path, { throwIfNoEntry: false });
}

/** A number of the query; -1 where it is absent, a reason where it is none. */
function bound(query: URLSearchParams, name: 'offset' | 'length'): number | string {
  const given = query.get(name);
  if (given === null) return -1;
  const value = Number(given);
  if (!/^-?\d+$/.test(given) || !Number.isSafeInteger(value)) {
    return `Failed to parse ${name}: Failed to convert '${given}' to number.\n`;
  }
  return value < -1 ? `Negative ${name} provided: ${value}.\n` : value;
}

function readPart(path: string, offset: number, length = -1): FilePart | FilesProblem {
  let file: number;
  try {
    // A named pipe would make an opener wait for its other end.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? NOT_FOUND : { status: 400, reason: `Failed to open file: ${message}.\n` };
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return { status: 400, reason: 'Cannot read a directory.\n' };
    const { size } = stats;
    if (!stats.isFile() || offset === -1 || offset >= size) return { size, data: Buffer.alloc(0) };
    const left = Math.min(MAX_READ_BYTES, size - offset);
    const data = Buffer.alloc(length === -1 ? left : Math.min(left, length));
    return { size, data: data.subarray(0, readSync(file, data, 0, data.length, offset)) };
  } finally {
    closeSync(file);
  }
}

/** A file's name as a header can hold it. */
function headerText(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '_');
}
