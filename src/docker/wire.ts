/** Between the port's shapes and the engine's JSON, both ways. All pure. */

import type Dockerode from 'dockerode';
import type { ContainerState } from '../model.js';
import type {
  ContainerDetail,
  ContainerSummary,
  CreateContainer,
  EngineEvent,
  Labels,
  NetworkSummary,
  VolumeSummary,
} from './docker.js';

/** The engine's value for "never". */
const NEVER = '0001-01-01T00:00:00Z';

/** Attributes of an event that are no labels. */
const NO_LABELS = new Set(['image', 'name', 'exitCode', 'signal', 'execDuration', 'execID', 'oldName', 'container']);

/** As the engine's filters have them: `key=value`, or the key alone for an empty value. */
export function labelFilter(labels: Labels): string[] {
  return Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}

export function containerBody(spec: CreateContainer): Dockerode.ContainerCreateOptions {
  const ports = spec.network === 'host' ? [] : spec.ports;
  return {
    Image: spec.image,
    Hostname: spec.hostname,
    ...(spec.entrypoint && { Entrypoint: spec.entrypoint }),
    ...(spec.command && { Cmd: spec.command }),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    StopTimeout: spec.stopTimeout,
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      Init: true,
      RestartPolicy: { Name: 'no' },
      Privileged: spec.privileged,
      ...(spec.hostPid && { PidMode: 'host' }),
      NetworkMode: spec.network === 'host' ? 'host' : spec.network.name,
      PortBindings: Object.fromEntries(
        ports
          .filter((port) => port.hostPort !== undefined)
          .map((port) => [portKey(port), [{ HostIp: '127.0.0.1', HostPort: String(port.hostPort) }]]),
      ),
      Mounts: spec.mounts.map((mount) => ({
        Type: mount.type,
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.type === 'bind' && mount.readOnly === true,
      })),
    },
    ...(spec.network !== 'host' && {
      NetworkingConfig: {
        EndpointsConfig: {
          [spec.network.name]: { IPAMConfig: { IPv4Address: spec.network.ip }, Aliases: spec.network.aliases },
        },
      },
    }),
  };
}

export function containerSummary(info: Dockerode.ContainerInfo): ContainerSummary {
  const state = info.State as ContainerState;
  return {
    id: info.Id,
    name: ownName(info.Names),
    image: info.Image,
    labels: info.Labels ?? {},
    state,
    exitCode: state === 'exited' ? exitCodeOf(info.Status) : undefined,
    ...networksOf(info.NetworkSettings?.Networks),
  };
}

/** Out of `Exited (137) 3 minutes ago`. */
export function exitCodeOf(status: string): number | undefined {
  const code = /^Exited \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

export function containerDetail(info: Dockerode.ContainerInspectInfo): ContainerDetail {
  const state = info.State.Status as ContainerState;
  return {
    id: info.Id,
    name: ownName([info.Name]),
    image: info.Config.Image,
    labels: info.Config.Labels ?? {},
    state,
    exitCode: state === 'exited' ? info.State.ExitCode : undefined,
    ...networksOf(info.NetworkSettings.Networks),
    startedAt: info.State.StartedAt === NEVER ? undefined : info.State.StartedAt,
    error: info.State.Error,
  };
}

export function networkSummary(info: Dockerode.NetworkInspectInfo): NetworkSummary {
  const pools = (info.IPAM?.Config ?? []).filter(({ Subnet }) => Subnet !== undefined && !Subnet.includes(':'));
  return {
    id: info.Id,
    name: info.Name,
    labels: info.Labels ?? {},
    subnets: pools.flatMap(({ Subnet }) => Subnet ?? []),
    gateway: pools[0]?.Gateway ?? '',
  };
}

/** Gateway included: engines before 23 show only one that was asked for. */
export function networkBody(name: string, subnet: string, labels: Labels): Dockerode.NetworkCreateOptions {
  const IPAM = { Config: [{ Subnet: subnet, Gateway: firstAddress(subnet) }] };
  // Before API 1.44 a name may be given twice unless CheckDuplicate is asked for; later it is ignored.
  return { Name: name, CheckDuplicate: true, Driver: 'bridge', IPAM, Labels: labels };
}

/** Of an IPv4 subnet in CIDR form, the first address of a host. */
function firstAddress(subnet: string): string {
  const bytes = (subnet.split('/')[0] ?? '').split('.').map(Number);
  return [...bytes.slice(0, 3), (bytes[3] ?? 0) + 1].join('.');
}

export function volumeSummary(info: { Name: string; Labels: Labels | null; Mountpoint: string }): VolumeSummary {
  return { name: info.Name, labels: info.Labels ?? {}, mountpoint: info.Mountpoint };
}

/** Undefined for what is no event of the engine's. */
export function engineEvent(value: unknown): EngineEvent | undefined {
  const event = value as { Type?: string; Action?: string; Actor?: { ID?: string; Attributes?: Labels } } | null;
  if (!event?.Type || !event.Action) return undefined;
  const attributes = Object.entries(event.Actor?.Attributes ?? {});
  return {
    type: event.Type,
    action: event.Action,
    id: event.Actor?.ID ?? '',
    labels: Object.fromEntries(attributes.filter(([key]) => !NO_LABELS.has(key))),
  };
}

function portKey({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}

/** A container that others link to has their names for it too, with a second slash in them. */
function ownName(names: string[]): string {
  return (names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '').replace(/^\//, '');
}

type Attached = Record<string, { IPAddress: string; NetworkID: string }>;

function networksOf(networks: Attached = {}): Pick<ContainerSummary, 'addresses' | 'startedOn'> {
  const told = (of: (attached: Attached[string]) => string) =>
    Object.fromEntries(Object.entries(networks).flatMap(([name, each]) => (of(each) === '' ? [] : [[name, of(each)]])));
  return { addresses: told(({ IPAddress }) => IPAddress), startedOn: told(({ NetworkID }) => NetworkID) };
}
