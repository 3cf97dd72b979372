import type { ZookeeperService } from './service.js';

/** What the four-letter words tell beyond the znodes. */
export interface ServerFacts {
  port: number;
  dataDirectory: string;
  connections: { address: string; sessionId: bigint | null; received: number; sent: number }[];
  received: number;
  sent: number;
}

export const ZOOKEEPER_VERSION = '3.8.0-minimesos-simulator, built on 2026-01-01 00:00 UTC';

type Word = (service: ZookeeperService, facts: ServerFacts) => string;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function clients(facts: ServerFacts): string {
  const lines = facts.connections.map(
    ({ address, sessionId, received, sent }) =>
      ` /${address}[${sessionId === null ? 0 : 1}](queued=0,recved=${received},sent=${sent})\n`,
  );
  return lines.join('');
}

function server(service: ZookeeperService, facts: ServerFacts): string {
  const { connections, received, sent } = facts;
  return [
    'Latency min/avg/max: 0/0.0/0',
    `Received: ${received}`,
    `Sent: ${sent}`,
    `Connections: ${connections.length}`,
    'Outstanding: 0',
    `Zxid: ${hex(service.zxid)}`,
    'Mode: standalone',
    `Node count: ${service.tree.size}`,
    '',
  ].join('\n');
}

const words: { [word: string]: Word } = {
  ruok: () => 'imok',
  isro: () => 'rw',
  srvr: (service, facts) => `Zookeeper version: ${ZOOKEEPER_VERSION}\n${server(service, facts)}`,
  stat: (service, facts) =>
    `Zookeeper version: ${ZOOKEEPER_VERSION}\nClients:\n${clients(facts)}\n${server(service, facts)}`,
  conf: (service, { port, dataDirectory }) =>
    [
      `clientPort=${port}`,
      'secureClientPort=-1',
      `dataDir=${dataDirectory}`,
      'dataDirSize=0',
      `dataLogDir=${dataDirectory}`,
      'dataLogSize=0',
      `tickTime=${service.tickMs}`,
      'maxClientCnxns=0',
      `minSessionTimeout=${2 * service.tickMs}`,
      `maxSessionTimeout=${20 * service.tickMs}`,
      'clientPortListenBacklog=-1',
      'serverId=0',
      '',
    ].join('\n'),
  mntr: (service, facts) =>
    Object.entries({
      version: ZOOKEEPER_VERSION,
      server_state: 'standalone',
      avg_latency: 0,
      max_latency: 0,
      min_latency: 0,
      packets_received: facts.received,
      packets_sent: facts.sent,
      num_alive_connections: facts.connections.length,
      outstanding_requests: 0,
      znode_count: service.tree.size,
      watch_count: service.watches.count,
      ephemerals_count: service.tree.ephemeralCount,
      global_sessions: service.sessions.size,
    })
      .map(([name, value]) => `zk_${name}\t${value}\n`)
      .join(''),
};

/** The answer to a four-letter word; undefined for four bytes that are none. */
export function answerWord(word: string, service: ZookeeperService, facts: ServerFacts): string | undefined {
  return Object.hasOwn(words, word) ? words[word]?.(service, facts) : undefined;
}
