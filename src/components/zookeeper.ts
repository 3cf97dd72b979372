import { type ComponentKind, published } from './kind.js';
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
  recovery: {
    bound: false,
    refuses: (volume, left) =>
      volume.labels[DISTRIBUTION] === left.labels[DISTRIBUTION]
        ? undefined
        : 'another distribution cannot read what this one stored',
    resetMeans: 'its data is reset, and Marathon forgets its apps',
  },
  firstAddress: 2,
  drafts: (spec) => [
    {
      block: spec.zookeeper,
      port: 2181,
      // Marathon's apps live in ZooKeeper, so its data outlives its container.
      volume: { target: '/data', mapped: false, extendable: true, labels: { [DISTRIBUTION]: spec.distribution } },
      container: () => ({
        aliases: ['minimesos-zookeeper'],
        env: {
          ZOO_TICK_TIME: String(TICK_MS),
          // Beside the snapshots, or the log would be lost with the image's own volume for it.
          ZOO_DATA_LOG_DIR: '/data',
          ZOO_MAX_CLIENT_CNXNS: '0',
          ZOO_4LW_COMMANDS_WHITELIST: 'ruok,srvr,stat,mntr',
        },
        ports: [published(2181, spec.mapPortsToHost), { port: 2888, protocol: 'tcp' }, { port: 3888, protocol: 'tcp' }],
      }),
    },
  ],
};
