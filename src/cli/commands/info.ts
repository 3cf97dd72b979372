import { MinimesosError } from '../../errors.js';
import type { Status } from '../../status.js';
import { allVariables, roleVariables } from '../../variables.js';
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
    context.printJson({ cluster: status.cluster, variables: Object.fromEntries(allVariables(status)) });
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
