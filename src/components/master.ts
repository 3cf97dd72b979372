import type { Place } from '../model.js';
import type { LoggingLevel, MasterSpec } from '../spec.js';
import { type ComponentKind, published, zookeeperUrl } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const MESOS_ZNODE = '/mesos';

/** What the master and the agents are told alike: where they stand, how they log, how soon a session ends. */
export function mesosEnvironment(place: Place, loggingLevel: LoggingLevel): Record<string, string> {
  return {
    MESOS_IP: '0.0.0.0',
    MESOS_ADVERTISE_IP: place.ip,
    MESOS_HOSTNAME: place.ip,
    MESOS_HOSTNAME_LOOKUP: 'false',
    MESOS_LOGGING_LEVEL: loggingLevel,
    MESOS_LOG_DIR: '/var/log',
    MESOS_ZK_SESSION_TIMEOUT: '2secs',
    GLOG_v: '1',
  };
}

/** Both or neither, as 0.13: a master that authenticates without access lists turns every framework away. */
function authentication({ authenticate, aclJson }: MasterSpec): Record<string, string> {
  return authenticate && aclJson !== null ? { MESOS_AUTHENTICATE: 'true', MESOS_ACLS: aclJson } : {};
}

export const master: ComponentKind = {
  kind: 'master',
  lifecycle: lifecycle('master'),
  // The name of ZooKeeper must resolve; that it answers, the master waits for by itself.
  startsAfter: [{ kind: 'zookeeper', is: 'running' }],
  waitsFor: ['zookeeper'],
  firstAddress: 10,
  drafts: (spec) => [
    {
      block: spec.master,
      port: 5050,
      container: (place) => ({
        aliases: ['minimesos-master'],
        env: {
          ...mesosEnvironment(place, spec.master.loggingLevel ?? spec.loggingLevel),
          MESOS_PORT: '5050',
          MESOS_ZK: zookeeperUrl(MESOS_ZNODE),
          MESOS_QUORUM: '1',
          MESOS_REGISTRY: 'in_memory',
          MESOS_WORK_DIR: '/var/lib/mesos',
          MESOS_CLUSTER: place.cluster.name,
          ...authentication(spec.master),
        },
        ports: [published(5050, spec.mapPortsToHost)],
      }),
    },
  ],
};
