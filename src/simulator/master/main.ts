import type { Duplex } from 'node:stream';
import { durationFlag, type Flags } from '../flags.js';
import type { Host } from '../host.js';
import { type Handler, httpServer } from '../http.js';
import { listen, type Running } from '../listen.js';
import { addressFrom } from '../mesos/address.js';
import { bindFailed, type Daemon, exitWith, loadDaemon } from '../mesos/daemon.js';
import { type MasterInfo, masterInfoJson, readMasterInfo } from '../mesos/master-info.js';
import { generationOf } from '../mesos/version.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { parseZookeeperUrl, type ZookeeperUrl } from '../zookeeper/url.js';
import type { AgentTable } from './agents/agents.js';
import { acceptAgent } from './agents/links.js';
import { assemble } from './assembly.js';
import { masterFlags } from './flags.js';
import { Leadership } from './leadership.js';

const SOURCE = 'master.ts:0';

/** A master that runs; `kill` ends it without a word to ZooKeeper, as a signal does. */
export interface Master extends Running {
  readonly info: MasterInfo;
  leads(): boolean;
  kill(): Promise<void>;
}

/** Plays mesos-master; null where it ended at once, after it said why. */
export async function startMaster(args: readonly string[], host: Host): Promise<Master | null> {
  const daemon = loadDaemon('mesos-master', args, (version) => masterFlags(generationOf(version)), host);
  if (daemon === null) return null;
  const url = checkedUrl(daemon.flags, host);
  if (url === null) return null;
  return run(daemon, url === 'alone' ? null : url, host);
}

function checkedUrl(flags: Flags, host: Host): ZookeeperUrl | 'alone' | null {
  const registry = flags.get('registry');
  if (registry !== 'replicated_log' && registry !== 'in_memory') {
    return exitWith(host, 'main.ts:0', `'${registry}' is not a supported option for registry persistence`);
  }
  const zk = flags.get('zk');
  if (registry === 'replicated_log') {
    if (flags.get('work_dir') === undefined)
      return exitWith(host, 'main.ts:0', '--work_dir needed for replicated log based registry');
    if (zk !== undefined && flags.get('quorum') === undefined) {
      return exitWith(
        host,
        'main.ts:0',
        'Need to specify --quorum for replicated log based registry when using ZooKeeper',
      );
    }
  }
  if (zk === undefined) return 'alone';
  const url = parseZookeeperUrl(zk);
  if (typeof url === 'string') return exitWith(host, 'main.ts:0', `Error parsing ZooKeeper URL: ${url}`);
  if (url.path === '/') {
    const reason = "Expecting a (chroot) path for ZooKeeper ('/' is not supported)";
    return exitWith(host, 'main.ts:0', `Failed to create a master contender: ${reason}`);
  }
  return url;
}

async function run(daemon: Daemon, url: ZookeeperUrl | null, host: Host): Promise<Master | null> {
  const { flags, version } = daemon;
  const { log } = host;
  const now = (): number => Date.now() / 1000;
  const { listenIp, ip, hostname } = addressFrom(flags);
  const port = Number(flags.get('port'));
  const self: MasterInfo = { id: crypto.randomUUID(), ip, port, hostname, version };
  const leadership = new Leadership(self, now, host);
  const { agents, scheduling, handler } = assemble(daemon, self, leadership, now, log);
  const { server, close } = serverFor(handler, agents, leadership, host);
  const pings = setInterval(() => agents.ping(), durationFlag(flags, 'agent_ping_timeout'));
  const stop = (): Promise<void> => {
    clearInterval(pings);
    scheduling.close();
    return close();
  };
  let boundPort: number;
  try {
    boundPort = await listen(server, port, listenIp ?? undefined);
  } catch (error) {
    await stop();
    return bindFailed(host, `${listenIp ?? '0.0.0.0'}:${port}`, error);
  }
  self.port = Number(flags.get('advertise_port') ?? boundPort);
  log.info(SOURCE, `Master ${self.id} (${hostname}) started on ${ip}:${self.port}`);
  const master = { port: boundPort, info: self, leads: () => leadership.electedTime !== null };
  if (url !== null) return { ...master, ...stand(url, flags, self, leadership, stop, host) };
  leadership.won();
  return { ...master, close: stop, kill: stop };
}

/** A server for people, frameworks and agents; `close` breaks off all connections. */
function serverFor(handler: Handler, agents: AgentTable, leadership: Leadership, { log }: Host) {
  const server = httpServer(handler, (error) => log.error('http.ts:0', String(error)));
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    if (head.length > 0) socket.unshift(head);
    socket.on('close', () => upgraded.delete(socket));
    acceptAgent(request, socket, () => (leadership.electedTime === null ? null : agents));
  });
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
    await closed;
  };
  return { server, close };
}

/** Stands for election in ZooKeeper, until the master is closed or killed. */
function stand(
  url: ZookeeperUrl,
  flags: Flags,
  self: MasterInfo,
  leadership: Leadership,
  stop: () => Promise<void>,
  { log }: Host,
): Pick<Master, 'close' | 'kill'> {
  const client = new ZookeeperClient({
    servers: url.servers,
    sessionTimeoutMs: durationFlag(flags, 'zk_session_timeout'),
    patienceMs: durationFlag(flags, 'zk_patience'),
    log: (message) => log.warning('zookeeper.ts:0', message),
  });
  const election = new Election({
    client,
    path: url.path,
    label: 'json.info',
    announce: Buffer.from(JSON.stringify(masterInfoJson(self))),
    onLeader: (candidate, ours) => {
      if (ours) leadership.won();
      else leadership.lost(candidate === null ? null : readMasterInfo(candidate.data));
    },
    onLost: () => log.info(SOURCE, 'Lost candidacy as a follower... Contend again'),
    log: (message) => log.info('election.ts:0', message),
  });
  const end = async (farewell: () => Promise<void> | void): Promise<void> => {
    election.close();
    await farewell();
    await stop();
  };
  return { close: () => end(() => client.close()), kill: () => end(() => client.abandon()) };
}
