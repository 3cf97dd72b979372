import { readMasterInfo } from '../../mesos/master-info.js';
import { ZookeeperClient } from '../../zookeeper/client.js';
import { Election } from '../../zookeeper/election.js';
import { parseZookeeperUrl } from '../../zookeeper/url.js';
import type { MasterAddress } from './calls.js';

export interface FinderOptions {
  /** `zk://host:port/path` or `host:port`. */
  master: string;
  sessionTimeoutMs: number;
  found(master: MasterAddress | null): void;
  log(message: string): void;
}

/** Tells who the leading master is, now and whenever that changes, until it is closed. */
export function findMaster({ master, sessionTimeoutMs, found, log }: FinderOptions): { close(): void } {
  const fixed = /^(?:master@|https?:\/\/)?([^:/,]+)(?::(\d+))?/.exec(master);
  if (!master.startsWith('zk://')) {
    found(fixed === null ? null : { ip: fixed[1] ?? '', port: Number(fixed[2] ?? 5050) });
    return { close: () => {} };
  }
  const url = parseZookeeperUrl(master);
  if (typeof url === 'string') throw new Error(url);
  const client = new ZookeeperClient({ servers: url.servers, sessionTimeoutMs, log });
  const election = new Election({
    client,
    path: url.path,
    label: 'json.info',
    onLeader: (candidate) => found(candidate === null ? null : readMasterInfo(candidate.data)),
    log,
  });
  return {
    close: () => {
      election.close();
      client.abandon();
    },
  };
}
