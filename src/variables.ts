/** Where a cluster's components are, as the MINIMESOS_ variables that shells and Marathon JSON use. */

import { dirname } from 'node:path';
import type { ComponentStatus, Status } from './status.js';

export type Variable = [name: string, value: string];

/** A line of 0.13's `info` for each role: its URL, its address. */
export function roleVariables({ components }: Status): Variable[][] {
  return roles(components).map(({ role, url, ip }) => [
    [`MINIMESOS_${role}`, url],
    [`MINIMESOS_${role}_IP`, ip],
  ]);
}

/** All of them: beside those of the roles their ports, the network's gateway and the minimesosFile's folder. */
export function allVariables({ cluster, components }: Status): ReadonlyMap<string, string> {
  return new Map([
    ['MINIMESOS_NETWORK_GATEWAY', cluster.gateway ?? ''],
    ['MINIMESOS_HOST_DIR', dirname(cluster.file)],
    ...roles(components).flatMap(({ role, url, ip, port }): Variable[] => [
      [`MINIMESOS_${role}`, url],
      [`MINIMESOS_${role}_IP`, ip],
      [`MINIMESOS_${role}_PORT`, port],
    ]),
  ]);
}

/** One of each kind: the leader where there is one, else the first that listens somewhere. */
function roles(components: readonly ComponentStatus[]) {
  const listening = components.filter(({ endpoint, container }) => endpoint && container);
  const kinds = [...new Set(listening.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = listening.filter((each) => each.kind === kind);
    const { endpoint, container } = all.find(({ leader }) => leader) ?? all[0] ?? {};
    const { hostname, port } = new URL(endpoint ?? '');
    const url = kind === 'zookeeper' ? zookeeperUrl(all) : (endpoint ?? '');
    return { role: kind.replace('-', '').toUpperCase(), url, ip: container?.ip || hostname, port };
  });
}

/** Names each of an ensemble, as the clients of ZooKeeper take it. */
function zookeeperUrl(all: ComponentStatus[]): string {
  const urls = all.map(({ endpoint }) => new URL(endpoint ?? ''));
  return `zk://${urls.map(({ host }) => host)}${urls[0]?.pathname}`;
}
