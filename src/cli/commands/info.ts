import { MinimesosError } from '../../errors.js';
import type { Status } from '../../status.js';
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
  const roles = status.components.flatMap(roleVariables);
  return [
    `Minimesos cluster is running: ${id}`,
    `Mesos version: ${mesosVersion}`,
    `Distribution: ${distribution}`,
    `export MINIMESOS_NETWORK_GATEWAY=${gateway ?? ''}`,
    ...roles.map((each) => each.map(([name, value]) => `export ${name}=${value}`).join('; ')),
  ].join('\n');
}

function variables(status: Status): [string, string][] {
  return [
    ['MINIMESOS_NETWORK_GATEWAY', status.cluster.gateway ?? ''],
    ...status.components.flatMap(roleVariables).flat(),
  ];
}

/** URL and address of the first component of a kind that listens somewhere. */
function roleVariables({ kind, index, container, endpoint }: Status['components'][number]): [string, string][][] {
  if (index !== 0 || !endpoint) return [];
  const role = kind.replace('-', '').toUpperCase();
  return [
    [
      [`MINIMESOS_${role}`, endpoint],
      [`MINIMESOS_${role}_IP`, container?.ip || new URL(endpoint).hostname],
    ],
  ];
}
