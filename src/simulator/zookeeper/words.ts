import { readdirSync, readFileSync } from 'node:fs';
import { hostname, version as osVersion } from 'node:os';
import { idleMetrics } from './metrics.js';
import type { ZookeeperService } from './service.js';
import type { WatchKind } from './watches.js';

/** A connection, as the four-letter words tell of it. */
export interface ConnectionFacts {
  readonly address: string;
  readonly sessionId: bigint | null;
  received: number;
  sent: number;
}

/** What the four-letter words tell beyond the znodes. */
export interface ServerFacts {
  port: number;
  readonly dataDirectory: string;
  readonly mode: 'standalone' | 'leader';
  readonly connections: ReadonlySet<ConnectionFacts>;
  /** Monotonic ms. */
  readonly startedAt: number;
  received: number;
  sent: number;
  /** The words that are answered; null for all. */
  readonly allowed: ReadonlySet<string> | null;
}

export const ZOOKEEPER_VERSION = '3.8.0-minimesos-simulator, built on 2026-01-01 00:00 UTC';

type Word = (service: ZookeeperService, facts: ServerFacts) => string;

/** The watches that the words tell of: ZooKeeper leaves out those on children. */
const TOLD: readonly WatchKind[] = ['data', 'persistent', 'recursive'];

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** ZooKeeper counts the root twice, as "" and as "/". */
const nodeCount = ({ tree }: ZookeeperService): number => tree.size + 1;

function connection({ address, sessionId, received, sent }: ConnectionFacts, more = ''): string {
  return ` /${address}[${sessionId === null ? 0 : 1}](queued=0,recved=${received},sent=${sent}${more})\n`;
}

function server(service: ZookeeperService, { connections, mode, received, sent }: ServerFacts): string {
  return [
    'Latency min/avg/max: 0/0.0/0',
    `Received: ${received}`,
    `Sent: ${sent}`,
    `Connections: ${connections.size}`,
    'Outstanding: 0',
    `Zxid: ${hex(service.zxid)}`,
    `Mode: ${mode}`,
    `Node count: ${nodeCount(service)}`,
    '',
  ].join('\n');
}

/** Every key once, with all its values below it. */
function grouped(pairs: readonly (readonly [string, string])[]): string {
  const groups = new Map<string, Set<string>>();
  for (const [key, value] of pairs) groups.set(key, (groups.get(key) ?? new Set()).add(value));
  return [...groups].map(([key, values]) => `${key}\n${[...values].map((value) => `\t${value}\n`).join('')}`).join('');
}

function watches(service: ZookeeperService): [path: string, session: string][] {
  return service.watches.entries(TOLD).map(([path, { sessionId }]) => [path, hex(sessionId ?? 0n)]);
}

function dump({ sessions, tree }: ZookeeperService, { connections }: ServerFacts): string {
  const ephemerals = tree.ephemerals();
  const owned = ephemerals.map(([id, paths]) => `${hex(id)}:\n${paths.map((path) => `\t${path}\n`).join('')}`);
  const expiries = [...sessions.values()].map(({ id, deadline }) => {
    const at = new Date(Date.now() + deadline - performance.now());
    return `1 expire at ${at.toUTCString()}:\n\t${hex(id)}\n`;
  });
  const open = [...connections].map(
    ({ address, sessionId }) => `\tip: /${address} sessionId: ${hex(sessionId ?? 0n)}\n`,
  );
  return [
    `SessionTracker dump:\nSession Sets (${expiries.length})/(${sessions.size}):\n${expiries.join('')}`,
    `ephemeral nodes dump:\nSessions with Ephemerals (${owned.length}):\n${owned.join('')}`,
    `Connections dump:\nConnections Sets (1)/(${connections.size}):\n${open.join('')}`,
  ].join('');
}

function monitored(service: ZookeeperService, facts: ServerFacts): [name: string, value: string | number][] {
  return [
    ['version', ZOOKEEPER_VERSION],
    ['server_state', facts.mode],
    ['ephemerals_count', service.tree.ephemeralCount],
    ['num_alive_connections', facts.connections.size],
    ['avg_latency', '0.0'],
    ['outstanding_requests', 0],
    ['znode_count', nodeCount(service)],
    ['global_sessions', service.sessions.size],
    ['packets_sent', facts.sent],
    ['packets_received', facts.received],
    ['watch_count', service.watches.count],
    ['min_latency', 0],
    ['max_latency', 0],
    ['auth_failed_count', 0],
    ['approximate_data_size', service.tree.dataSize],
    [
      'max_file_descriptor_count',
      inProcess(() => /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]),
    ],
    ['open_file_descriptor_count', inProcess(() => readdirSync('/proc/self/fd').length)],
    ['local_sessions', 0],
    ['uptime', Math.round(performance.now() - facts.startedAt)],
    ...idleMetrics(),
  ];
}

