/** Steps → effects. Decides nothing: what to do was planned, and each effect may be done again. */

import { addressIn } from './components/kind.js';
import { isKind, kindOf } from './components/registry.js';
import type { Progress, VolumeSummary } from './docker/docker.js';
import { createNetwork } from './docker/subnet.js';
import { asMinimesosError, MinimesosError } from './errors.js';
import type { AgentAtMaster } from './mesos/drain.js';
import {
  type ClusterIdentity,
  type ComponentId,
  type DesiredComponent,
  NETWORK,
  type Observed,
  type ObservedNetwork,
  type PlannedComponent,
  type Step,
} from './model.js';
import { containerLabels, dockerName, networkLabels, strayId, volumeLabels } from './observed/labels.js';
import type { Policy } from './policy.js';
import { makeFolder, removeFolder, sandboxFolder } from './sandbox-folder.js';
import { removeTaskContainers } from './task-containers.js';
import type { World } from './world.js';

/** What a step refers to, as the pass that planned it saw it. */
export interface Scene {
  cluster: ClusterIdentity;
  observed: Observed;
  /** Undefined for the network, and for a container that is no component. */
  target: PlannedComponent | undefined;
}

export type OnProgress = (progress: Progress) => void;

/**
 * Does a step; a string is what came of it, where there is more to say than that it is done. An abort ends what waits at once, a pull or a drain;
 * the other effects are short and are brought to their end.
 */
export async function execute(
  step: Step,
  scene: Scene,
  world: World,
  policy: Policy,
  onProgress: OnProgress,
): Promise<unknown> {
  const { docker, version } = world;
  const { cluster, target, observed } = scene;
  const container = target?.observed?.container?.id ?? '';
  switch (step.verb) {
    case 'pull':
      return world.provideImage(step.image ?? '', onProgress, world.signal);
    case 'create':
      if (step.component === NETWORK)
        return createNetwork(docker, dockerName(cluster.id), networkLabels(cluster, version));
      if (target?.desired && observed.network)
        return createComponent(target, target.desired, cluster, observed.network, world);
      return;
    case 'start':
      return startComponent(scene, world);
    case 'unpause':
      return docker.unpauseContainer(container);
    case 'restart':
      return docker.restartContainer(container);
    case 'drain': {
      const agent = agentAtMaster(scene);
      return agent && world.operator.drain(agent, policy.drainLimitMs, world.signal);
    }
    case 'remove':
      if (step.component === NETWORK) return observed.network && removeNetwork(observed.network, world);
      return target ? removeComponent(step, scene, world) : removeStray(step, scene, world);
    default:
      return step.verb satisfies never;
  }
}

/** Runs it where it belongs; what runs there already is left as it is. */
async function startComponent(scene: Scene, { docker, operator }: World): Promise<void> {
  const { target, observed } = scene;
  const { network } = observed;
  const container = target?.observed?.container;
  const aliases = target?.desired?.aliases;
  if (!target || !container) return;
  const stands = container.onHost || (container.state !== 'running' && container.network === network?.id);
  if (network && aliases && !stands && container.state !== 'created')
    await docker.connectContainer(network.id, container.id, {
      ip: addressOf(target.id, network),
      aliases: [target.id, ...aliases],
    });
  if (container.state !== 'running') await docker.startContainer(container.id);
  const agent = target.observed?.deactivated ? agentAtMaster(scene) : undefined;
  if (agent) await operator.reactivate(agent);
}

async function removeStray(
  { component }: Step,
  { observed: { strays = [] } }: Scene,
  { docker }: World,
): Promise<void> {
  const stray = strays.find((each) => strayId(each) === component);
  if (stray) await docker.removeContainer(stray.id);
}

async function createComponent(
  { id, index }: PlannedComponent,
  desired: DesiredComponent,
  cluster: ClusterIdentity,
  network: ObservedNetwork,
  { docker, version, engineSocket }: World,
): Promise<void> {
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
  const container = await docker.createContainer({
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
  });
  await docker.startContainer(container);
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

/** A busy engine lets go of the endpoints of removed containers only after a moment. */
async function removeNetwork({ id, name }: ObservedNetwork, { docker, clock, signal }: World): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await docker.removeNetwork(id);
    } catch (thrown) {
      const error = asMinimesosError(thrown);
      if (error.code !== 'DOCKER_CONFLICT' || signal.aborted) throw error;
      const hint = `docker network inspect ${name} shows who else is on it`;
      if (attempt === NETWORK_ATTEMPTS)
        throw new MinimesosError('NETWORK_IN_USE', error.message, { hint, cause: error });
      await clock.wait(NETWORK_DELAY_MS * 2 ** attempt, signal);
    }
  }
}

const NETWORK_ATTEMPTS = 6;
const NETWORK_DELAY_MS = 50;

async function removeComponent(step: Step, scene: Scene, world: World): Promise<void> {
  const { docker } = world;
  const observed = scene.target?.observed;
  if (observed?.container) {
    await docker.stopContainer(observed.container.id);
    await docker.removeContainer(observed.container.id);
  }
  if (step.volume === 'remove') await removeVolume(step, scene, world);
  await tellItsMaster(step, scene, world);
}

async function removeVolume({ component }: Step, { cluster, target }: Scene, { docker }: World): Promise<void> {
  const volume = target?.observed?.volume;
  if (!volume) return;
  if (target?.kind === 'agent') await removeTaskContainers(volume, docker);
  // The folder first: as long as the volume is there, somebody knows that the folder has to go.
  await removeFolder(sandboxFolder(cluster, component));
  await docker.removeVolume(volume.name);
}

/** That the agent is gone for good, or is to take offers as soon as it is back. A master that is away finds out later. */
async function tellItsMaster({ volume }: Step, scene: Scene, { operator }: World): Promise<void> {
  const agent = agentAtMaster(scene);
  if (!agent) return;
  const told = volume === 'remove' ? operator.gone(agent) : operator.reactivate(agent);
  await told.catch(() => {});
}

/** Undefined where no master leads, or the leading one does not know the agent. */
function agentAtMaster({ target, observed: { mesos } }: Scene): AgentAtMaster | undefined {
  const { agentId, container } = target?.observed ?? {};
  if (!mesos || !agentId || !container) return undefined;
  const ip = container.ip || (container.address ?? '');
  return { master: mesos.address, version: mesos.version, agentId, ip };
}

/** Fixed for life: an agent that comes back on another address is sent away by its master. */
function addressOf(id: ComponentId, { subnet }: ObservedNetwork): string {
  const [, kind, index] = /^(.+)-(\d+)$/.exec(id) ?? [];
  return isKind(kind) ? addressIn(subnet, kindOf(kind), Number(index)) : '';
}
