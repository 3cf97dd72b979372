import type { PublishedPort } from '../../../src/container-spec.js';
import type { ContainerDetail, ContainerSummary, CreateContainer, Labels } from '../../../src/docker/docker.js';
import type { ContainerState } from '../../../src/model.js';
import type { Log } from './log.js';

export interface FakeContainer {
  readonly id: string;
  readonly spec: CreateContainer;
  state: ContainerState;
  /** Of an exited one. */
  exitCode: number | undefined;
  startedAt: string | undefined;
  readonly logs: Log;
  /** By the network's name. */
  readonly attachments: Map<string, Attachment>;
}

/** How a container stands on a network, or is to stand on it once it runs. */
export interface Attachment {
  /** Id of the network; empty until it is first used. */
  network: string;
  /** Empty while it is not in use. */
  endpoint: string;
  /** Empty while it is not in use, and on the host's network. */
  address: string;
  /** The address asked for; undefined where any will do. */
  ip: string | undefined;
  aliases: string[];
}

export interface Standing {
  ip?: string;
  aliases?: string[];
}

export function unused({ ip, aliases = [] }: Standing): Attachment {
  return { network: '', endpoint: '', address: '', ip, aliases: [...aliases] };
}

export function summaryOf(container: FakeContainer): ContainerSummary {
  const { id, spec, state, exitCode } = container;
  const told = (of: (attachment: Attachment) => string): Record<string, string> =>
    Object.fromEntries([...container.attachments].flatMap(([name, each]) => (of(each) ? [[name, of(each)]] : [])));
  return {
    id,
    name: spec.name,
    image: spec.image,
    labels: { ...spec.labels },
    state,
    exitCode,
    addresses: told(({ address }) => address),
    startedOn: told(({ network }) => network),
    endpoints: told(({ endpoint }) => endpoint),
    published: publishedPorts(container),
  };
}

export function detailOf(container: FakeContainer): ContainerDetail {
  const namesOf = ({ aliases }: Attachment) => [...new Set([...aliases, container.spec.hostname])];
  const aliases = Object.fromEntries(
    [...container.attachments].map(([name, each]) => [name, name === 'host' ? [] : namesOf(each)]),
  );
  return { ...summaryOf(container), startedAt: container.startedAt, error: '', aliases };
}

/** On the host, of one that is up. */
export function publishedPorts(container: FakeContainer): PublishedPort[] {
  return isUp(container) ? hostPorts(container) : [];
}

/** What it publishes, or would if it were up. */
export function hostPorts({ spec }: FakeContainer): PublishedPort[] {
  if (spec.network === 'host') return [];
  return spec.ports.flatMap(({ port, protocol, hostPort, hostIp = '127.0.0.1' }) =>
    hostPort === undefined ? [] : [{ port, protocol, hostPort, hostIp }],
  );
}

/** Paused counts: its process lives, and it keeps its address. */
export function isUp({ state }: FakeContainer): boolean {
  return state === 'running' || state === 'paused';
}

/** The name of the one that it was made for. */
export function networkOf({ spec: { network } }: FakeContainer): string {
  return network === 'host' ? 'host' : network.name;
}

/** Whether these labels are among them; an empty value asks for the key only. */
export function bears(labels: Labels, asked: Labels): boolean {
  return Object.entries(asked).every(([key, value]) => (value === '' ? key in labels : labels[key] === value));
}
