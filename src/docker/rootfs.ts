/** A root file system with the Node that is running, a program for it and a shell, as a tar. */

import { constants, createReadStream } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack as packTar } from 'tar-stream';
import { asMinimesosError, MinimesosError } from '../errors.js';
import type { Progress } from './docker.js';
import { librariesOfAll, sharedLibraries } from './shared-libraries.js';

/**
 * Of the host, where it has them: what command tasks and their checks are written with. curl and ps are not among them: each
 * brings more than ten other megabytes of libraries than wget and /proc.
 */
const TOOLS =
  `sh bash awk base64 basename cat chmod chown cp cut date dd df dirname du echo env expr false find fold getent
  grep gunzip gzip head hostname id kill ln ls md5sum mkdir mkfifo mktemp mv nc nice nohup nproc od paste printf pwd readlink
  realpath rm rmdir sed seq setsid sha256sum shuf sleep sort stat stdbuf sync tail tar tee test timeout touch tr true
  truncate tty uname uniq wc wget which whoami xargs yes zcat [`.split(/\s+/);

const TEXTS: Record<string, string> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

const FOLDERS: Record<string, number> = {
  data: 0o755,
  root: 0o700,
  tmp: 0o1777,
  'var/lib/mesos': 0o755,
  'var/log': 0o755,
  'var/tmp': 0o1777,
};

/** Where libraries are found that are not in the loader's default folders, and the authorities for TLS. */
const OPTIONAL_FILES = ['/etc/ld.so.cache', '/etc/ssl/certs/ca-certificates.crt'];

/** Equal content gives an equal layer, which an engine stores once. */
const EPOCH = new Date(0);

/** One file of the image: a path, and whose content it has on this machine. */
interface File {
  path: string;
  source: string;
  size: number;
  mode: number;
}

export interface Rootfs {
  files: File[];
  /** Path in the image → what it points to. */
  links: Map<string, string>;
}

/** Collects what belongs into it; undefined where this machine cannot tell what its Node is made of. */
export async function collectRootfs(bundle: string): Promise<Rootfs | undefined> {
  const node = await realpath(process.execPath);
  // On most hosts both folders are one, and in the image the second of a name leads to the first.
  const tools = await existing(TOOLS.flatMap((tool) => [`/bin/${tool}`, `/usr/bin/${tool}`]));
  const distinct = [...new Map(tools.map((tool) => [basename(tool), tool])).values()];
  const [own, others] = await Promise.all([sharedLibraries(node), librariesOfAll(distinct)]);
  if (own === undefined) return undefined;
  const paths = [node, ...tools, ...own, ...others, ...(await nameServices(own))];
  const files = new Map<string, File>();
  const links = new Map<string, string>(node === '/bin/node' ? [] : [['/bin/node', node]]);
  for (const path of new Set([...paths, ...builtinFiles(process.config), ...(await existing(OPTIONAL_FILES))])) {
    const source = await realpath(path);
    const known = files.get(source);
    if (known) links.set(path, known.path);
    else files.set(source, await fileAt(path, source));
  }
  return { files: [...files.values(), await fileAt('/simulator.mjs', bundle)], links };
}

/** As a tar; `destroy` it to give up early. Told of the bytes that have been read. */
export function packRootfs({ files, links }: Rootfs, onProgress: (progress: Progress) => void): Readable {
  const pack = packTar();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let current = 0;
  const onBytes = (bytes: number): void => {
    current += bytes;
    onProgress({ current, total });
  };
  const fill = async (): Promise<void> => {
    for (const [name, mode] of Object.entries(FOLDERS)) pack.entry({ ...entry(name, mode), type: 'directory' });
    for (const [name, text] of Object.entries(TEXTS)) pack.entry(entry(name, 0o644), text);
    for (const file of files) await append(pack, file, onBytes);
    for (const [path, linkname] of links) pack.entry({ ...entry(path, 0o777), type: 'symlink', linkname });
    pack.finalize();
  };
  fill().catch((thrown: unknown) => pack.destroy(asUnavailable(thrown)));
  return Readable.from(pack, { objectMode: false });
}

/**
 * Distributions may keep parts of Node's own JavaScript in files beside it (Debian does), named where it was configured;
 * without them that Node aborts.
 */
export function builtinFiles(config: object): string[] {
  const { defines = [] } = (config as { target_defaults?: { defines?: string[] } }).target_defaults ?? {};
  return defines.flatMap((define) => /^NODE_SHARED_BUILTIN_\w+_PATH="?(\/[^"]+)"?$/.exec(define)?.[1] ?? []);
}

/** Before glibc 2.34 the look-up of host names was loaded at run time from beside libc, so that ldd does not name it. */
async function nameServices(libraries: string[]): Promise<string[]> {
  const libc = libraries.find((path) => /\/libc\.so\.\d+$/.test(path));
  if (libc === undefined) return [];
  const folder = dirname(libc);
  const names = (await readdir(folder)).filter((name) => /^lib(nss_(dns|files)|resolv)\.so\.\d+$/.test(name));
  return names.map((name) => join(folder, name));
}

async function append(pack: Pack, file: File, onBytes: (bytes: number) => void): Promise<void> {
  const content: Readable = createReadStream(file.source, { highWaterMark: 1024 * 1024 });
  content.on('data', (chunk) => onBytes(chunk.length));
  await pipeline(content, pack.entry({ ...entry(file.path, file.mode), size: file.size }));
}

function entry(path: string, mode: number): Partial<Header> & { name: string } {
  return { name: path.replace(/^\//, ''), mode, mtime: EPOCH, uid: 0, gid: 0 };
}

async function fileAt(path: string, source: string): Promise<File> {
  const { size, mode } = await stat(source);
  return { path, source, size, mode: mode & 0o111 ? 0o755 : 0o644 };
}

async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path, constants.R_OK)
        .then(() => [path])
        .catch(() => []),
    ),
  );
  return found.flat();
}

function asUnavailable(thrown: unknown): MinimesosError {
  if (thrown instanceof MinimesosError) return thrown;
  const { message } = asMinimesosError(thrown);
  return new MinimesosError('IMAGE_UNAVAILABLE', `the image cannot be put together: ${message}`, { cause: thrown });
}
