/** Steps → effects. Decides nothing: what to do was planned, and each effect may be done again. */

import { addressOf, createComponent } from './create-component.js';
import type { Progress } from './docker/docker.js';
import { createNetwork } from './docker/subnet.js';
import { asMinimesosError, MinimesosError } from './errors.js';
import { whyNotStarted } from './host-ports.js';
import type { AgentAtMaster } from './mesos/drain.js';
import {
  type ClusterIdentity,
  NETWORK,
  type Observed,
  type ObservedContainer,
  type ObservedNetwork,
  type PlannedComponent,
  type Step,
} from './model.js';
import { labelled } from './observed/app-labels.js';
import { dockerName, networkLabels, standInLabels, strayId } from './observed/labels.js';
import type { Policy } from './policy.js';
import { removeAsRoot } from './remove-as-root.js';
import { removeFolder, sandboxFolder } from './sandbox-folder.js';
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
    case 'deploy':
      return deployApp(scene, world);
    case 'undeploy':
      return undeployApp(scene, world);
    default:
      return step.verb satisfies never;
  }
}

async function deployApp({ target, cluster, observed: { marathon } }: Scene, { apps }: World): Promise<void> {
  const { desired, rendered } = target?.app ?? {};
  if (!marathon || !desired || !rendered) return;
  const { type, path } = desired;
  await apps.deploy(marathon.address, { type, path, definition: labelled(desired, rendered, cluster) });
}

async function undeployApp({ target, observed: { marathon } }: Scene, { apps, signal }: World): Promise<void> {
  const app = target?.app?.observed;
  if (!marathon || !app) return;
  await apps.undeploy(marathon.address, { ...app, apps: [...app.apps.keys()] }, signal);
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
  if (container.state !== 'running') await startContainer(container, docker);
  const agent = target.observed?.deactivated ? agentAtMaster(scene) : undefined;
  if (agent) await operator.reactivate(agent);
}

async function startContainer({ id, published = [] }: ObservedContainer, docker: World['docker']): Promise<void> {
  await docker.startContainer(id).catch(async (thrown) => {
    throw await whyNotStarted(thrown, published, docker);
  });
}

async function removeStray(
  { component }: Step,
  { observed: { strays = [] } }: Scene,
  { docker }: World,
): Promise<void> {
  const stray = strays.find((each) => strayId(each) === component);
  if (stray) await docker.removeContainer(stray.id);
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

async function removeVolume({ component }: Step, { cluster, target, observed }: Scene, world: World): Promise<void> {
  const { docker, version } = world;
  const { volume, container, kind, index } = target?.observed ?? {};
  if (!volume || !kind || index === undefined) return;
  if (kind === 'agent') await removeTaskContainers(volume, docker);
  const folder = sandboxFolder(cluster, component);
  const images = [container, ...observed.components.map((each) => each.container)].flatMap((each) => each?.image ?? []);
  const name = dockerName(cluster.id, component);
  const labels = standInLabels(cluster, kind, index, version);
  // The folder first: as long as the volume is there, somebody knows that the folder has to go.
  await removeFolder(folder, () => removeAsRoot(folder, { name, labels, images: [...new Set(images)] }, world));
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
