/** A container of the user's own beside a cluster's: on its network, with its labels, and gone when the cluster goes. */

import { randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { addressAt } from '../components/kind.js';
import { isKind } from '../components/registry.js';
import type { Docker } from '../docker/docker.js';
import { asMinimesosError, type ErrorCode, MinimesosError } from '../errors.js';
import type { ClusterIdentity } from '../model.js';
import { addedLabels, dockerName, selector } from '../observed/labels.js';
import { logsOf } from './logs.js';

export interface ContainerRequest {
  /** Under which the others on the cluster's network find it: letters, digits and `-`. */
  name: string;
  /** Pulled where the engine does not have it. */
  image: string;
  /** In place of the image's own. */
  entrypoint?: string[] | undefined;
  /** In place of the image's own. */
  command?: string[] | undefined;
  env?: Record<string, string> | undefined;
  /** Those to publish on 127.0.0.1 of the engine's host; on the cluster's network every port is reached anyway. */
  ports?: { port: number; hostPort: number; protocol?: 'tcp' | 'udp' | undefined }[] | undefined;
  /** More names for it on the cluster's network. */
  aliases?: string[] | undefined;
  /** Absolute paths of the engine's host, and where they appear in the container. */
  mounts?: { source: string; target: string; readOnly?: boolean | undefined }[] | undefined;
}

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface AddedContainer {
  /** Docker's. */
  readonly id: string;
  /** Docker's: `minimesos-<cluster id>-added-<name>`. */
  readonly name: string;
  /** On the cluster's network; the same for its life. */
  readonly ip: string;
  /** What it said so far on both streams, or the last so many lines of it. */
  logs(tail?: number): Promise<string>;
  /** Runs a program in it, without a shell in between. */
  exec(command: string[]): Promise<Ran>;
  /** Gone already is no error. */
  remove(): Promise<void>;
}

export interface Around {
  docker: Docker;
  cluster: ClusterIdentity;
  /** Of minimesos, for labels. */
  version: string;
  signal: AbortSignal;
}

/** Beyond the addresses of a thousand agents, in a subnet of two thousand. */
const FIRST_ADDRESS = 1_280;
const LAST_ADDRESS = 2_045;
/** Of picking an address that nobody has. */
const TRIES = 20;

/**
 * Resolves when it runs. Rejects with `USAGE` for a name that is none or a component's, `NO_CLUSTER` where the cluster
 * has no network, `IMAGE_UNAVAILABLE`, `DOCKER_CONFLICT` where there is one of this name, and as the engine refuses.
 */
export async function addContainer(request: ContainerRequest, around: Around): Promise<AddedContainer> {
  try {
    return await add(request, around);
  } catch (thrown) {
    const { code, message, hint, details } = asMinimesosError(thrown);
    throw new MinimesosError(code, message, { hint: HINTS[code] ?? hint, details, cause: thrown });
  }
}

/** In place of those that are about components. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  IMAGE_UNAVAILABLE: 'name one that the engine has, or can reach',
  PORT_TAKEN: 'publish it on another hostPort, or stop who has this one',
  DOCKER_CONFLICT: 'remove() the one that has this name, or give another name',
};

async function add(request: ContainerRequest, around: Around): Promise<AddedContainer> {
  for (const name of [request.name, ...(request.aliases ?? [])]) checkName(name);
  const { docker, cluster } = around;
  const [network] = await docker.listNetworks(selector(cluster.id));
  if (!network) throw new MinimesosError('NO_CLUSTER', `cluster ${cluster.id} has no network`);
  await provideImage(request.image, around);
  for (let left = TRIES; ; left--) {
    const ip = addressAt(network.subnets[0] ?? '', randomInt(FIRST_ADDRESS, LAST_ADDRESS + 1));
    const id = await create(request, { name: network.name, ip }, around);
    try {
      await docker.startContainer(id);
      return added(id, ip, request, around);
    } catch (thrown) {
      await docker.removeContainer(id);
      if (asMinimesosError(thrown).code !== 'DOCKER_CONFLICT' || left <= 1) throw thrown;
    }
  }
}

function create(
  request: ContainerRequest,
  network: { name: string; ip: string },
  { docker, cluster, version }: Around,
): Promise<string> {
  const { name, image, entrypoint, command, env = {}, ports = [], aliases = [], mounts = [] } = request;
  return docker.createContainer({
    name: nameOf(request, cluster),
    image,
    hostname: name,
    entrypoint,
    command,
    env,
    labels: addedLabels(cluster, version),
    network: { ...network, aliases: [name, ...aliases] },
    ports: ports.map(({ port, hostPort, protocol = 'tcp' }) => ({ port, hostPort, protocol })),
    mounts: mounts.map((mount) => ({ type: 'bind', ...mount })),
    privileged: false,
    hostPid: false,
    stopTimeout: 10,
  });
}

function added(id: string, ip: string, request: ContainerRequest, { docker, cluster, signal }: Around): AddedContainer {
  return {
    id,
    name: nameOf(request, cluster),
    ip,
    logs: (tail) => logsOf(id, tail, docker, signal),
    exec: (command) => run(id, command, docker, signal),
    remove: () => docker.removeContainer(id),
  };
}

async function run(id: string, command: string[], docker: Docker, signal: AbortSignal): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const said = Promise.all([text(stdout), text(stderr)]);
  const exitCode = await docker.exec(id, { command, stdout, stderr }, signal).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [out, err] = await said;
  return { exitCode, stdout: out, stderr: err };
}

/** Apart from the components' names, whatever it is called. */
function nameOf({ name }: ContainerRequest, { id }: ClusterIdentity): string {
  return `${dockerName(id)}-added-${name}`;
}

async function provideImage(image: string, { docker, signal }: Around): Promise<void> {
  if ((await docker.presentImages([image])).has(image)) return;
  await docker.pullImage(image, () => {}, signal);
}

/** The names of components lead to components, however they are written. */
function checkName(name: string): void {
  const hint = 'use letters, digits and -, and no name of a component';
  const lower = name.toLowerCase();
  const known = isKind(/^(.+)-\d+$/.exec(lower)?.[1]) || lower.startsWith('minimesos-');
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(name) && !known) return;
  throw new MinimesosError('USAGE', `a container beside a cluster cannot be called "${name}"`, { hint });
}
