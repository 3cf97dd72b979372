/** Containers that an agent made for its tasks, which outlive it. */

import { join } from 'node:path/posix';
import type { Docker } from './docker/docker.js';
import type { ObservedVolume } from './model.js';

/**
 * Removes those of the agent whose work directory this volume is. Mesos labels none of them; each has its sandbox mounted,
 * which lies in that directory.
 */
export async function removeTaskContainers({ name, labels }: ObservedVolume, docker: Docker): Promise<void> {
  const volume = (await docker.listVolumes(labels)).find((each) => each.name === name);
  if (!volume) return;
  const left = await docker.listMounting(join(volume.mountpoint, 'slaves'));
  await Promise.all(left.map(({ id }) => docker.removeContainer(id)));
}
