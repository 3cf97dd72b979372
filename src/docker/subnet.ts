/** A network of its own for each cluster, with room for fixed addresses, on a subnet that nobody uses. */

import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { MinimesosError } from '../errors.js';
import type { Docker, Labels } from './docker.js';

/** /21 subnets, with room for a thousand agents, at the far end of the range that Docker itself takes its networks from. */
const POOLS = ['172.30', '172.29', '172.28'];
const PREFIX = 21;
const PER_POOL = 32;

/** Creates the network; a subnet that turns out to be taken, by another cluster at the same moment, is passed over. */
export async function createNetwork(docker: Docker, name: string, labels: Labels): Promise<void> {
  const networks = await docker.listNetworks(null);
  const taken = [...networks.flatMap(({ subnets }) => subnets), ...hostSubnets()];
  for (const subnet of freeSubnets(name, taken)) {
    try {
      await docker.createNetwork(name, subnet, labels);
      return;
    } catch (error) {
      if (!(error instanceof MinimesosError && error.code === 'DOCKER_REFUSED')) throw error;
    }
  }
  throw new MinimesosError(
    'SUBNETS_TAKEN',
    `no free subnet for the network ${name}: all of ${POOLS.join(', ')} are in use`,
  );
}

/** Every candidate, beginning where the name says, so that a network made anew gets its old subnet and its agents their ids. */
export function candidates(name: string): string[] {
  const all = POOLS.flatMap((pool) => Array.from({ length: PER_POOL }, (_, each) => `${pool}.${each * 8}.0/${PREFIX}`));
  const first = createHash('sha256').update(name).digest().readUInt32BE() % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** The candidates that overlap none that is taken. */
export function freeSubnets(name: string, taken: readonly string[]): string[] {
  return candidates(name).filter((subnet) => !taken.some((other) => overlap(subnet, other)));
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

/** Of IPv4 only; undefined for anything else. */
function range(cidr: string): { first: number; last: number } | undefined {
  const [, address, prefix] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (!address) return undefined;
  const size = 2 ** (32 - Number(prefix));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** Of the networks that this machine is on. */
export function hostSubnets(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).flatMap(({ cidr }) => cidr ?? []));
}
