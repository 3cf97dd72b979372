/** Every cluster of an engine at a glance: two listings, and nobody is asked how they are. */

import { access } from 'node:fs/promises';
import type { ContainerSummary, Docker, NetworkSummary } from '../docker/docker.js';
import type { ClusterIdentity, ComponentId, ContainerState } from '../model.js';
import { readCluster, readComponent, selector } from '../observed/labels.js';

export interface ListedCluster extends ClusterIdentity {
  /** Whether its minimesosFile is there, seen from this machine. */
  fileExists: boolean;
  /** ISO 8601: when its network was made; null where it has none now. */
  createdAt: string | null;
  /** Those that have a container, in the order in which the engine lists them. */
  components: { id: ComponentId; state: ContainerState }[];
}

/** By the path of their files. Rejects as the engine's calls do. */
export async function listClusters(docker: Docker): Promise<ListedCluster[]> {
  const all = selector();
  const [networks, containers] = await Promise.all([docker.listNetworks(all), docker.listContainers(all)]);
  const found = [...networks, ...containers].flatMap(({ labels }) => readCluster(labels) ?? []);
  const byId = new Map(found.reverse().map((cluster) => [cluster.id, cluster]));
  const listed = [...byId.values()].map((cluster) => atAGlance(cluster, networks, containers));
  return (await Promise.all(listed)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function atAGlance(
  cluster: ClusterIdentity,
  networks: NetworkSummary[],
  containers: ContainerSummary[],
): Promise<ListedCluster> {
  const isOurs = ({ labels }: { labels: NetworkSummary['labels'] }) => readCluster(labels)?.id === cluster.id;
  return {
    ...cluster,
    fileExists: await isThere(cluster.file),
    createdAt: networks.find(isOurs)?.createdAt || null,
    components: containers.filter(isOurs).flatMap(({ labels, state }) => {
      const component = readComponent(labels);
      return component ? [{ id: component.id, state }] : [];
    }),
  };
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
