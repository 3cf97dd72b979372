/** Desired + observed + phases → what `status` shows and scripts read (the contract in specs/cli.md). */

import type { ObservedApp } from './app.js';
import { type Condition, isHurt } from './conditions.js';
import type {
  ClusterIdentity,
  ClusterPhase,
  ComponentId,
  Kind,
  Observed,
  ObservedComponent,
  ObservedContainer,
  Phase,
  PlannedComponent,
} from './model.js';

export interface ComponentStatus {
  id: ComponentId;
  kind: Kind | 'app';
  index: number;
  /** Of an agent's block. */
  name?: string;
  phase: Phase;
  reason: string;
  /** Mesos' own id of an agent that is registered. */
  agentId?: string;
  /** Of several that decide together, the one that leads; a master that is alone leads too. */
  leader?: true;
  container: { id: string; name: string; image: string; ip: string; startedAt: string | null } | null;
  /** Left out where the engine's host publishes none of it now. */
  ports?: PortStatus[];
  /** URL of the component's API; null where it has none or does not run. */
  endpoint: string | null;
}

/** A port of the component, and where on the engine's host it is published. */
export interface PortStatus {
  port: number;
  hostPort: number;
  hostIp: string;
  /** The cluster that had the usual port of the host when this component was made. */
  takenBy?: string;
}

export interface Status {
  cluster: {
    id: string;
    name: string;
    file: string;
    phase: ClusterPhase;
    distribution: string;
    mesosVersion: string;
    /** Name of the Docker network; null where there is none. */
    network: string | null;
    /** Address of the engine's host on that network. */
    gateway: string | null;
    /** Hash of the minimesosFile that was acted on last; null where nobody knows. */
    observedGeneration: string | null;
  };
  conditions: Condition[];
  components: ComponentStatus[];
}

export interface StatusInput {
  cluster: ClusterIdentity;
  observed: Observed;
  components: readonly PlannedComponent[];
  conditions?: Condition[];
  generation?: string | undefined;
}

export function summarize({ cluster, observed, components, conditions = [], generation }: StatusInput): Status {
  return {
    cluster: {
      id: cluster.id,
      name: cluster.name,
      file: cluster.file,
      phase: clusterPhase(components),
      distribution: cluster.distribution,
      mesosVersion: observed.mesos?.version ?? cluster.mesosVersion,
      network: observed.network?.name ?? null,
      gateway: observed.network?.gateway ?? null,
      observedGeneration: generation ?? null,
    },
    conditions,
    components: components.map((each) => componentStatus(each, observed)),
  };
}

function clusterPhase(components: readonly PlannedComponent[]): ClusterPhase {
  if (components.every(({ observed }) => !observed?.container)) return 'absent';
  if (components.some(isHurt)) return 'degraded';
  return components.every(({ phase }) => phase === 'ready') ? 'ready' : 'converging';
}

function componentStatus(component: PlannedComponent, { marathon }: Observed): ComponentStatus {
  const { id, kind, index, phase, reason, observed, desired, app } = component;
  const container = observed?.container;
  const name = desired?.name ?? observed?.name;
  const ports = container ? portsOf(container) : [];
  return {
    id,
    kind,
    index,
    ...(name ? { name } : {}),
    phase,
    reason,
    ...(observed?.agentId ? { agentId: observed.agentId } : {}),
    ...(observed?.readiness.leads ? { leader: true as const } : {}),
    container: container
      ? {
          id: container.id,
          name: container.name,
          image: container.image,
          ip: container.ip,
          startedAt: container.startedAt ?? null,
        }
      : null,
    ...(ports.length > 0 ? { ports } : {}),
    endpoint:
      (observed ? endpointOf(observed) : app?.observed && marathon && atMarathon(marathon, app.observed)) ?? null,
  };
}

/** Where Marathon tells of an app or a group. */
function atMarathon({ address }: NonNullable<Observed['marathon']>, { type, path }: ObservedApp): string {
  return `http://${address}/v2/${type}s${path}`;
}

function portsOf({ state, published = [], portTakenBy }: ObservedContainer): PortStatus[] {
  if (state !== 'running') return [];
  return published.map(({ port, hostPort, hostIp }) => ({
    port,
    hostPort,
    hostIp,
    ...(portTakenBy && hostPort !== port ? { takenBy: portTakenBy } : {}),
  }));
}

/** Where a running component answers; undefined where it listens nowhere. */
export function endpointOf({ kind, container }: ObservedComponent): string | undefined {
  if (container?.state !== 'running' || container.port === undefined) return undefined;
  const host = container.onHost ? '127.0.0.1' : container.ip;
  if (!host) return undefined;
  const at = `${host}:${container.port}`;
  if (kind === 'zookeeper') return `zk://${at}/mesos`;
  return kind === 'mesos-dns' ? `dns://${at}` : `http://${at}`;
}
