/** The only spelling of label keys. Labels are the database: what is not in them is not known. */

import { isKind } from '../components/registry.js';
import { LOOPBACK, type PortSpec, type PublishedPort } from '../container-spec.js';
import type { ContainerSummary, Labels } from '../docker/docker.js';
import type {
  ClusterIdentity,
  ComponentId,
  DesiredComponent,
  Kind,
  ObservedComponent,
  ObservedContainer,
} from '../model.js';
import type { Particular } from './particulars.js';

export const LABEL = {
  cluster: 'org.minimesos.cluster',
  component: 'org.minimesos.component',
  /** Of an app at Marathon, the component's id. */
  componentId: 'org.minimesos.component-id',
  index: 'org.minimesos.index',
  specHash: 'org.minimesos.spec-hash',
  file: 'org.minimesos.file',
  version: 'org.minimesos.version',
  /** Of an agent's block. */
  name: 'org.minimesos.name',
  /** Digests of the spec's parts, as JSON. */
  parts: 'org.minimesos.spec-parts',
  port: 'org.minimesos.port',
  /** Of how many that decide together; absent where a component stands alone. */
  ensemble: 'org.minimesos.ensemble',
  /** The address that a container was made for, and a volume first used at. */
  address: 'org.minimesos.address',
  clusterName: 'org.minimesos.cluster-name',
  distribution: 'org.minimesos.distribution',
  mesosVersion: 'org.minimesos.mesos-version',
  /** The image that was asked for. */
  image: 'org.minimesos.image',
  /** Where on the engine's host its ports are published, also while it does not run. */
  published: 'org.minimesos.published',
  /** The cluster that had the usual port then. */
  portTakenBy: 'org.minimesos.port-taken-by',
  /** The process that the cluster lives and dies with; absent where it outlives whoever started it. */
  session: 'org.minimesos.session',
} as const;

/** Selects everything of one cluster; without an id, everything of minimesos. */
export function selector(cluster = ''): Labels {
  return { [LABEL.cluster]: cluster };
}

/** Selects what lives and dies with a process. */
export const OF_A_SESSION: Labels = { [LABEL.session]: '' };

/** Of a container that a user of the library added: no component, and gone with the cluster. */
export function addedLabels(cluster: ClusterIdentity, version: string): Labels {
  return { ...clusterLabels(cluster, version), [LABEL.component]: 'added', [LABEL.index]: '0', [LABEL.specHash]: '' };
}

export function networkLabels(cluster: ClusterIdentity, version: string): Labels {
  return { ...clusterLabels(cluster, version), [LABEL.component]: 'network', [LABEL.index]: '0', [LABEL.specHash]: '' };
}

/** Of a volume that is there to say one thing: who changes the cluster, or that nobody is to change it. */
export function markerLabels(cluster: ClusterIdentity, version: string, marker: Marker): Labels {
  return { ...clusterLabels(cluster, version), [LABEL.component]: marker, [LABEL.index]: '0', [LABEL.specHash]: '' };
}

export type Marker = 'lock' | 'paused';

export function markerName(cluster: string, marker: Marker): string {
  return `${dockerName(cluster)}-${marker}`;
}

export function containerLabels(
  cluster: ClusterIdentity,
  component: DesiredComponent,
  index: number,
  version: string,
  address: string,
): Labels {
  return {
    ...clusterLabels(cluster, version),
    [LABEL.component]: component.kind,
    [LABEL.index]: String(index),
    [LABEL.specHash]: component.hash,
    [LABEL.parts]: JSON.stringify(component.parts()),
    [LABEL.image]: component.image,
    ...(component.aliases === undefined ? {} : { [LABEL.address]: address }),
    ...(component.name === undefined ? {} : { [LABEL.name]: component.name }),
    ...(component.port === undefined ? {} : { [LABEL.port]: String(component.port) }),
    ...((component.ensemble ?? 1) > 1 ? { [LABEL.ensemble]: String(component.ensemble) } : {}),
  };
}

/** Of a container that clears away after a component whose own is gone. */
export function standInLabels(cluster: ClusterIdentity, kind: Kind, index: number, version: string): Labels {
  const component = { [LABEL.component]: kind, [LABEL.index]: String(index), [LABEL.specHash]: '' };
  return { ...clusterLabels(cluster, version), ...component };
}

/** `5050/tcp=127.0.0.1:61234`; nothing where nothing is published. */
export function publishedLabels(ports: readonly PortSpec[], takenBy?: string): Labels {
  const published = ports.flatMap(({ port, protocol, hostPort, hostIp = LOOPBACK }) =>
    hostPort === undefined ? [] : `${port}/${protocol}=${hostIp}:${hostPort}`,
  );
  if (published.length === 0) return {};
  return { [LABEL.published]: published.join(','), ...(takenBy ? { [LABEL.portTakenBy]: takenBy } : {}) };
}

