import type { Status } from '../../status.js';
import { allVariables, roleVariables } from '../../variables.js';
import { runningCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';
import { envFile } from '../env-file.js';
import { movedPorts } from '../moved-ports.js';

interface InfoFlags {
  output?: Context['args']['output'] | 'env';
}

/** The cluster's addresses in the form that 0.13 printed and scripts evaluate. */
export const info: Command<InfoFlags> = async (context, { output = context.args.output }) => {
  const { status } = await runningCluster(context);
  for (const line of movedPorts(status.components)) context.tell(`note: ${line}`);
  const variables = allVariables(status);
  if (output === 'json') context.printJson({ cluster: status.cluster, variables: Object.fromEntries(variables) });
  else if (output === 'env') context.print(envFile(variables));
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
