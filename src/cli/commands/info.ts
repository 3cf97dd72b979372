import { MinimesosError } from '../../errors.js';
import type { ComponentStatus, Status } from '../../status.js';
import { openCluster } from '../cluster.js';
import type { Command } from '../context.js';

/** The cluster's addresses in the form that 0.13 printed and scripts evaluate. */
export const info: Command = async (context) => {
  const cluster = await openCluster(context, { find: true });
  const status = await cluster.status();
  if (status.cluster.phase === 'absent') {
    throw new MinimesosError('NO_CLUSTER', `no cluster of ${cluster.file} is running`);
  }
  if (context.args.output === 'json')
    context.printJson({ cluster: status.cluster, variables: Object.fromEntries(variables(status)) });
  else context.print(asText(status));
  return 0;
};

function asText(status: Status): string {
  const { id, mesosVersion, distribution, gateway } = status.cluster;
  return [
    `Minimesos cluster is running: ${id}`,
    `Mesos version: ${mesosVersion}`,
    `Distribution: ${distribution}`,
    `export MINIMESOS_NETWORK_GATEWAY=${gateway ?? ''}`,
    ...roleVariables(status).map((each) => each.map(([name, value]) => `export ${name}=${value}`).join('; ')),
  ].join('\n');
}

function variables(status: Status): [string, string][] {
  return [['MINIMESOS_NETWORK_GATEWAY', status.cluster.gateway ?? ''], ...roleVariables(status).flat()];
}

/** URL and address of one of each kind: the leader where there is one, else the first that listens somewhere. */
function roleVariables({ components }: Status): [string, string][][] {
  const listening = components.filter(({ endpoint }) => endpoint);
  const kinds = [...new Set(listening.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = listening.filter((each) => each.kind === kind);
    const { endpoint, container } = all.find(({ leader }) => leader) ?? all[0] ?? {};
    const url = kind === 'zookeeper' ? zookeeperUrl(all) : (endpoint ?? '');
    const role = kind.replace('-', '').toUpperCase();
    return [
      [`MINIMESOS_${role}`, url],
      [`MINIMESOS_${role}_IP`, container?.ip || new URL(endpoint ?? '').hostname],
    ];
  });
}

/** Names each of an ensemble, as the clients of ZooKeeper take it. */
function zookeeperUrl(all: ComponentStatus[]): string {
  const urls = all.map(({ endpoint }) => new URL(endpoint ?? ''));
  return `zk://${urls.map(({ host }) => host)}${urls[0]?.pathname}`;
}
