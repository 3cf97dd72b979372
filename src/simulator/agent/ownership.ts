/** Whose the files in the work directory are, where a user of the host looks into it. */

import { lstatSync } from 'node:fs';
import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = 0;
const REST_MS = 200;
/** So that looking takes a small part of the time, however much there is to see. */
const RESTS_PER_LOOK = 50;

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Gives what root wrote into a work directory to the owner of the directory, again and again: agent and tasks, those in
 * containers too, run as root, and the user of the host who asked for them could not remove it. Root itself loses nothing by
 * it. Whoever runs as somebody else would: what is theirs stays so. Of root's own directory nothing is given.
 */
export function keepOwner(workDirectory: string): { close(): void } {
  const { uid, gid } = lstatSync(workDirectory, { throwIfNoEntry: false }) ?? { uid: ROOT, gid: ROOT };
  if (uid === ROOT || process.getuid?.() !== ROOT) return { close: () => {} };
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const look = async (): Promise<void> => {
    const startedAt = Date.now();
    await giveAll(workDirectory, { uid, gid });
    if (closed) return;
    timer = setTimeout(look, Math.max(REST_MS, (Date.now() - startedAt) * RESTS_PER_LOOK)).unref();
  };
  void look();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** What goes meanwhile is not missed. A link is given, and not followed. */
export async function giveAll(folder: string, owner: Owner): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    await give(path, owner).catch(() => {});
    if (entry.isDirectory()) await giveAll(path, owner);
  }
}

async function give(path: string, { uid, gid }: Owner): Promise<void> {
  const has = await lstat(path);
  if (has.uid === ROOT) await lchown(path, uid, gid);
}
