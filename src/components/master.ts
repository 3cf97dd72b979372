import type { Place } from '../model.js';
import type { ClusterSpec, LoggingLevel, MasterSpec } from '../spec.js';
import { type ComponentKind, type Draft, published, times, zookeeperUrl } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const MESOS_ZNODE = '/mesos';

const WORK_DIR = '/var/lib/mesos';

/** Label of the volume: whose masters wrote the registry. */
const DISTRIBUTION = 'org.minimesos.master.distribution';

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

/** Several keep the registry together, each on its disk; one alone keeps it in memory, as 0.13. */
function registry(instances: number): Record<string, string> {
  const majority = Math.floor(instances / 2) + 1;
  return { MESOS_QUORUM: String(majority), MESOS_REGISTRY: instances > 1 ? 'replicated_log' : 'in_memory' };
}

export const master: ComponentKind = {
  kind: 'master',
  lifecycle: lifecycle('master'),
  // The name of ZooKeeper must resolve; that it answers, the master waits for by itself.
  startsAfter: [{ kind: 'zookeeper', is: 'running' }],
  waitsFor: ['zookeeper'],
  // As Mesos' guide has it: a registry of fewer replicas must know the new quorum before there are more.
  ensemble: { grows: 'old ones first' },
  recovery: {
    bound: false,
    refuses: (volume, left) =>
      volume.labels[DISTRIBUTION] === left.labels[DISTRIBUTION]
        ? undefined
        : 'another distribution cannot read what this one stored',
    resetMeans: 'its copy of the registry goes',
  },
  firstAddress: 10,
  drafts: (spec) => times(spec.master.instances, draft(spec)),
};

function draft(spec: ClusterSpec): Draft {
  const { master: block, distribution } = spec;
  const { instances } = block;
  return {
    block,
    port: 5050,
    ensemble: instances,
    untold: ['env MESOS_ACLS'],
    ...(instances > 1 && {
      volume: { target: WORK_DIR, extendable: true, labels: { [DISTRIBUTION]: distribution } },
    }),
    container: (place) => ({
      // Of all: whoever asks a master that does not lead is sent on to the one that does.
      aliases: ['minimesos-master'],
      env: {
        ...mesosEnvironment(place, block.loggingLevel ?? spec.loggingLevel),
        MESOS_PORT: '5050',
        MESOS_ZK: zookeeperUrl(spec, MESOS_ZNODE),
        ...registry(instances),
        MESOS_WORK_DIR: WORK_DIR,
        MESOS_CLUSTER: place.cluster.name,
        ...authentication(block),
      },
      ports: [published(5050, spec, place.index)],
    }),
  };
}
