import { mkdirSync } from 'node:fs';
import { durationFlag, type Flags } from '../flags.js';
import type { Host } from '../host.js';
import { httpServer } from '../http.js';
import { listen, type Running } from '../listen.js';
import { addressFrom } from '../mesos/address.js';
import type { AgentInfo } from '../mesos/agent-protocol.js';
import { ABORTED, bindFailed, exitWith, loadDaemon } from '../mesos/daemon.js';
import { type MasterInfo, masterPid, readMasterInfo } from '../mesos/master-info.js';
import { parseAttributes } from '../mesos/resources.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { parseZookeeperUrl } from '../zookeeper/url.js';
import { incompatibility } from './compatibility.js';
import { AGENT_FLAGS } from './flags.js';
import { agentResources } from './host-resources.js';
import { agentHttp } from './http.js';
import { type Identity, keepIdentity, latestLink, recoverIdentity } from './identity.js';
import { MasterLink } from './link.js';

const SOURCE = 'slave.ts:0';

/** An agent that runs. */
export interface Agent extends Running {
  /** Empty until it registered. */
  id(): string;
  registered(): boolean;
  /** Tells the master farewell and ends with 0, as Mesos does on SIGUSR1. */
  unregister(): void;
}

/** Plays mesos-agent; null where it ended at once, after it said why. */
export async function startAgent(args: readonly string[], host: Host): Promise<Agent | null> {
  const daemon = loadDaemon('mesos-agent', args, () => AGENT_FLAGS, host);
  if (daemon === null) return null;
  const { flags, version } = daemon;
  const workDirectory = flags.get('work_dir');
  if (workDirectory === undefined) {
    host.log.plain(
      "Flag 'work_dir' is required, but it was not provided\nSee `mesos-agent --help` for a list of supported flags.\n",
    );
    host.exit(1);
    return null;
  }
  const policy = flags.get('reconfiguration_policy');
  if (policy !== 'equal' && policy !== 'additive') {
    return exitWith(host, 'main.ts:0', `Unknown reconfiguration policy: ${policy}`);
  }
  const master = masterOf(flags, host);
  if (master === null) return null;
  const { listenIp, ip, hostname } = addressFrom(flags);
  const wantedPort = Number(flags.get('port'));
  const info = configuredInfo(flags, hostname, host);
  if (info === null) return null;

  const startTime = Date.now() / 1000;
  let identity: Identity | null = null;
  let leader: MasterInfo | null = null;
  let recoverySeconds = 0;
  const link = new MasterLink({
    announcement: () => ({ info, ip, version }),
    agentId: () => identity?.id ?? null,
    onRegistered: (id, again) => {
      host.log.info(
        SOURCE,
        `${again ? 'Re-registered' : 'Registered'} with master ${leader === null ? '' : masterPid(leader)}; agent ID ${id}`,
      );
      if (identity !== null) return;
      identity = { id, info };
      keepIdentity(workDirectory, identity);
    },
    onLost: () => host.log.warning(SOURCE, 'Master disconnected! Waiting for a new master to be elected'),
    onShutdown: (reason) => {
      link.close();
      host.log.info(
        SOURCE,
        `Agent asked to shut down by ${leader === null ? 'the master' : masterPid(leader)} because '${reason}'`,
      );
      host.exit(0);
    },
    log: (message) => host.log.info(SOURCE, message),
  });
  const view = () => ({
    version,
    flags,
    info,
    ip,
    id: identity?.id ?? '',
    registered: link.registered,
    leader,
    startTime,
    now: Date.now() / 1000,
    recoverySeconds,
  });
  const server = httpServer(agentHttp(view), (error) => host.log.error('http.ts:0', String(error)));
  let boundPort: number;
  try {
    boundPort = await listen(server, wantedPort, listenIp ?? undefined);
    info.port = Number(flags.get('advertise_port') ?? boundPort);
  } catch (error) {
    return bindFailed(host, `${listenIp ?? '0.0.0.0'}:${wantedPort}`, error);
  }
  const stopServing = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  host.log.info(SOURCE, `Mesos agent started on (1)@${ip}:${info.port}`);
  const recovered = recover(workDirectory, info, policy, host);
  if (recovered === 'failed') {
    await stopServing();
    return null;
  }
  identity = recovered;
  recoverySeconds = Date.now() / 1000 - startTime;
  host.log.info(SOURCE, 'Finished recovery');

  const follow = (who: MasterInfo | null): void => {
    leader = who;
    host.log.info(SOURCE, who === null ? 'Lost leading master' : `New master detected at ${masterPid(who)}`);
    link.follow(who);
  };
  const detector = detect(master, flags, host, follow);
  return {
    port: boundPort,
    id: () => identity?.id ?? '',
    registered: () => link.registered,
    unregister: () => {
      host.log.info(SOURCE, 'Unregistering and shutting down');
      link.send({ type: 'UNREGISTER' });
      host.exit(0);
    },
    close: async () => {
      detector?.close();
      link.close();
      await stopServing();
    },
  };
}

