/**
 * The Docker port: all that minimesos asks of an engine. `dockerode.ts` is the adapter to a real engine,
 * `test/support/fake-docker.ts` the one for tests, and `test/contract/` holds both to the same obligations.
 *
 * Every method rejects with a `MinimesosError`:
 * `DOCKER_UNREACHABLE` (no connection, or no answer in time; names the socket or host that was tried),
 * `DOCKER_NOT_FOUND` (404), `DOCKER_CONFLICT` (409: a name in use, a removal in progress), `IMAGE_UNAVAILABLE` (pull or
 * build failed), `DOCKER_REFUSED` (400: the request is wrong; 403 of a subnet that overlaps), `DOCKER_FAILED` (500, a
 * cut connection), `INTERRUPTED` (its signal fired). An address or a network still in use is a
 * `DOCKER_CONFLICT`, a port of the host that somebody has is `PORT_TAKEN`.
 */

import type { PortSpec, PublishedPort } from '../container-spec.js';
import type { ContainerState } from '../model.js';
import type { Exec, LogOptions, LogText } from './process.js';

export type Labels = Record<string, string>;

export interface EngineInfo {
  /** Of the engine, for example `20.10.24`. */
  version: string;
  /** The API version that was agreed on. */
  apiVersion: string;
  /** Of the engine, which need not be this machine: `linux`; `amd64`, `arm64`. */
  os: string;
  arch: string;
  /** What was connected to, for example `unix:///var/run/docker.sock`. */
  host: string;
  /** The oldest API version that it answers; undefined where it does not tell. */
  minApiVersion: string | undefined;
  /** Of the control groups of its machine; undefined where it does not tell (before API 1.41). */
  cgroupVersion: 1 | 2 | undefined;
  /** Of its machine, in bytes. */
  memory: number;
  /** Folder of its machine that holds images, containers and volumes. */
  dataRoot: string;
}

export interface ImageSummary {
  id: string;
  /** Tags and digests: `minimesos/simulator:0123456789ab`. */
  references: string[];
  /** Bytes, of all its layers. */
  size: number;
}

export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  labels: Labels;
  state: ContainerState;
  exitCode?: number | undefined;
  /** Per network name; empty where the container has no address now. */
  addresses: Record<string, string>;
  /** Per network name, the id of the network that it was last started on: it starts on no other, even of that name. */
  startedOn: Record<string, string>;
  /** Per network name, the id of the attachment that is in use now; empty while it does not run. */
  endpoints: Record<string, string>;
  /** What the engine publishes of it; empty while it does not run. */
  published: PublishedPort[];
}

export interface ContainerDetail extends ContainerSummary {
  /** ISO 8601; undefined if it never started. */
  startedAt?: string | undefined;
  error: string;
  /** Per network name, in any order, what others there find it under: its host name too, its own name and id apart. */
  aliases: Record<string, string[]>;
}

export interface CreateContainer {
  name: string;
  image: string;
  hostname: string;
  entrypoint?: string[] | undefined;
  command?: string[] | undefined;
  env: Record<string, string>;
  labels: Labels;
  /** The network's name with a fixed address, or `host`. */
  network: { name: string; ip: string; aliases: string[] } | 'host';
  ports: PortSpec[];
  mounts: /** The labels are given to a volume that has to be made. */
  (
    | { type: 'volume'; source: string; target: string; labels?: Labels | undefined }
    | { type: 'bind'; source: string; target: string; readOnly?: boolean | undefined }
  )[];
  privileged: boolean;
  hostPid: boolean;
  stopTimeout: number;
}

export interface NetworkSummary {
  id: string;
  name: string;
  labels: Labels;
  /** Of each IPv4 pool, in CIDR form; the first one's gateway. */
  subnets: string[];
  gateway: string;
  /** ISO 8601 in UTC; empty where the engine does not tell. */
  createdAt: string;
}

export interface VolumeSummary {
  name: string;
  labels: Labels;
  mountpoint: string;
  /**
   * ISO 8601 in UTC, to the second; empty where the engine does not tell. Engines before 23 tell when something was last
   * made or removed right below the mount point: only of a volume that stays empty is it the creation.
   */
  createdAt: string;
}

