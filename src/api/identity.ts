/** Which cluster a minimesosFile means: its id comes from the real path of the file. */

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MinimesosError } from '../errors.js';

export interface ClusterRef {
  /** The first 10 hex digits of SHA-256 of `file`, or as given. */
  id: string;
  /** Absolute real path of the minimesosFile, which need not exist any more. */
  file: string;
  /** The process that it lives and dies with, as `session.ts` writes it. */
  session?: string;
}

export async function identify(file: string, cluster?: string): Promise<ClusterRef> {
  const path = await realPath(resolve(file));
  if (cluster === undefined) return { id: createHash('sha256').update(path).digest('hex').slice(0, 10), file: path };
  if (!/^[a-z0-9-]{1,40}$/.test(cluster)) {
    throw new MinimesosError('USAGE', `"${cluster}" is no cluster id`, { hint: 'use up to 40 of a-z, 0-9 and -' });
  }
  return { id: cluster, file: path };
}

/** Of a file that is gone: the real path of its folder, so that its cluster can still be destroyed. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  }
}
