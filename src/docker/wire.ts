/** Between the port's shapes and the engine's JSON, both ways. All pure. */

import type Dockerode from 'dockerode';
import { LOOPBACK, type PublishedPort } from '../container-spec.js';
import type { ContainerState } from '../model.js';
import { chooseApiVersion } from './api-version.js';
import type {
  ContainerDetail,
  ContainerSummary,
  CreateContainer,
  EngineInfo,
  ImageSummary,
  Labels,
  NetworkSummary,
  VolumeSummary,
} from './docker.js';

/** The engine's value for "never". */
const NEVER = '0001-01-01T00:00:00Z';

/** What dockerode's types leave out of an engine's replies. */
interface MoreOfVersion {
  MinAPIVersion?: string;
}
interface Machine {
  CgroupVersion?: string;
  MemTotal?: number;
  DockerRootDir?: string;
}

export function engineInfo(
  version: Dockerode.DockerVersion & MoreOfVersion,
  machine: Machine,
  host: string,
): EngineInfo {
  return {
    version: version.Version,
    apiVersion: chooseApiVersion(version.ApiVersion) ?? version.ApiVersion,
    minApiVersion: version.MinAPIVersion,
    os: version.Os,
    arch: version.Arch,
    host,
    cgroupVersion: ({ '1': 1, '2': 2 } as const)[machine.CgroupVersion ?? ''],
    memory: machine.MemTotal ?? 0,
    dataRoot: machine.DockerRootDir ?? '',
  };
}

export function imageSummary({ Id, RepoTags, RepoDigests, Size }: Dockerode.ImageInfo): ImageSummary {
  return { id: Id, references: [...(RepoTags ?? []), ...(RepoDigests ?? [])], size: Size };
}

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
          .map((port) => [portKey(port), [{ HostIp: port.hostIp ?? LOOPBACK, HostPort: String(port.hostPort) }]]),
      ),
      Mounts: spec.mounts.map((mount) => ({
        Type: mount.type,
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.type === 'bind' && mount.readOnly === true,
        ...(mount.type === 'volume' && {
          VolumeOptions: { Labels: mount.labels ?? {} } as Dockerode.MountSettings['VolumeOptions'],
        }),
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
    published: (info.Ports ?? []).flatMap(publishedPort),
  };
}

/** One that is only exposed has no port of the host. */
function publishedPort({ IP = '', PrivatePort, PublicPort, Type }: Dockerode.Port): PublishedPort[] {
  if (!PublicPort) return [];
  return [{ port: PrivatePort, protocol: Type === 'udp' ? 'udp' : 'tcp', hostPort: PublicPort, hostIp: IP }];
}

export function mounts({ Mounts = [] }: Dockerode.ContainerInfo, folder: string): boolean {
  return Mounts.some(({ Source = '' }) => Source === folder || Source.startsWith(`${folder}/`));
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
    published: Object.entries(info.NetworkSettings.Ports ?? {}).flatMap(publishedUnder),
    aliases: aliasesOf(info),
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
    createdAt: utc(info.Created),
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

interface VolumeInfo {
  Name: string;
  Labels: Labels | null;
  Mountpoint: string;
  /** In the engine's own time zone. */
  CreatedAt?: string;
}

export function volumeSummary(info: VolumeInfo): VolumeSummary {
  return {
    name: info.Name,
    labels: info.Labels ?? {},
    mountpoint: info.Mountpoint,
    createdAt: utc(info.CreatedAt),
  };
}

/** Empty for what is no time. */
function utc(time = ''): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** As an inspection tells it: `5050/tcp` → where it is published. */
function publishedUnder([key, bindings]: [string, { HostIp: string; HostPort: string }[] | null]): PublishedPort[] {
  const [PrivatePort, Type = 'tcp'] = key.split('/');
  return (bindings ?? []).flatMap(({ HostIp, HostPort }) =>
    publishedPort({ IP: HostIp, PrivatePort: Number(PrivatePort), PublicPort: Number(HostPort), Type }),
  );
}

function portKey({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}

/** A container that others link to has their names for it too, with a second slash in them. */
function ownName(names: string[]): string {
  return (names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '').replace(/^\//, '');
}

interface Names {
  Aliases?: string[] | null;
  /** Since 25; of networks that have no names, neither is told. */
  DNSNames?: string[] | null;
}

/** Engines add the beginning of the container's id and its host name, since 25 in a list of their own. */
function aliasesOf({ Id, Config, NetworkSettings }: Dockerode.ContainerInspectInfo): ContainerDetail['aliases'] {
  const namesOf = ({ Aliases, DNSNames }: Names): string[] => {
    const names = new Set([...(Aliases ?? []), ...(Aliases || DNSNames ? [Config.Hostname] : [])]);
    names.delete(Id.slice(0, 12));
    return [...names];
  };
  const attached = Object.entries<Names>(NetworkSettings.Networks ?? {});
  return Object.fromEntries(attached.map(([name, names]) => [name, namesOf(names)]));
}

type Attached = Record<string, { IPAddress: string; NetworkID: string; EndpointID: string }>;

function networksOf(networks: Attached = {}): Pick<ContainerSummary, 'addresses' | 'startedOn' | 'endpoints'> {
  const told = (of: (attached: Attached[string]) => string) =>
    Object.fromEntries(Object.entries(networks).flatMap(([name, each]) => (of(each) === '' ? [] : [[name, of(each)]])));
  return {
    addresses: told(({ IPAddress }) => IPAddress),
    startedOn: told(({ NetworkID }) => NetworkID),
    endpoints: told(({ EndpointID }) => EndpointID),
  };
}
