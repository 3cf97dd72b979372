import { isIPv4 } from 'node:net';
import type { Host } from '../host.js';
import { type HttpAnswer, type HttpRequest, httpServer, json, plainError } from '../http.js';
import { isObject, parseJson, stringField } from '../json.js';
import { listen, type Running } from '../listen.js';
import { type MasterInfo, readMasterInfo } from '../mesos/master-info.js';
import type { RunningRole } from '../role.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { parseZookeeperUrl, type ZookeeperUrl } from '../zookeeper/url.js';
import { serveDns } from './dns.js';
import { fetchText } from './fetch-text.js';

export interface MesosDnsOptions {
  zk: ZookeeperUrl;
  domain: string;
  dnsPort: number;
  httpPort: number;
  host?: string;
  refreshMs: number;
  log?: (message: string) => void;
}

const TTL_SECONDS = 60;
const ANSWER_WITHIN_MS = 2000;

/** Names and their addresses. */
export type Records = ReadonlyMap<string, readonly string[]>;

/** What Mesos-DNS makes of the masters in ZooKeeper (leader first) and of the leader's agents. */
export function recordsOf(domain: string, masters: readonly MasterInfo[], agentIps: readonly string[]): Records {
  const records = new Map<string, string[]>();
  const add = (name: string, ips: readonly string[]): void => {
    const unique = [...new Set(ips.filter((ip) => isIPv4(ip)))];
    if (unique.length > 0) records.set(`${name}.${domain}`, unique);
  };
  add(
    'leader',
    masters.slice(0, 1).map(({ ip }) => ip),
  );
  add(
    'master',
    masters.map(({ ip }) => ip),
  );
  masters.forEach(({ ip }, index) => {
    add(`master${index}`, [ip]);
  });
  add('slave', agentIps);
  return records;
}

/** The addresses of the agents in a master's state. */
export function agentIps(state: string): string[] {
  const json = parseJson(state);
  const slaves = isObject(json) && Array.isArray(json.slaves) ? json.slaves : [];
  const pids = slaves.filter(isObject).map((slave) => stringField(slave, 'pid') ?? '');
  return pids.flatMap((pid) => /@([^@:]+):\d+$/.exec(pid)?.[1] ?? []);
}

async function look(client: ZookeeperClient, options: MesosDnsOptions): Promise<Records> {
  const names = (await client.getChildren(options.zk.path)).filter((name) => name.startsWith('json.info_')).sort();
  const masters: MasterInfo[] = [];
  for (const name of names) {
    const info = readMasterInfo((await client.getData(`${options.zk.path}/${name}`)).data);
    if (info !== null) masters.push(info);
  }
  const [leader] = masters;
  if (leader === undefined) return new Map();
  const { status, body } = await fetchText(leader.ip, leader.port, '/master/state', ANSWER_WITHIN_MS);
  return recordsOf(options.domain, masters, status === 200 ? agentIps(body) : []);
}

/** Serves DNS and HTTP from what ZooKeeper and the leading master say, looked at again every `refreshMs`. */
export async function startMesosDns(options: MesosDnsOptions): Promise<Running & { dnsPort: number }> {
  const { zk, host } = options;
  const client = new ZookeeperClient({ servers: zk.servers, sessionTimeoutMs: 10_000 });
  let records: Records = new Map();
  let next: NodeJS.Timeout | undefined;
  let closed = false;
  let looking = false;
  const refresh = async (): Promise<void> => {
    clearTimeout(next);
    if (looking) return;
    looking = true;
    try {
      if (client.connected) records = await look(client, options);
    } catch (error) {
      // What was known stays: a master that is busy for a moment is still there.
      options.log?.(`Cannot refresh: ${(error as Error).message}`);
    }
    looking = false;
    if (!closed) next = setTimeout(refresh, options.refreshMs);
  };
  client.listen({ connected: () => void refresh() });
  const server = httpServer((request) => answer(request, options, records));
  const at = host === undefined ? {} : { host };
  try {
    const dns = await serveDns({
      port: options.dnsPort,
      ttlSeconds: TTL_SECONDS,
      resolve: (name) => records.get(name) ?? null,
      ...at,
    });
    const port = await listen(server, options.httpPort, host);
    return {
      port,
      dnsPort: dns.port,
      close: async () => {
        closed = true;
        clearTimeout(next);
        client.abandon();
        const ended = new Promise((done) => server.close(done));
        server.closeAllConnections();
        await Promise.all([ended, dns.close()]);
      },
    };
  } catch (error) {
    client.abandon();
    throw error;
  }
}

function answer({ path }: HttpRequest, options: MesosDnsOptions, records: Records): HttpAnswer {
  if (path === '/v1/version')
    return json({
      Service: 'Mesos-DNS',
      Version: 'minimesos-simulator',
      URL: 'https://github.com/mesosphere/mesos-dns',
    });
  if (path === '/v1/config') {
    const { zk, domain, dnsPort, httpPort, refreshMs } = options;
    const hosts = zk.servers.map(({ host, port }) => `${host}:${port}`).join(',');
    return json({
      Zk: `zk://${hosts}${zk.path}`,
      Domain: domain,
      Port: dnsPort,
      HTTPPort: httpPort,
      RefreshSeconds: refreshMs / 1000,
      TTL: TTL_SECONDS,
    });
  }
  const asked = /^\/v1\/hosts\/([^/]+)$/.exec(path)?.[1];
  if (asked === undefined) return plainError(404);
  const name = asked.toLowerCase().replace(/\.$/, '');
  const found = records.get(name) ?? [];
  return json(found.length === 0 ? [{ host: '', ip: '' }] : found.map((ip) => ({ host: `${name}.`, ip })));
}

/** Plays Mesos-DNS as MESOS_DNS_ZK, MESOS_DNS_DOMAIN, MESOS_DNS_PORT and MESOS_DNS_REFRESH_SECONDS tell. */
export async function playMesosDns(_args: readonly string[], { env, log, exit }: Host): Promise<RunningRole | null> {
  log.plain('The minimesos simulator plays Mesos-DNS');
  const zk = parseZookeeperUrl(env.MESOS_DNS_ZK ?? 'zk://localhost:2181/mesos');
  const refreshMs = Number(env.MESOS_DNS_REFRESH_SECONDS ?? 60) * 1000;
  try {
    if (typeof zk === 'string') throw new Error(`MESOS_DNS_ZK: ${zk}`);
    if (!(refreshMs > 0)) throw new Error('MESOS_DNS_REFRESH_SECONDS must be a number above 0');
    await startMesosDns({
      zk,
      domain: (env.MESOS_DNS_DOMAIN ?? 'mesos').toLowerCase(),
      dnsPort: Number(env.MESOS_DNS_PORT ?? 53),
      httpPort: Number(env.MESOS_DNS_HTTPPORT ?? 8123),
      refreshMs,
      log: (message) => log.plain(message),
    });
    return {};
  } catch (error) {
    log.plain(`Failed to start: ${(error as Error).message}`);
    exit(1);
    return null;
  }
}
