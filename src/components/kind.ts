/** The contract of a kind of component: one file beside this one fills it in for each kind. */

import { type ContainerSpec, LOOPBACK, type PortSpec, type VolumeSpec } from '../container-spec.js';
import type { Kind, Need, ObservedVolume, Place } from '../model.js';
import type { BlockSpec, ClusterSpec } from '../spec.js';
import type { Lifecycle } from './lifecycle.js';

/** One component that the file wants, before its distribution gives it an image. */
export interface Draft {
  block: BlockSpec;
  name?: string | undefined;
  /** Of the component's API, for probes and endpoints. */
  port?: number | undefined;
  volume?: VolumeSpec | undefined;
  /** How many there are to be of a kind of which several decide together. */
  ensemble?: number | undefined;
  /** Whether one of them without data counts for a majority. */
  blankVotes?: boolean;
  /** Parts of the spec, beside the block's own variables, that may hold what is nobody's business: `command`, `env NAME`. */
  untold?: readonly string[];
  /** What Docker is asked for, but for the image; `args` follow the program that the image starts. */
  container(place: Place): ContainerDraft;
}

export interface ContainerDraft extends Partial<Omit<ContainerSpec, 'image' | 'command'>> {
  args?: string[];
  env: Record<string, string>;
}

export interface ComponentKind {
  kind: Kind;
  lifecycle: Lifecycle;
  /** Must have got so far before a container of this kind is created. */
  startsAfter: Need[];
  /** A running component of this kind becomes ready only after these; its own failure is then theirs. */
  waitsFor: Kind[];
  /**
   * Of a kind of which several decide together, by majority: which are made first when a file wants more of them, those
   * that are new or those that are there, anew. One that was alone always goes first.
   */
  ensemble?: { grows: 'new ones first' | 'old ones first' };
  /** Host part of the first component's address in the cluster's subnet; the others follow. */
  firstAddress: number;
  drafts(spec: ClusterSpec): Draft[];
  /** Of a kind that does not carry on with just any volume that an earlier one left. */
  recovery?: Recovery;
}

export interface Recovery {
  /** Why the process would refuse what is left; undefined where it carries on with it. */
  refuses(volume: VolumeSpec, left: ObservedVolume): string | undefined;
  /** Whether it carries on only at the address that the volume was first used at. */
  bound: boolean;
  /** For people: what comes of a volume that is refused. */
  resetMeans: string;
}

/** Where the processes of Mesos find ZooKeeper, by the aliases that the cluster's network resolves. */
export function zookeeperUrl({ zookeeper }: ClusterSpec, path: string): string {
  return `zk://${zookeepers(zookeeper.instances).map((name) => `${name}:2181`)}${path}`;
}

/** The names of all of them, as the cluster's network resolves them. */
export function zookeepers(instances: number): string[] {
  return Array.from({ length: instances }, (_, index) => `zookeeper-${index}`);
}

/** More of a block, of which the components differ by their index only. */
export function times(instances: number, draft: Draft): Draft[] {
  return Array.from({ length: instances }, () => draft);
}

/** The address of the `index`-th component of a kind in a subnet such as `172.30.8.0/21`. */
export function addressIn(subnet: string, kind: ComponentKind, index: number): string {
  return addressAt(subnet, kind.firstAddress + index);
}

/** The address with this number in a subnet. */
export function addressAt(subnet: string, number: number): string {
  const address = firstAddressOf(subnet) + number;
  return `${(address >>> 24) & 255}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Read digit by digit: a plan asks for it several times a component. */
function firstAddressOf(subnet: string): number {
  let address = 0;
  let part = 0;
  for (const sign of subnet) {
    if (sign === '/') break;
    if (sign !== '.') part = part * 10 + Number(sign);
    else [address, part] = [address * 256 + part, 0];
  }
  return address * 256 + part;
}

/**
 * A port that `mapPortsToHost` publishes under its own number: that of the first of a kind, or they would be in each other's
 * way. The usual address is not named: what older versions made does not differ from it.
 */
export function published(
  port: number,
  { mapPortsToHost, bindAddress }: Pick<ClusterSpec, 'mapPortsToHost' | 'bindAddress'>,
  index = 0,
): PortSpec {
  if (!mapPortsToHost || index > 0) return { port, protocol: 'tcp' };
  return { port, protocol: 'tcp', hostPort: port, ...(bindAddress === LOOPBACK ? {} : { hostIp: bindAddress }) };
}
