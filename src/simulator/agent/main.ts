import type { Flags } from '../flags.js';
import { durationFlag } from '../flags.js';
import type { Host } from '../host.js';
import { httpServer } from '../http.js';
import { listen, type Running } from '../listen.js';
import { addressFrom } from '../mesos/address.js';
import type { AgentInfo } from '../mesos/agent-protocol.js';
import { ABORTED, bindFailed, exitWith, loadDaemon } from '../mesos/daemon.js';
import { Files } from '../mesos/files.js';
import { type MasterInfo, masterPid } from '../mesos/master-info.js';
import { parseAttributes } from '../mesos/resources.js';
import { detect, masterOf } from './detection.js';
import { executorApi } from './executors/api.js';
import { executorOf } from './executors/kinds.js';
import { AGENT_FLAGS } from './flags.js';
import { agentResources } from './host-resources.js';
import { agentHttp } from './http.js';
import { type Identity, keepIdentity } from './identity.js';
import { MasterLink } from './link.js';
import { keepOwner } from './ownership.js';
import { recover } from './recovery.js';
import { Sandboxes } from './tasks/sandboxes.js';
import { Workload } from './workload.js';

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
  const files = new Files();
  const agentId = (): string => identity?.id ?? '';
  const place = { version, flags, workDirectory, host, agentId, address: () => ({ ip, hostname, port: info.port }) };
  const sandboxes = new Sandboxes({ files, workDirectory, agentId, delayMs: durationFlag(flags, 'gc_delay') });
  const workload = new Workload({
    place,
    sandboxes,
    send: (message) => link.send(message),
    executor: (entry, listener) => executorOf(entry, place, listener),
  });
  const link = new MasterLink({
    announcement: () => ({ info, ip, version }),
    workload: () => workload.announcement(),
    onMessage: (message) => workload.handle(message),
    agentId: () => identity?.id ?? null,
    onRegistered: (id, again) => {
      host.log.info(
        SOURCE,
        `${again ? 'Re-registered' : 'Registered'} with master ${leader === null ? '' : masterPid(leader)}; agent ID ${id}`,
      );
      if (identity === null) {
        identity = { id, info };
        keepIdentity(workDirectory, identity);
      }
      workload.registered();
    },
    onLost: () => host.log.warning(SOURCE, 'Master disconnected! Waiting for a new master to be elected'),
    onShutdown: (reason) => {
      link.close();
      host.log.info(
        SOURCE,
        `Agent asked to shut down by ${leader === null ? 'the master' : masterPid(leader)} because '${reason}'`,
      );
      workload.shutdown(() => host.exit(0));
    },
    log: (message) => host.log.info(SOURCE, message),
  });
  const executors = executorApi({
    place,
    find: (...ids) => workload.find(...ids),
    onMessage: (frameworkId, executorId, data) =>
      link.send({ type: 'EXECUTOR_MESSAGE', frameworkId, executorId, data }),
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
    book: workload.book,
    counters: workload.counters,
    total: workload.totalResources ?? info.resources,
    sandboxesWaiting: sandboxes.waiting,
  });
  const server = httpServer(agentHttp({ view, files, executors }), (error) =>
    host.log.error('http.ts:0', String(error)),
  );
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
  if (identity !== null) workload.recover();
  recoverySeconds = Date.now() / 1000 - startTime;
  host.log.info(SOURCE, 'Finished recovery');

  const ownership = keepOwner(workDirectory);
  const follow = (who: MasterInfo | null): void => {
    leader = who;
    host.log.info(SOURCE, who === null ? 'Lost leading master' : `New master detected at ${masterPid(who)}`);
    link.follow(who);
  };
  // With --recover=cleanup an agent ends what it finds, and itself.
  const cleanup = flags.get('recover') === 'cleanup';
  if (cleanup) workload.shutdown(() => host.exit(0));
  const detector = cleanup ? null : detect(master, flags, host, follow);
  return {
    port: boundPort,
    id: () => identity?.id ?? '',
    registered: () => link.registered,
    unregister: () => {
      host.log.info(SOURCE, 'Unregistering and shutting down');
      link.send({ type: 'UNREGISTER' });
      workload.shutdown(() => host.exit(0));
    },
    close: async () => {
      detector?.close();
      ownership.close();
      link.close();
      workload.release();
      sandboxes.close();
      await stopServing();
    },
  };
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