type MasterFlag = { zk: string } | { ip: string; port: number };

function masterOf(flags: Flags, host: Host): MasterFlag | null {
  const master = flags.get('master');
  if (master === undefined) {
    return exitWith(host, 'main.ts:0', 'Missing required option `--master` or `--master_detector`');
  }
  if (!master.startsWith('zk://')) {
    const match = /^(?:master@)?([^:/]+):(\d+)$/.exec(master);
    if (match === null)
      return exitWith(host, 'main.ts:0', `Failed to create a master detector: Failed to parse '${master}'`);
    return { ip: match[1] ?? '', port: Number(match[2]) };
  }
  const url = parseZookeeperUrl(master);
  const chroot = "Expecting a (chroot) path for ZooKeeper ('/' is not supported)";
  const wrong = typeof url === 'string' ? url : url.path === '/' ? chroot : null;
  return wrong === null ? { zk: master } : exitWith(host, 'main.ts:0', `Failed to create a master detector: ${wrong}`);
}

function configuredInfo(flags: Flags, hostname: string, host: Host): AgentInfo | null {
  const resources = agentResources(flags);
  if (typeof resources === 'string') return exitWith(host, SOURCE, `Failed to determine agent resources: ${resources}`);
  const attributes = parseAttributes(flags.get('attributes') ?? '');
  if (typeof attributes === 'string') {
    host.log.fatal('attributes.ts:0', attributes);
    host.exit(ABORTED);
    return null;
  }
  return { hostname, port: Number(flags.get('port')), resources, attributes };
}

function recover(workDirectory: string, info: AgentInfo, policy: string, host: Host): Identity | null | 'failed' {
  try {
    mkdirSync(workDirectory, { recursive: true });
  } catch (error) {
    exitWith(host, SOURCE, `Failed to create the work directory '${workDirectory}': ${(error as Error).message}`);
    return 'failed';
  }
  const recovered = recoverIdentity(workDirectory);
  if (recovered === null) {
    host.log.info('state.ts:0', `Failed to find the latest agent from '${workDirectory}/meta'`);
    return null;
  }
  const reason = typeof recovered === 'string' ? recovered : incompatibility(recovered.info, info, policy);
  if (typeof recovered !== 'string' && reason === null) return recovered;
  exitWith(host, SOURCE, `Failed to perform recovery: ${reason}\n${remedy(workDirectory)}`);
  return 'failed';
}

function remedy(workDirectory: string): string {
  return [
    'If recovery failed due to a change in configuration and you want to',
    'keep the current agent id, you might want to change the',
    '`--reconfiguration_policy` flag to a more permissive value.',
    '',
    'To restart this agent with a new agent id instead, do as follows:',
    `rm -f ${latestLink(workDirectory)}`,
    'This ensures that the agent does not recover old live executors.',
  ].join('\n');
}

function detect(
  master: MasterFlag,
  flags: Flags,
  host: Host,
  follow: (who: MasterInfo | null) => void,
): { close(): void } | null {
  if (!('zk' in master)) {
    follow({ id: '', hostname: master.ip, version: '', ...master });
    return null;
  }
  const url = parseZookeeperUrl(master.zk);
  if (typeof url === 'string') return null;
  const client = new ZookeeperClient({
    servers: url.servers,
    sessionTimeoutMs: durationFlag(flags, 'zk_session_timeout'),
    log: (message) => host.log.warning('zookeeper.ts:0', message),
  });
  const election = new Election({
    client,
    path: url.path,
    label: 'json.info',
    onLeader: (candidate) => follow(candidate === null ? null : readMasterInfo(candidate.data)),
    log: (message) => host.log.info('detector.ts:0', message),
  });
  return {
    close: () => {
      election.close();
      client.abandon();
    },
  };
}
