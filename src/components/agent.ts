import type { ContainerSpec, VolumeSpec } from '../container-spec.js';
import type { ObservedVolume } from '../model.js';
import type { AgentSpec, ClusterSpec } from '../spec.js';
import { distributionOf, reconfigures } from './distributions.js';
import { type ComponentKind, zookeeperUrl } from './kind.js';
import { lifecycle } from './lifecycle.js';
import { MESOS_ZNODE, mesosEnvironment } from './master.js';
import { attributesTaken, formatResources, resourcesTaken } from './resources.js';

/** Labels of an agent's work directory: what Mesos stored at its first registration and compares at recovery. */
const FIRST = {
  resources: 'org.minimesos.agent.resources',
  attributes: 'org.minimesos.agent.attributes',
  port: 'org.minimesos.agent.port',
  distribution: 'org.minimesos.agent.distribution',
  /** Whether the sandboxes appear beside the minimesosFile. */
  mapped: 'org.minimesos.agent.mapped',
} as const;

export const agent: ComponentKind = {
  kind: 'agent',
  lifecycle: lifecycle('agent'),
  startsAfter: [{ kind: 'zookeeper', is: 'running' }],
  waitsFor: ['master'],
  firstAddress: 64,
  drafts: (spec) =>
    spec.agents.map((block) => ({
      block,
      name: block.name,
      port: block.portNumber,
      volume: workDirectory(spec, block),
      container: (place) => ({
        env: {
          ...mesosEnvironment(place, block.loggingLevel ?? spec.loggingLevel),
          ...isolation(block.privileged),
          // Registrator enters no agent into Consul, as in 0.13.
          SERVICE_IGNORE: '1',
          MESOS_PORT: String(block.portNumber),
          MESOS_MASTER: zookeeperUrl(spec, MESOS_ZNODE),
          MESOS_WORK_DIR: place.workDir,
          MESOS_RESOURCES: formatResources(block.resources),
          MESOS_ATTRIBUTES: block.attributes,
          // What was stored at the first registration is never updated, so the policy stays set for good.
          MESOS_RECONFIGURATION_POLICY: 'additive',
          MESOS_CONTAINERIZERS: 'docker,mesos',
          // An agent kills each task container that it does not know, and those of the other agents are here too.
          MESOS_DOCKER_KILL_ORPHANS: 'false',
          MESOS_EXECUTOR_REGISTRATION_TIMEOUT: '5mins',
          MESOS_SYSTEMD_ENABLE_SUPPORT: 'false',
          MESOS_SWITCH_USER: 'false',
        },
        ports: [{ port: block.portNumber, protocol: 'tcp' }],
        ...privileges(block.privileged, place.engineSocket),
      }),
    })),
  recovery: { refuses, bound: true, resetMeans: 'its work directory is reset, and Mesos gives it a new id' },
};

/** Without privileges posix, measured to run Docker tasks too; with them cgroups and images, as 0.13 had it. */
function isolation(privileged: boolean): Record<string, string> {
  if (!privileged) {
    return { MESOS_LAUNCHER: 'posix', MESOS_ISOLATION: 'posix/cpu,posix/mem,filesystem/posix' };
  }
  return {
    MESOS_ISOLATION: 'filesystem/linux,docker/runtime,cgroups/cpu,cgroups/mem',
    MESOS_IMAGE_PROVIDERS: 'docker',
  };
}

function privileges(
  privileged: boolean,
  engineSocket: string,
): Pick<ContainerSpec, 'binds' | 'privileged' | 'hostPid'> {
  const socket = { source: engineSocket, target: '/var/run/docker.sock' };
  const cgroups = { source: '/sys/fs/cgroup', target: '/sys/fs/cgroup' };
  return { binds: privileged ? [socket, cgroups] : [socket], privileged, hostPid: privileged };
}

/** At the same path on the engine's host and in the container, or Docker could not mount a task's sandbox. */
function workDirectory(spec: ClusterSpec, block: AgentSpec): VolumeSpec {
  return {
    target: undefined,
    mapped: spec.mapAgentSandboxVolume,
    extendable: reconfigures(distributionOf(spec.distribution), spec.mesosVersion),
    labels: {
      [FIRST.resources]: formatResources(block.resources),
      [FIRST.attributes]: block.attributes,
      [FIRST.port]: String(block.portNumber),
      [FIRST.distribution]: spec.distribution,
      [FIRST.mapped]: String(spec.mapAgentSandboxVolume),
    },
  };
}

/** Mesos' rules for recovery, as measured: another port never, fewer resources never, more of them by policy. */
function refuses(volume: VolumeSpec, left: ObservedVolume): string | undefined {
  const changed = (label: string) => volume.labels[label] !== left.labels[label];
  const text = (of: Record<string, string>, label: string) => of[label] ?? '';
  if (changed(FIRST.port)) return `port goes from ${left.labels[FIRST.port]} to ${volume.labels[FIRST.port]}`;
  if (changed(FIRST.distribution)) return 'another distribution cannot read what this one stored';
  if (changed(FIRST.mapped)) return 'the sandboxes move';
  if (!volume.extendable) {
    if (changed(FIRST.resources)) return 'other resources, which Mesos before 1.5 does not recover from';
    if (changed(FIRST.attributes)) return 'other attributes, which Mesos before 1.5 does not recover from';
  }
  return (
    resourcesTaken(text(left.labels, FIRST.resources), text(volume.labels, FIRST.resources)) ??
    attributesTaken(text(left.labels, FIRST.attributes), text(volume.labels, FIRST.attributes))
  );
}
