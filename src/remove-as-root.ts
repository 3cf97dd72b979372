/** Removes what only the user of a container may remove, by a container. */

import { existsSync } from 'node:fs';
import { basename, dirname, posix } from 'node:path';
import type { Labels } from './docker/docker.js';
import type { World } from './world.js';

export interface StandIn {
  name: string;
  labels: Labels;
  /** The engine has them; the first that has a `rm` serves. */
  images: readonly string[];
}

const RUNS_MS = 20;
const MOUNTED = '/sandboxes';

/**
 * Removes a folder of this machine, if the engine's host is this machine and an image is fit for it; where not, it is left.
 * The container bears the name and labels of the component whose folder it is, so that it is found in its place by whoever
 * comes after a minimesos that was killed.
 */
export async function removeAsRoot(folder: string, { name, labels, images }: StandIn, world: World): Promise<void> {
  for (const image of images) {
    if (!existsSync(folder)) return;
    await runToItsEnd(image, folder, { name, labels }, world).catch(() => {});
  }
}

async function runToItsEnd(
  image: string,
  folder: string,
  { name, labels }: Omit<StandIn, 'images'>,
  { docker, clock, signal }: World,
): Promise<void> {
  const container = await docker.createContainer({
    name,
    image,
    hostname: name,
    entrypoint: ['rm'],
    command: ['-rf', posix.join(MOUNTED, basename(folder))],
    env: {},
    labels,
    network: 'host',
    ports: [],
    mounts: [{ type: 'bind', source: dirname(folder), target: MOUNTED }],
    privileged: false,
    hostPid: false,
    stopTimeout: 1,
  });
  try {
    await docker.startContainer(container);
    while ((await docker.inspectContainer(container)).state === 'running') {
      signal.throwIfAborted();
      await clock.wait(RUNS_MS, signal);
    }
  } finally {
    await docker.removeContainer(container);
  }
}