/** Of a pull or a build: bytes where the engine tells them, else undefined. */
export interface Progress {
  current: number;
  total: number | undefined;
}

export interface EngineEvent {
  type: string;
  action: string;
  id: string;
  labels: Labels;
}

export interface Docker {
  info(): Promise<EngineInfo>;

  /** All containers, running or not, that bear every one of these labels (a value of '' asks for the key only). */
  listContainers(labels: Labels): Promise<ContainerSummary[]>;
  /** All containers, running or not and whosever they are, that mount this folder of the engine's host, or one that is in it. */
  listMounting(folder: string): Promise<ContainerSummary[]>;
  inspectContainer(id: string): Promise<ContainerDetail>;
  /**
   * Under an init, without a restart policy; starts nothing. Gives the id. Only the `ports` with a `hostPort` are
   * published, on their address of the engine's host (its loopback where none is given); on the network `host` none is.
   */
  createContainer(spec: CreateContainer): Promise<string>;
  /** A container that already runs is no error. */
  startContainer(id: string): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  /** A container that is already stopped or gone is no error. */
  stopContainer(id: string): Promise<void>;
  /** For a process that does not answer: it has two seconds to end before it is killed, whatever the container says. */
  restartContainer(id: string): Promise<void>;
  /** Kills it if it runs, takes its anonymous volumes along; a container that is gone is no error. */
  removeContainer(id: string): Promise<void>;
  /**
   * Makes a container, running or not, stand on the network of this id, at this address and under these names. Standing
   * so already, it is left alone; standing there otherwise, it is taken off first. A network that is gone is a
   * `DOCKER_NOT_FOUND`, an address that a running container has is a `DOCKER_CONFLICT`; of both nothing is changed.
   */
  connectContainer(network: string, id: string, at: { ip: string; aliases: string[] }): Promise<void>;
  /** The last lines of stdout and stderr, in order. */
  tailLogs(id: string, lines: number): Promise<string[]>;
  /** What a container said, running or not. Ends with the container (also where it is restarted) and with the signal. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogText>;
  /**
   * Runs a command in a running container and gives its exit code. Rejects with `NO_COMMAND` or `COMMAND_REFUSED` where there is
   * no such program or it cannot be run, with `DOCKER_CONFLICT` where the container does not run. The signal ends the
   * connection, not the process.
   */
  exec(id: string, exec: Exec, signal: AbortSignal): Promise<number>;

  /** Of these references, those that the engine has. */
  presentImages(references: readonly string[]): Promise<Set<string>>;
  /** All images of this repository, whatever their tags. */
  imagesOf(repository: string): Promise<ImageSummary[]>;
  pullImage(reference: string, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
  /** Makes an image of one layer from a tar of a root file system; `changes` are Dockerfile instructions. */
  importImage(reference: string, rootfs: NodeJS.ReadableStream, changes: string[], signal: AbortSignal): Promise<void>;
  /** `context` is a tar with a Dockerfile; the images that it builds on are pulled where they are missing. */
  buildImage(
    reference: string,
    context: NodeJS.ReadableStream,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<void>;

  /** Null labels: all networks of the engine. */
  listNetworks(labels: Labels | null): Promise<NetworkSummary[]>;
  createNetwork(name: string, subnet: string, labels: Labels): Promise<NetworkSummary>;
  /** A network that is gone is no error. */
  removeNetwork(id: string): Promise<void>;

  listVolumes(labels: Labels): Promise<VolumeSummary[]>;
  /** One that exists under this name is given back as it is. `hostFolder` is bound as its content. */
  createVolume(name: string, labels: Labels, hostFolder?: string): Promise<VolumeSummary>;
  /** A volume that is gone is no error. */
  removeVolume(name: string): Promise<void>;

  /**
   * Of the containers that bear these labels, from the moment of the call on (not of the first iteration, so nothing is
   * missed in between). Ends with the signal; rejects when the connection is lost. An event may be ahead of the listing:
   * 20.10 shows a container that died as running for 0.1 s more.
   */
  events(labels: Labels, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** As `events`, of the networks (`connect`, `disconnect` too) and volumes of these names. They bear no labels. */
  namedEvents(names: readonly string[], signal: AbortSignal): AsyncIterable<EngineEvent>;
}
