/** A component's container with its volume, on the cluster's network, started. */

import { addressIn } from './components/kind.js';
import { isKind, kindOf } from './components/registry.js';
import type { CreateContainer, VolumeSummary } from './docker/docker.js';
import { asMinimesosError } from './errors.js';
import { outcomeOf, publish } from './host-ports.js';
import type { ClusterIdentity, ComponentId, DesiredComponent, ObservedNetwork, PlannedComponent } from './model.js';
import { containerLabels, dockerName, publishedLabels, volumeLabels } from './observed/labels.js';
import { makeFolder, sandboxFolder } from './sandbox-folder.js';
import type { World } from './world.js';

/** Gives where it is published, where that is not the usual port. */
export async function createComponent(
  { id, index }: PlannedComponent,
  desired: DesiredComponent,
  cluster: ClusterIdentity,
  network: ObservedNetwork,
  { docker, version, engineSocket }: World,
): Promise<string | undefined> {
  const name = dockerName(cluster.id, id);
  const ip = addressOf(id, network);
  const labels = containerLabels(cluster, desired, index, version, ip);
  const volume = await provideVolume(
    id,
    desired,
    cluster,
    volumeLabels(labels, desired.volume?.labels ?? {}, ip),
    docker,
  );
  const workDir = volume?.mountpoint ?? '';
  const addresses = (other: ComponentId) => addressOf(other, network);
  const spec = desired.render({
    cluster,
    id,
    index,
    ip,
    addressOf: addresses,
    workDir,
    engineSocket,
  });
  const container: CreateContainer = {
    ...spec,
    name,
    hostname: id,
    labels,
    network: spec.network === 'host' ? 'host' : { name: network.name, ip, aliases: [id, ...spec.aliases] },
    mounts: [
      ...spec.binds.map((bind) => ({ type: 'bind' as const, ...bind })),
      ...(volume
        ? [
            {
              type: 'volume' as const,
              source: volume.name,
              target: desired.volume?.target ?? workDir,
              labels: volume.labels,
            },
          ]
        : []),
    ],
  };
  const publication = await publish(spec.ports, cluster.id, docker, ({ ports, takenBy }) =>
    run({ ...container, ports, labels: { ...labels, ...publishedLabels(ports, takenBy) } }, docker),
  );
  return outcomeOf(publication);
}

/** One that has no port of the host would have it at no other start either. */
async function run(spec: CreateContainer, docker: World['docker']): Promise<void> {
  const container = await docker.createContainer(spec);
  await docker.startContainer(container).catch(async (thrown) => {
    if (asMinimesosError(thrown).code === 'PORT_TAKEN') await docker.removeContainer(container);
    throw thrown;
  });
}

async function provideVolume(
  id: ComponentId,
  { volume }: DesiredComponent,
  cluster: ClusterIdentity,
  labels: Record<string, string>,
  docker: World['docker'],
): Promise<VolumeSummary | undefined> {
  if (!volume) return undefined;
  const folder = volume.mapped ? sandboxFolder(cluster, id) : undefined;
  if (folder) await makeFolder(folder);
  return docker.createVolume(dockerName(cluster.id, id), labels, folder);
}

/** Fixed for life: an agent that comes back on another address is sent away by its master. */
export function addressOf(id: ComponentId, { subnet }: ObservedNetwork): string {
  const [, kind, index] = /^(.+)-(\d+)$/.exec(id) ?? [];
  return isKind(kind) ? addressIn(subnet, kindOf(kind), Number(index)) : '';
}
