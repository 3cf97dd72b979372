/** The folders beside the minimesosFile in which `mapAgentSandboxVolume` shows the agents' sandboxes. */

import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MinimesosError } from './errors.js';
import type { ClusterIdentity, ComponentId } from './model.js';
import { giveToOwnerOf } from './ownership.js';

/** What belongs to a container's user goes `byForce`, which may leave it where it cannot either. */
export async function removeFolder(folder: string, byForce: () => Promise<void>): Promise<void> {
  const removed = await rm(folder, { recursive: true, force: true }).then(
    () => true,
    () => false,
  );
  if (!removed) {
    await byForce();
    await removeOrFail(folder);
  }
  await removeIfEmpty(dirname(folder));
  await removeIfEmpty(dirname(dirname(folder)));
}

async function removeOrFail(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((cause: Error) => {
    const hint = `sudo rm -rf '${folder}', then try again: it holds files of the container's user`;
    throw new MinimesosError('FOLDER_UNWRITABLE', `mapAgentSandboxVolume: ${cause.message}`, { cause, hint });
  });
}

export async function makeFolder(folder: string): Promise<void> {
  const [cluster, minimesos] = [dirname(folder), dirname(dirname(folder))];
  try {
    await mkdir(folder, { recursive: true });
    await giveToOwnerOf(dirname(minimesos), [minimesos, cluster, folder]);
  } catch (thrown) {
    const cause = thrown as Error;
    throw new MinimesosError('FOLDER_UNWRITABLE', `mapAgentSandboxVolume: ${cause.message}`, { cause });
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}

/** Where `mapAgentSandboxVolume` shows the sandboxes of an agent: beside the minimesosFile, as 0.13 did. */
export function sandboxFolder({ id, file }: ClusterIdentity, component: ComponentId): string {
  return join(dirname(file), '.minimesos', `sandbox-${id}`, component);
}
