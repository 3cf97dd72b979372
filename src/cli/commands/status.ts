import type { Cluster, ComponentStatus, Status } from '../../api/cluster.js';
import { openCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';
import { movedPorts } from '../moved-ports.js';
import { isWarning } from '../news.js';
import { table } from '../table.js';

/** Each component, its phase and why; `--watch` goes on and shows it whenever it changes. */
export const status: Command<{ watch: boolean }> = async (context, { watch }) => {
  const cluster = await openCluster(context, { find: true });
  if (watch) return follow(context, cluster);
  const result = await cluster.status();
  if (context.args.output === 'json') context.printJson(result);
  else context.print(asText(result, context));
  return 0;
};

const LOOK_EVERY_MS = 1_000;

async function follow(context: Context, cluster: Cluster): Promise<number> {
  const { args, print, printJsonLine, signal, streams } = context;
  const { systemClock: clock } = await import('../../clock.js');
  const draw = streams.stdout.isTTY
    ? (await import('../picture.js')).pictureOn(streams.stdout).show
    : (text: string) => print(`${text}\n`);
  for (let before = ''; !signal.aborted; ) {
    const status = await cluster.status().catch((error) => (signal.aborted ? undefined : Promise.reject(error)));
    const now = JSON.stringify(status);
    if (status && now !== before) {
      if (args.output === 'json') printJsonLine(status);
      else draw(asText(status, context));
    }
    before = now;
    await clock.wait(LOOK_EVERY_MS, signal);
  }
  return 0;
}

function asText({ cluster, components, conditions }: Status, { paintResult: paint }: Context): string {
  const tone = cluster.phase === 'ready' ? 'good' : cluster.phase === 'degraded' ? 'bad' : 'busy';
  const head = [
    `cluster ${paint('strong', cluster.id)} (${cluster.name}) is ${paint(tone, cluster.phase)}`,
    `distribution: ${cluster.distribution}, Mesos ${cluster.mesosVersion}`,
    paint('dim', cluster.file),
  ];
  const isPublished = components.some(({ ports }) => ports);
  const rows = components.map(({ id, name, phase, endpoint, ports, reason }) => [
    name ? `${id} (${name})` : id,
    phase,
    endpoint ?? '-',
    ...(isPublished ? [placesOf(ports)] : []),
    reason,
  ]);
  const told = conditions
    .filter(isWarning)
    .map(({ type, message, since }) => `${paint('bad', type)}: ${message}${since ? ` (since ${since})` : ''}`);
  const columns = ['COMPONENT', 'PHASE', 'ENDPOINT', ...(isPublished ? ['ON HOST'] : []), 'REASON'];
  return [...head, ...told, ...movedPorts(components), '', ...table([columns, ...rows])].join('\n');
}

function placesOf(ports: ComponentStatus['ports'] = []): string {
  return ports.map(({ hostIp, hostPort }) => `${hostIp}:${hostPort}`).join(', ') || '-';
}