export function readPublished(labels: Labels): PublishedPort[] {
  const published = (labels[LABEL.published] ?? '').matchAll(/(\d+)\/(tcp|udp)=([\d.]+):(\d+)/g);
  return [...published].map(([, port, protocol, hostIp = '', hostPort]) => ({
    port: Number(port),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    hostPort: Number(hostPort),
    hostIp,
  }));
}

export function volumeLabels(container: Labels, own: Labels, address: string): Labels {
  const { [LABEL.parts]: _, [LABEL.image]: __, [LABEL.ensemble]: ___, ...labels } = container;
  return { ...labels, ...own, [LABEL.address]: address };
}

export function addressOfVolume(labels: Labels): string | undefined {
  return labels[LABEL.address];
}

function clusterLabels(cluster: ClusterIdentity, version: string): Labels {
  return {
    [LABEL.cluster]: cluster.id,
    [LABEL.file]: cluster.file,
    [LABEL.version]: version,
    [LABEL.clusterName]: cluster.name,
    [LABEL.distribution]: cluster.distribution,
    [LABEL.mesosVersion]: cluster.mesosVersion,
    ...(cluster.session === undefined ? {} : { [LABEL.session]: cluster.session }),
  };
}

/** The cluster that labels speak of; undefined where they are not ours. */
export function readCluster(labels: Labels): ClusterIdentity | undefined {
  const id = labels[LABEL.cluster];
  if (!id) return undefined;
  return {
    id,
    file: labels[LABEL.file] ?? '',
    name: labels[LABEL.clusterName] ?? `minimesos-${id}`,
    distribution: labels[LABEL.distribution] ?? 'custom',
    mesosVersion: labels[LABEL.mesosVersion] ?? '',
    ...(labels[LABEL.session] ? { session: labels[LABEL.session] } : {}),
  };
}

/** Which component labels speak of; undefined where they are not a component's. */
export function readComponent(labels: Labels): Pick<ObservedComponent, 'id' | 'kind' | 'index' | 'name'> | undefined {
  const kind = labels[LABEL.component];
  const index = /^\d+$/.test(labels[LABEL.index] ?? '') ? Number(labels[LABEL.index]) : undefined;
  if (!isKind(kind) || index === undefined) return undefined;
  return { id: componentId(kind, index), kind, index, name: labels[LABEL.name] };
}

export function readContainer(summary: ContainerSummary, particular?: Particular): ObservedContainer {
  const { id, name, image, labels, state, exitCode } = summary;
  const port = Number(labels[LABEL.port]);
  const network = dockerName(labels[LABEL.cluster] ?? '');
  return {
    id,
    name,
    image,
    state,
    exitCode,
    hash: labels[LABEL.specHash] ?? '',
    startedAt: particular?.startedAt,
    aliases: particular?.aliases[network],
    byHand: isByHand(image, labels[LABEL.image]),
    parts: () => readParts(labels[LABEL.parts]),
    ip: summary.addresses[network] ?? '',
    address: labels[LABEL.address],
    onHost: summary.startedOn.host !== undefined,
    network: summary.startedOn[network],
    port: port > 0 ? port : undefined,
    published: summary.published.length > 0 ? summary.published : readPublished(labels),
    portTakenBy: labels[LABEL.portTakenBy],
    ensemble: Number(labels[LABEL.ensemble]) || undefined,
    mesosVersion: labels[LABEL.mesosVersion] ?? '',
    distribution: labels[LABEL.distribution] ?? '',
  };
}

/** A tag that has moved shows as an id. */
function isByHand(image: string, requested: string | undefined): boolean {
  return requested !== undefined && image !== requested && !/^(sha256:)?[0-9a-f]{12,64}$/.test(image);
}

export function componentId(kind: Kind, index: number): ComponentId {
  return `${kind}-${index}`;
}

/** What a step calls a container that is no component: no component has a space in its id. */
export function strayId({ name }: { name: string }): ComponentId {
  return `container ${name}`;
}

/** Of a container, a volume, and of the network where no component is given. */
export function dockerName(cluster: string, component?: ComponentId): string {
  return component === undefined ? `minimesos-${cluster}` : `minimesos-${cluster}-${component}`;
}

function readParts(text: string | undefined): Record<string, string> {
  try {
    const parts: unknown = JSON.parse(text ?? '{}');
    return typeof parts === 'object' && parts !== null ? (parts as Record<string, string>) : {};
  } catch {
    return {};
  }
}
