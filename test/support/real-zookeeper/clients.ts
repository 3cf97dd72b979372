/** ZooKeeper's own command line and kazoo, run beside a server until they end. */

import type { NetworkSummary } from '../../../src/docker/docker.js';
import { addressIn, type Sandbox } from '../engine.js';
import { until } from '../simulator.js';

const PATIENCE_MS = 60_000;
const LINES = 1000;

/** What zkCli.sh says of itself and of its connection, at any moment. */
const NOISE = /^(SLF4J:.*|Connecting to .*|Welcome to .*|JLine .*|WATCHER::|WatchedEvent .* type:None .*|\s*)$/;

/** What two servers may differ in without any client noticing: who stands where, when it was, what came of it when. */
export interface Session {
  /** The watches that were told, in order. */
  events: string[];
  /** Everything else, in order; zxids by their rank. */
  output: string[];
}

/** A server that listens on 2181 on the network, under this name. */
export async function serve(
  sandbox: Sandbox,
  network: NetworkSummary,
  name: string,
  number: number,
  { image, command }: { image: string; command?: string[] },
): Promise<void> {
  const env = { ZOO_TICK_TIME: '500', ZOO_MAX_CLIENT_CNXNS: '0', ZOO_4LW_COMMANDS_WHITELIST: '*' };
  const place = { name: network.name, ip: addressIn(network, number), aliases: [name] };
  const id = await sandbox.docker.createContainer(sandbox.spec(image, network, { env, command, network: place }));
  await sandbox.docker.startContainer(id);
}

/** What a client of the image says until it ends. */
export async function ask(
  sandbox: Sandbox,
  network: NetworkSummary,
  number: number,
  { image, command }: { image: string; command: string },
): Promise<string[]> {
  const { docker } = sandbox;
  const place = { name: network.name, ip: addressIn(network, number), aliases: [] };
  const spec = sandbox.spec(image, network, { command: ['bash', '-c', command], network: place });
  const id = await docker.createContainer(spec);
  await docker.startContainer(id);
  await until(`the end of ${command}`, async () => (await docker.inspectContainer(id)).state === 'exited', PATIENCE_MS);
  return docker.tailLogs(id, LINES);
}

/** A session of zkCli.sh as its user sees it, without what is of the moment. */
export function sessionOf(lines: readonly string[]): Session {
  const told = lines.filter((line) => !NOISE.test(line));
  const ranks = new Map<string, number>();
  const rank = (zxid: string): number => {
    if (!ranks.has(zxid)) ranks.set(zxid, ranks.size);
    return ranks.get(zxid) ?? 0;
  };
  const output = told
    .filter((line) => !line.startsWith('WatchedEvent'))
    .map((line) => line.replace(/(Zxid = )(0x\w+)/, (_all, name: string, zxid: string) => `${name}${rank(zxid)}`))
    .map((line) => line.replace(/time = .*/, 'time').replace(/\bip: [\d.]+/, 'ip'));
  return { events: told.filter((line) => line.startsWith('WatchedEvent')), output };
}
