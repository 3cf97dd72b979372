/** The folders beside the minimesosFile in which `mapAgentSandboxVolume` shows the agents' sandboxes. */

import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MinimesosError } from './errors.js';
import type { ClusterIdentity, ComponentId } from './model.js';

export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (cause) {
    const hint = `sudo rm -rf '${folder}', then try again: it holds files of the container's user`;
    throw new MinimesosError('FOLDER_UNWRITABLE', `mapAgentSandboxVolume: ${(cause as Error).message}`, {
      cause,
      hint,
    });
  }
  await removeIfEmpty(dirname(folder));
  await removeIfEmpty(dirname(dirname(folder)));
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    throw new MinimesosError('FOLDER_UNWRITABLE', `mapAgentSandboxVolume: ${cause.message}`, { cause });
  });
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}

/** Where `mapAgentSandboxVolume` shows the sandboxes of an agent: beside the minimesosFile, as 0.13 did. */
export function sandboxFolder({ id, file }: ClusterIdentity, component: ComponentId): string {
  return join(dirname(file), '.minimesos', `sandbox-${id}`, component);
}