/** What the system tells of this process; -1 where it does not. */
function inProcess(look: () => string | number | undefined): string | number {
  try {
    return look() ?? -1;
  } catch {
    return -1;
  }
}

function settings({ tickMs }: ZookeeperService, { port, dataDirectory }: ServerFacts): string {
  return [
    `clientPort=${port}`,
    'secureClientPort=-1',
    `dataDir=${dataDirectory}`,
    'dataDirSize=0',
    `dataLogDir=${dataDirectory}`,
    'dataLogSize=0',
    `tickTime=${tickMs}`,
    'maxClientCnxns=0',
    `minSessionTimeout=${2 * tickMs}`,
    `maxSessionTimeout=${20 * tickMs}`,
    'clientPortListenBacklog=-1',
    'serverId=0',
    '',
  ].join('\n');
}

function environment(): string {
  const { platform, arch } = process;
  const lines = { 'zookeeper.version': ZOOKEEPER_VERSION, 'host.name': hostname(), 'node.version': process.version };
  const all = { ...lines, 'os.name': platform, 'os.arch': arch, 'os.version': osVersion(), 'user.dir': process.cwd() };
  return `Environment:\n${Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}`;
}

const words: { readonly [word: string]: Word } = {
  ruok: () => 'imok',
  isro: () => 'rw',
  envi: environment,
  conf: settings,
  dump,
  srvr: (service, facts) => `Zookeeper version: ${ZOOKEEPER_VERSION}\n${server(service, facts)}`,
  stat: (service, facts) => {
    const clients = [...facts.connections].map((each) => connection(each)).join('');
    return `Zookeeper version: ${ZOOKEEPER_VERSION}\nClients:\n${clients}\n${server(service, facts)}`;
  },
  cons: ({ sessions }, { connections }) => {
    const lines = [...connections].map((each) => {
      const session = each.sessionId === null ? undefined : sessions.get(each.sessionId);
      return connection(each, session && `,sid=${hex(session.id)},to=${session.timeoutMs}`);
    });
    return `${lines.join('')}\n`;
  },
  wchs: (service) => {
    const all = watches(service);
    const [paths, sessions] = [new Set(all.map(([path]) => path)), new Set(all.map(([, session]) => session))];
    return `${sessions.size} connections watching ${paths.size} paths\nTotal watches:${all.length}\n`;
  },
  wchc: (service) => `${grouped(watches(service).map(([path, session]) => [session, path]))}\n`,
  wchp: (service) => `${grouped(watches(service))}\n`,
  dirs: () => 'datadir_size: 0\nlogdir_size: 0\n',
  crst: (_service, { connections }) => {
    for (const each of connections) Object.assign(each, { received: 0, sent: 0 });
    return 'Connection stats reset.\n';
  },
  srst: (_service, facts) => {
    Object.assign(facts, { received: 0, sent: 0 });
    return 'Server stats reset.\n';
  },
  mntr: (service, facts) =>
    monitored(service, facts)
      .map(([name, value]) => `zk_${name}\t${value}\n`)
      .join(''),
};

/** The answer to a four-letter word; undefined for four bytes that are none. */
export function answerWord(word: string, service: ZookeeperService, facts: ServerFacts): string | undefined {
  const answer = Object.hasOwn(words, word) ? words[word] : undefined;
  if (answer === undefined) return undefined;
  if (facts.allowed !== null && !facts.allowed.has(word)) {
    return `${word} is not executed because it is not in the whitelist.\n`;
  }
  return answer(service, facts);
}

/** ZooKeeper's `4lw.commands.whitelist`: names with commas between, or a star for all. */
export function allowedWords(list: string | undefined): ReadonlySet<string> | null {
  if (list === undefined || list.trim() === '*') return null;
  return new Set(list.split(',').map((word) => word.trim()));
}
