import type { Duplex } from 'node:stream';
import { durationFlag, type Flags } from '../flags.js';
import type { Host } from '../host.js';
import { type Handler, httpServer } from '../http.js';
import { listen, type Running } from '../listen.js';
import { addressFrom } from '../mesos/address.js';
import { bindFailed, exitWith, loadDaemon } from '../mesos/daemon.js';
import { type MasterInfo, masterInfoJson, masterPid, readMasterInfo } from '../mesos/master-info.js';
import { generationOf } from '../mesos/version.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { parseZookeeperUrl, type ZookeeperUrl } from '../zookeeper/url.js';
import { AgentTable } from './agents/agents.js';
import { acceptAgent } from './agents/links.js';
import { Maintenance } from './agents/maintenance.js';
import { Announcements } from './announcements.js';
import { masterFlags } from './flags.js';
import { masterHttp } from './operator/http.js';
import { isSchedulerPath, schedulerCall } from './scheduler/http.js';
import { Scheduling } from './scheduling.js';

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
  return run(daemon.flags, daemon.version, url === 'alone' ? null : url, host);
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

async function run(flags: Flags, version: string, url: ZookeeperUrl | null, host: Host): Promise<Master | null> {
  const { log } = host;
  const now = (): number => Date.now() / 1000;
  const { listenIp, ip, hostname } = addressFrom(flags);
  const wantedPort = Number(flags.get('port'));
  const self: MasterInfo = { id: crypto.randomUUID(), ip, port: wantedPort, hostname, version };
  const pingTimeoutMs = durationFlag(flags, 'agent_ping_timeout');
  const maintenance = new Maintenance();
  const agents = new AgentTable({
    masterId: self.id,
    pingTimeoutMs,
    maxMissedPings: Number(flags.get('max_agent_ping_timeouts')),
    isDown: (machine) => maintenance.modeOf(machine) === 'DOWN',
    now,
    log: (message) => log.info(SOURCE, message),
  });
  const announcements = new Announcements();
  let electedTime: number | null = null;
  const scheduling = new Scheduling({
    masterId: self.id,
    version,
    agents,
    announcements,
    allocationIntervalMs: durationFlag(flags, 'allocation_interval'),
    offerTimeoutMs: flags.has('offer_timeout') ? durationFlag(flags, 'offer_timeout') : null,
    reregisterTimeoutMs: durationFlag(flags, 'agent_reregister_timeout'),
    maxCompletedFrameworks: Number(flags.get('max_completed_frameworks')),
    maxCompletedTasks: Number(flags.get('max_completed_tasks_per_framework')),
    maxUnreachableTasks: Number(flags.get('max_unreachable_tasks_per_framework') ?? 1000),
    unavailability: (machine) => maintenance.unavailabilityOf(machine),
    now,
    leadingSince: () => electedTime,
    log: (message) => log.info(SOURCE, message),
  });
  const startTime = now();
  let leader: MasterInfo | null = null;
  const view = () => ({
    self,
    leader,
    flags,
    startTime,
    electedTime,
    now: now(),
    agents: agents.all,
    unreachableCount: agents.unreachableCount,
    counters: agents.counters,
    frameworks: scheduling.frameworks.all,
    completedFrameworks: scheduling.frameworks.completed,
  });
  const operators = masterHttp({
    view,
    agents,
    maintenance,
    announcements,
    teardown: (frameworkId) => scheduling.teardown(frameworkId),
    setLevel: log.setLevel,
  });
  const handler: Handler = (request) =>
    electedTime !== null && isSchedulerPath(request.path)
      ? schedulerCall(request, { self, flags, scheduling })
      : operators(request);
  const server = httpServer(handler, (error) => log.error('http.ts:0', String(error)));
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    if (head.length > 0) socket.unshift(head);
    socket.on('close', () => upgraded.delete(socket));
    acceptAgent(request, socket, () => (electedTime === null ? null : agents));
  });
  let boundPort: number;
  try {
    boundPort = await listen(server, wantedPort, listenIp ?? undefined);
    self.port = Number(flags.get('advertise_port') ?? boundPort);
  } catch (error) {
    return bindFailed(host, `${listenIp ?? '0.0.0.0'}:${wantedPort}`, error);
  }
  log.info(SOURCE, `Master ${self.id} (${hostname}) started on ${ip}:${self.port}`);
  const pings = setInterval(() => agents.ping(), pingTimeoutMs);

  const stop = async (): Promise<void> => {
    clearInterval(pings);
    scheduling.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
    await closed;
  };
  // A master that led knows agents that the next one knows too; it must not answer for them any more.
  const elected = (who: MasterInfo | null, ours: boolean): void => {
    const led = electedTime !== null;
    leader = who;
    if (who === null) {
      log.info(SOURCE, 'No master was elected.');
      if (led) exitWith(host, SOURCE, 'Lost leadership after indecisive election... committing suicide!');
    } else if (ours) {
      electedTime = now();
      log.info(SOURCE, 'Elected as the leading master!');
    } else {
      log.info(SOURCE, `The newly elected leader is ${masterPid(who)} with id ${who.id}`);
      if (led) exitWith(host, SOURCE, 'Conceded leadership to another master... committing suicide!');
    }
  };
  if (url === null) {
    elected(self, true);
    return { port: boundPort, info: self, leads: () => electedTime !== null, close: stop, kill: stop };
  }
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
    onLeader: (candidate, ours) =>
      elected(candidate === null ? null : ours ? self : readMasterInfo(candidate.data), ours),
    onLost: () => log.info(SOURCE, 'Lost candidacy as a follower... Contend again'),
    log: (message) => log.info('election.ts:0', message),
  });
  const end = async (farewell: () => Promise<void> | void): Promise<void> => {
    election.close();
    await farewell();
    await stop();
  };
  return {
    port: boundPort,
    info: self,
    leads: () => electedTime !== null,
    close: () => end(() => client.close()),
    kill: () => end(() => client.abandon()),
  };
}
