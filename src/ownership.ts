/** Whose the files beside a minimesosFile are: its owner's, also where he runs minimesos with sudo. */

import { lchown, stat } from 'node:fs/promises';

/** Gives these paths to the owner of the folder, where the file system lets root do so: only root can, and has to. */
export async function giveToOwnerOf(folder: string, paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid === 0) return;
  await Promise.all(paths.map((path) => lchown(path, uid, gid).catch(() => {})));
}
