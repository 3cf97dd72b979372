import type { ClusterSpec } from '../spec.js';
import { distributionOf, storeOf } from './distributions.js';
import { type ComponentKind, type Draft, published, times, zookeepers } from './kind.js';
import { lifecycle } from './lifecycle.js';

/** Ticks are short so that the session of a lost master ends in two seconds rather than ten. */
const TICK_MS = 500;

/** Label of the volume: whose ZooKeeper wrote it. */
const DISTRIBUTION = 'org.minimesos.zookeeper.distribution';

export const zookeeper: ComponentKind = {
  kind: 'zookeeper',
  lifecycle: lifecycle('zookeeper'),
  startsAfter: [],
  waitsFor: [],
  // A server that is told of more than there are finds no majority among them; one that is told of fewer follows all the same.
  ensemble: { grows: 'new ones first' },
  recovery: {
    bound: false,
    refuses: (volume, left) =>
      volume.labels[DISTRIBUTION] === left.labels[DISTRIBUTION]
        ? undefined
        : 'another distribution cannot read what this one stored',
    resetMeans: 'its data is reset, and Marathon forgets its apps',
  },
  firstAddress: 2,
  drafts: (spec) => times(spec.zookeeper.instances, draft(spec)),
};

function draft(spec: ClusterSpec): Draft {
  const { zookeeper: block } = spec;
  const { instances } = block;
  return {
    block,
    port: 2181,
    ensemble: instances,
    blankVotes: distributionOf(spec.distribution).votes,
    // Marathon's apps live in ZooKeeper, so its data outlives its container.
    volume: { target: '/data', mapped: false, extendable: true, labels: { [DISTRIBUTION]: storeOf(spec, instances) } },
    container: ({ index }) => ({
      aliases: ['minimesos-zookeeper'],
      env: {
        ZOO_TICK_TIME: String(TICK_MS),
        // Beside the snapshots, or the log would be lost with the image's own volume for it.
        ZOO_DATA_LOG_DIR: '/data',
        ZOO_MAX_CLIENT_CNXNS: '0',
        ZOO_4LW_COMMANDS_WHITELIST: 'ruok,srvr,stat,mntr',
        ...ensemble(instances, index),
      },
      ports: [published(2181, spec, index), { port: 2888, protocol: 'tcp' }, { port: 3888, protocol: 'tcp' }],
    }),
  };
}

/** As the official image takes it. The limits are in ticks, and these are shorter than it reckons with. */
function ensemble(instances: number, index: number): Record<string, string> {
  if (instances === 1) return {};
  const servers = zookeepers(instances).map((name, at) => `server.${at + 1}=${name}:2888:3888;2181`);
  return {
    ZOO_MY_ID: String(index + 1),
    ZOO_SERVERS: servers.join(' '),
    ZOO_INIT_LIMIT: '20',
    ZOO_SYNC_LIMIT: '10',
  };
}
