import { isAbsolute, join } from 'node:path';
import { scalarTotal } from '../../mesos/resources.js';
import type { CommandInfo, TaskInfo } from '../../mesos/shapes.js';
import { applyParameter } from './parameters.js';

/** ContainerInfo of the v1 API, as far as it is looked into. */
export interface ContainerInfo {
  type?: 'DOCKER' | 'MESOS';
  hostname?: string;
  volumes?: Volume[];
  network_infos?: { name?: string }[];
  docker?: {
    image: string;
    network?: 'HOST' | 'BRIDGE' | 'NONE' | 'USER';
    port_mappings?: { host_port: number; container_port: number; protocol?: string }[];
    privileged?: boolean;
    parameters?: { key: string; value: string }[];
  };
  mesos?: { image?: { docker?: { name: string } } };
}

interface Volume {
  mode: 'RW' | 'RO';
  container_path: string;
  host_path?: string;
  source?: { type?: string; docker_volume?: { name: string } };
}

/** What a container is created with, in the words of Docker's API. */
export interface ContainerSpec {
  Image: string;
  Env: string[];
  Labels: { [name: string]: string };
  Cmd?: string[];
  Entrypoint?: string[];
  Hostname?: string;
  User?: string;
  WorkingDir?: string;
  ExposedPorts: { [port: string]: object };
  HostConfig: {
    Binds: string[];
    NetworkMode: string;
    PortBindings: { [port: string]: { HostPort: string }[] };
    Privileged: boolean;
    CpuShares: number;
    Memory: number;
    [more: string]: unknown;
  };
}

/** Where a container finds its sandbox, unless a flag says another. */
export const SANDBOX = '/mnt/mesos/sandbox';
const MIB = 1024 * 1024;
const SHARES_PER_CPU = 1024;
const LEAST_SHARES = 2;
/** Docker refuses less. */
const LEAST_MEMORY = 6 * MIB;

/** The image that a task is to be run from; undefined for a task that needs none. */
export function imageOf({ container }: TaskInfo): string | undefined {
  const { docker, mesos } = (container ?? {}) as ContainerInfo;
  return docker?.image ?? mesos?.image?.docker?.name;
}

export interface SpecOptions {
  task: TaskInfo;
  image: string;
  /** The sandbox as the engine finds it. */
  directory: string;
  environment: { readonly [name: string]: string };
  labels: { readonly [name: string]: string };
  /** Told of what cannot be done. */
  onIgnored(what: string): void;
}

/** What Mesos' docker containerizer makes of a task. */
export function containerSpec({ task, image, directory, environment, labels, onIgnored }: SpecOptions): ContainerSpec {
  const container = (task.container ?? {}) as ContainerInfo;
  const { docker, hostname, volumes = [] } = container;
  const resources = task.resources ?? [];
  const mappings = docker?.port_mappings ?? [];
  const portOf = ({ container_port, protocol = 'tcp' }: (typeof mappings)[number]): string =>
    `${container_port}/${protocol}`;
  const spec: ContainerSpec = {
    Image: image,
    ...commandOf(task.command ?? {}),
    ...(hostname === undefined ? {} : { Hostname: hostname }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...labels },
    ExposedPorts: Object.fromEntries(mappings.map((mapping) => [portOf(mapping), {}])),
    HostConfig: {
      Binds: [`${directory}:${SANDBOX}`, ...volumes.map((volume) => bindOf(volume, directory))],
      NetworkMode: networkOf(container),
      PortBindings: Object.fromEntries(
        mappings.map((mapping) => [portOf(mapping), [{ HostPort: String(mapping.host_port) }]]),
      ),
      Privileged: docker?.privileged ?? false,
      CpuShares: Math.max(LEAST_SHARES, Math.round(scalarTotal(resources, 'cpus') * SHARES_PER_CPU)),
      Memory: Math.max(LEAST_MEMORY, Math.round(scalarTotal(resources, 'mem') * MIB)),
    },
  };
  for (const { key, value } of docker?.parameters ?? []) {
    if (!applyParameter(spec, key, value)) onIgnored(`the parameter '${key}=${value}'`);
  }
  return spec;
}

/** A shell's command replaces what the image starts with; another is given to it. */
function commandOf({
  shell = true,
  value,
  arguments: words = [],
}: CommandInfo): Pick<ContainerSpec, 'Cmd' | 'Entrypoint'> {
  if (value !== undefined && shell) return { Entrypoint: ['/bin/sh'], Cmd: ['-c', value] };
  const command = [...(value === undefined ? [] : [value]), ...words];
  return command.length === 0 ? {} : { Cmd: command };
}

function networkOf({ docker, network_infos: [network] = [] }: ContainerInfo): string {
  if (docker === undefined) return network?.name ?? 'host';
  return docker.network === 'USER' ? (network?.name ?? 'bridge') : (docker.network ?? 'HOST').toLowerCase();
}

function bindOf({ mode, container_path, host_path, source }: Volume, directory: string): string {
  const target = isAbsolute(container_path) ? container_path : join(SANDBOX, container_path);
  const named = source?.docker_volume?.name;
  const from = named ?? (host_path === undefined ? join(directory, container_path) : join(directory, host_path));
  const host = named === undefined && host_path !== undefined && isAbsolute(host_path) ? host_path : from;
  return `${host}:${target}:${mode.toLowerCase()}`;
}
