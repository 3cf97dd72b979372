/**
 * The ports of the engine's host on which a component is published. Of the clusters of an engine the first gets the usual
 * ones; whoever comes later gets others, and keeps them for the life of its container. What is no cluster has to give way by
 * hand: nobody looks for a master at another port because of a program that was forgotten.
 */

import { createHash } from 'node:crypto';
import { LOOPBACK, type PortSpec, type PublishedPort } from './container-spec.js';
import type { ContainerSummary, Docker } from './docker/docker.js';
import { asMinimesosError, MinimesosError } from './errors.js';
import { readCluster, readPublished } from './observed/labels.js';

export interface Publication {
  ports: PortSpec[];
  /** The cluster that has the usual port; undefined where it is this one. */
  takenBy?: string | undefined;
}

/** Above those that Linux gives to outgoing connections, which would be in the way now and then. */
const FIRST_OTHER = 61_000;
const OTHERS = 4_000;

type HostPort = Pick<Asked, 'protocol' | 'hostPort' | 'hostIp'>;
type Asked = PortSpec & { hostPort: number };

interface Placement {
  port: PortSpec;
  takenBy?: string | undefined;
}

/**
 * Makes something that is published, on ports that are free; what `make` made and could not start for want of a port is
 * gone when it rejects, and it is called again with another. Rejects with `PORT_TAKEN` where somebody who is no cluster has
 * the port.
 */
export async function publish(
  wanted: PortSpec[],
  cluster: string,
  docker: Docker,
  make: (publication: Publication) => Promise<void>,
): Promise<Publication> {
  const refused = new Set<number>();
  for (;;) {
    const publication = await choose(wanted, cluster, docker, refused);
    try {
      await make(publication);
      return publication;
    } catch (thrown) {
      if (!isTaken(thrown)) throw thrown;
      for (const { hostPort } of publication.ports) if (hostPort !== undefined) refused.add(hostPort);
    }
  }
}

/** `published on 127.0.0.1:61234, since 5050 is taken by cluster 89bd486dbd`; undefined where the ports are the usual ones. */
export function outcomeOf({ ports, takenBy }: Publication): string | undefined {
  const moved = ports.filter(isAsked).find(({ port, hostPort }) => port !== hostPort);
  return takenBy && moved && `published on ${placeOf(moved)}, since ${moved.port} is taken by cluster ${takenBy}`;
}

/** Why a container that is there could not be started, where it was for a port of the host; else what was thrown. */
export async function whyNotStarted(thrown: unknown, published: readonly PublishedPort[], docker: Docker) {
  if (!isTaken(thrown)) return thrown;
  const others = await docker.listContainers({});
  const taken = published.map((port) => ({ port, holder: others.find((each) => holds(each, port)) }));
  const { port, holder } = taken.find((each) => each.holder) ?? {};
  return port && holder ? takenError(port, holder) : thrown;
}

async function choose(
  wanted: PortSpec[],
  cluster: string,
  docker: Docker,
  refused: ReadonlySet<number>,
): Promise<Publication> {
  if (!wanted.some(isAsked)) return { ports: wanted };
  const containers = await docker.listContainers({});
  const placements = wanted.map(
    (port): Placement => (isAsked(port) ? placed(port, cluster, containers, refused) : { port }),
  );
  return { ports: placements.map(({ port }) => port), takenBy: placements.find(({ takenBy }) => takenBy)?.takenBy };
}

function placed(
  asked: Asked,
  cluster: string,
  containers: readonly ContainerSummary[],
  refused: ReadonlySet<number>,
): Placement {
  const holder = containers.find((each) => holds(each, asked));
  const takenBy = clusterOf(holder ?? containers.find((each) => clusterOf(each) !== cluster && reserves(each, asked)));
  if (holder && takenBy === cluster) throw stillThere(asked, holder);
  if (holder && !takenBy) throw takenError(asked, holder);
  if (!takenBy && refused.has(asked.hostPort)) throw takenError(asked);
  return takenBy ? { port: other(asked, cluster, containers, refused), takenBy } : { port: asked };
}

/** The search begins where the cluster's id says, so that a component which is made anew most likely gets the same one. */
function other(
  asked: Asked,
  cluster: string,
  containers: readonly ContainerSummary[],
  refused: ReadonlySet<number>,
): PortSpec {
  const first = createHash('sha256').update(`${cluster} ${asked.port}`).digest().readUInt32BE() % OTHERS;
  for (let tried = 0; tried < OTHERS; tried++) {
    const port = { ...asked, hostPort: FIRST_OTHER + ((first + tried) % OTHERS) };
    if (!refused.has(port.hostPort) && !containers.some((each) => holds(each, port) || reserves(each, port)))
      return port;
  }
  throw takenError(asked);
}

/** The engine publishes it there now. */
function holds({ published }: ContainerSummary, port: HostPort): boolean {
  return published.some((each) => meet(each, port));
}

/** A cluster's container that does not run counts on its ports too, or it could not be started again. */
function reserves({ labels }: ContainerSummary, port: HostPort): boolean {
  return readPublished(labels).some((each) => meet(each, port));
}

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

function meet(one: HostPort, another: HostPort): boolean {
  const [address, other] = [one, another].map(({ hostIp = LOOPBACK }) => hostIp);
  const sameAddress = address === other || [address, other].some((each = '') => EVERYWHERE.includes(each));
  return sameAddress && one.hostPort === another.hostPort && one.protocol === another.protocol;
}

function isAsked(port: PortSpec): port is Asked {
  return port.hostPort !== undefined;
}

function placeOf({ hostIp = LOOPBACK, hostPort }: HostPort): string {
  return `${hostIp}:${hostPort}`;
}

function clusterOf(container: ContainerSummary | undefined): string | undefined {
  return container && readCluster(container.labels)?.id;
}

function isTaken(thrown: unknown): boolean {
  return asMinimesosError(thrown).code === 'PORT_TAKEN';
}

/** Without a holder it is none of the engine's containers. */
function takenError({ hostPort }: HostPort, holder?: ContainerSummary): MinimesosError {
  const taken = `port ${hostPort} of this machine is taken`;
  const cluster = clusterOf(holder);
  const instead = 'or leave mapPortsToHost out';
  if (!holder) {
    const hint = `ss -ltnp 'sport = :${hostPort}' names it: stop it, ${instead}`;
    return new MinimesosError('PORT_TAKEN', `${taken} by a program that is no container of this engine`, { hint });
  }
  if (!cluster) {
    const hint = `docker stop ${holder.name}, ${instead}`;
    return new MinimesosError('PORT_TAKEN', `${taken} by the container ${holder.name}`, { hint });
  }
  const hint = 'docker rm the container that was to be started, and apply makes it anew on another port';
  return new MinimesosError('PORT_TAKEN', `${taken} by cluster ${cluster}`, { hint });
}

/** One that goes, on its way. */
function stillThere({ hostPort }: HostPort, { name }: ContainerSummary): MinimesosError {
  return new MinimesosError('DOCKER_CONFLICT', `port ${hostPort} of this machine is still published by ${name}`);
}
