/** Whether clusters can be reached, and whether there is room for one more. */

import { LOOPBACK } from '../container-spec.js';
import type { ContainerSummary } from '../docker/docker.js';
import { freeSubnets } from '../docker/subnet.js';
import { dockerName, readCluster } from '../observed/labels.js';
import { type Check, fail, ok, warn } from './check.js';
import type { Facts, Wanted } from './facts.js';
import { wantedOf } from './wanted.js';

export function networkChecks(facts: Facts): Check[] {
  return [addresses(facts), subnet(facts), ...ports(facts)];
}

function addresses({ tried, onThisMachine, engine }: Facts): Check {
  const answering = tried.find(({ answers }) => answers);
  if (answering) return ok('addresses', `containers can be reached: ${answering.component} at ${answering.address}`);
  const hint = 'run minimesos on the machine of the engine, or route the networks of its containers to this one';
  const [silent] = tried;
  if (silent) return fail('addresses', `${silent.component} runs, and ${silent.address} cannot be reached`, hint);
  if (onThisMachine) return ok('addresses', 'the networks of the engine are on this machine');
  return warn(
    'addresses',
    `containers may be out of reach: the networks of ${engine.host} are not on this machine`,
    hint,
  );
}

function subnet({ networks, hostSubnets, cluster }: Facts): Check {
  const own = networks.find(({ name }) => name === dockerName(cluster));
  if (own) return ok('subnet', `the cluster has ${own.subnets.join(', ')}`);
  const free = freeSubnets(cluster, [...networks.flatMap(({ subnets }) => subnets), ...hostSubnets]);
  if (free.length === 0) return fail('subnet', 'none is free for another cluster', 'docker network prune');
  return ok('subnet', `${free.length} are free for other clusters`);
}

function ports(facts: Facts): Check[] {
  const wanted = wantedOf(facts)?.ports ?? [];
  const taken = wanted.flatMap((each) => takenPort(each, facts));
  if (wanted.length === 0 || taken.length > 0) return taken;
  return [ok('ports', `free, or the cluster's own: ${wanted.map(({ port }) => port.hostPort).join(', ')}`)];
}

function takenPort({ component, port }: Wanted['ports'][0], { containers, cluster, listening }: Facts): Check[] {
  const { hostPort } = port;
  const holder = containers.find((each) => isPublishedBy(each, port));
  const by = holder && readCluster(holder.labels)?.id;
  if (by === cluster) return [];
  const what = `${hostPort}, which mapPortsToHost publishes for ${component}, is taken by`;
  if (by !== undefined) {
    const instead = `nothing has to be done; minimesos destroy --cluster ${by} gives the port back`;
    return [warn('ports', `${what} cluster ${by}: another port will be used`, instead)];
  }
  if (holder) return [fail('ports', `${what} the container ${holder.name}`, `docker stop ${holder.name}`)];
  if (!listening.has(hostPort)) return [];
  return [fail('ports', `${what} a program that is no container`, `ss -ltnp 'sport = :${hostPort}' names it`)];
}

function isPublishedBy(
  { published }: ContainerSummary,
  { protocol, hostPort, hostIp = LOOPBACK }: Wanted['ports'][0]['port'],
) {
  const everywhere = ['0.0.0.0', '::'];
  return published.some(
    (each) =>
      each.hostPort === hostPort &&
      each.protocol === protocol &&
      (each.hostIp === hostIp || everywhere.includes(each.hostIp) || everywhere.includes(hostIp)),
  );
}
