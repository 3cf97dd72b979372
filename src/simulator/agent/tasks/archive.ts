import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

type Kind = 'tar' | 'gzipped tar' | 'gzip' | 'other';

const KINDS: readonly (readonly [suffix: string, kind: Kind])[] = [
  ['.tar.gz', 'gzipped tar'],
  ['.tgz', 'gzipped tar'],
  ['.tar', 'tar'],
  ['.gz', 'gzip'],
  ['.tar.bz2', 'other'],
  ['.tbz2', 'other'],
  ['.tar.xz', 'other'],
  ['.txz', 'other'],
  ['.zip', 'other'],
];

/** What Mesos' fetcher would unpack; null for what it leaves as it is. */
export function archiveKind(file: string): Kind | null {
  return KINDS.find(([suffix]) => file.endsWith(suffix))?.[1] ?? null;
}

/** Unpacks an archive into a folder; throws for one that it cannot unpack. */
export async function extract(file: string, folder: string): Promise<void> {
  const kind = archiveKind(file);
  if (kind === 'gzip') {
    await pipeline(createReadStream(file), createGunzip(), createWriteStream(file.slice(0, -'.gz'.length)));
    return rm(file);
  }
  if (kind === 'other') throw new Error(`The simulator does not unpack '${file}': tar and gzip only`);
  // Loaded where a task brings an archive, and only then.
  const { extract: reader } = await import('tar-stream');
  const entries = reader();
  const unzipped = kind === 'tar' ? new PassThrough() : createGunzip();
  const read = pipeline(createReadStream(file), unzipped, entries);
  const written = (async () => {
    for await (const entry of entries) {
      await unpack(entry.header, Readable.from(entry), folder);
      entry.resume();
    }
  })();
  await Promise.all([read, written]);
}

interface Header {
  name: string;
  type?: string | null;
  mode?: number;
  linkname?: string | null;
}

async function unpack(header: Header, content: Readable, folder: string): Promise<void> {
  const name = normalize(header.name).replace(/\/+$/, '');
  const target = join(folder, name);
  if (name === '.' || !target.startsWith(`${folder}/`)) return;
  const parent = header.type === 'directory' ? target : dirname(target);
  await mkdir(parent, { recursive: true });
  // A link that was unpacked before must not lead out of the folder.
  if (!(await leadsInto(parent, folder))) return;
  if (header.type === 'link') {
    const other = join(folder, normalize(header.linkname ?? ''));
    if (!(await leadsInto(other, folder))) return;
    await replace(target);
    await link(other, target);
  } else if (header.type === 'symlink') {
    await replace(target);
    await symlink(header.linkname ?? '', target);
  } else if (header.type === 'file' || header.type === 'contiguous-file') {
    await replace(target);
    await pipeline(content, createWriteStream(target));
    await chmod(target, (header.mode ?? 0o644) & 0o777);
  }
}

/** Links followed; false for what is not there. */
async function leadsInto(path: string, folder: string): Promise<boolean> {
  const real = await realpath(path).catch(() => null);
  return real !== null && !relative(await realpath(folder), real).startsWith('..');
}

async function replace(target: string): Promise<void> {
  const there = await lstat(target).catch(() => null);
  if (there !== null && !there.isDirectory()) await rm(target);
}
