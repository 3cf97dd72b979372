import type { Status } from '../../status.js';
import { openCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';
import { table } from '../table.js';

/** Each component, its phase and why. */
export const status: Command = async (context) => {
  const cluster = await openCluster(context, { find: true });
  const result = await cluster.status();
  if (context.args.output === 'json') context.printJson(result);
  else context.print(asText(result, context));
  return 0;
};

function asText({ cluster, components }: Status, { paintResult: paint }: Context): string {
  const tone = cluster.phase === 'ready' ? 'good' : cluster.phase === 'degraded' ? 'bad' : 'busy';
  const head = [
    `cluster ${paint('strong', cluster.id)} (${cluster.name}) is ${paint(tone, cluster.phase)}`,
    `distribution: ${cluster.distribution}, Mesos ${cluster.mesosVersion}`,
    paint('dim', cluster.file),
  ];
  const rows = components.map(({ id, name, phase, endpoint, reason }) => [
    name ? `${id} (${name})` : id,
    phase,
    endpoint ?? '-',
    reason,
  ]);
  return [...head, '', ...table([['COMPONENT', 'PHASE', 'ENDPOINT', 'REASON'], ...rows])].join('\n');
}
