import { durationFlag, type Flags } from '../flags.js';
import type { Host } from '../host.js';
import { exitWith } from '../mesos/daemon.js';
import { type MasterInfo, readMasterInfo } from '../mesos/master-info.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { parseZookeeperUrl } from '../zookeeper/url.js';

export type MasterFlag = { zk: string } | { ip: string; port: number };

/** Where `--master` says that masters are; null where the agent ended instead, after it said why. */
export function masterOf(flags: Flags, host: Host): MasterFlag | null {
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

/** Tells who leads, whenever that changes. */
export function detect(
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
