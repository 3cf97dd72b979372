/** Removes the clusters that died processes of this machine left behind. */

import type { Docker } from '../docker/docker.js';
import type { ClusterIdentity } from '../model.js';
import { OF_A_SESSION, readCluster, selector } from '../observed/labels.js';
import { isOver, readSession } from '../session.js';
import { Cluster } from './cluster.js';
import { leave } from './home.js';
import { unlessAborted } from './unless-aborted.js';

/**
 * Gives the ids of the clusters that are gone. What belongs to no process, to one that may live, or to another machine is
 * not touched. One that cannot be removed now is left for the next time: it keeps nobody from their test. Rejects with
 * `INTERRUPTED` as soon as the signal aborts.
 */
export function reap(docker: Docker, signal: AbortSignal = new AbortController().signal): Promise<string[]> {
  return unlessAborted(reapAll(docker, signal), signal);
}

async function reapAll(docker: Docker, signal: AbortSignal): Promise<string[]> {
  const found = await everything(docker, OF_A_SESSION);
  const clusters = new Map(found.map((each) => [each.id, each]));
  const reaped = [...clusters.values()].map(async (cluster) =>
    (await isAbandoned(cluster.id, docker)) ? remove(cluster, docker, signal) : [],
  );
  return (await Promise.all(reaped)).flat();
}

/** All of it: what somebody else changed since, from a command line for example, is theirs. */
async function isAbandoned(id: string, docker: Docker): Promise<boolean> {
  const parts = await everything(docker, selector(id));
  const abandoned = parts.map(async ({ session }) => {
    const known = readSession(session ?? '');
    return known !== undefined && (await isOver(known));
  });
  return (await Promise.all(abandoned)).every(Boolean);
}

async function remove({ id, file, session }: ClusterIdentity, docker: Docker, signal: AbortSignal): Promise<string[]> {
  const cluster = await Cluster.open({ file, cluster: id, docker, signal, session });
  const gone = await cluster.destroy({ command: 'reap' }).then(
    ({ converged }) => converged,
    () => false,
  );
  if (!gone) return [];
  await leave({ folder: readSession(session ?? '')?.folder });
  return [id];
}

async function everything(docker: Docker, labels: Record<string, string>): Promise<ClusterIdentity[]> {
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers(labels),
    docker.listNetworks(labels),
    docker.listVolumes(labels),
  ]);
  return [...containers, ...networks, ...volumes].flatMap(({ labels }) => readCluster(labels) ?? []);
}
