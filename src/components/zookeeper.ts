import { type ComponentKind, published } from './kind.js';
import { lifecycle } from './lifecycle.js';

/** Ticks are short so that the session of a lost master ends in two seconds rather than ten. */
const TICK_MS = 500;

export const zookeeper: ComponentKind = {
  kind: 'zookeeper',
  lifecycle: lifecycle('zookeeper'),
  startsAfter: [],
  waitsFor: [],
  maxUnavailable: 1,
  firstAddress: 2,
  drafts: (spec) => [
    {
      block: spec.zookeeper,
      port: 2181,
      // Marathon's apps live in ZooKeeper, so its data outlives its container.
      volume: { target: '/data', mapped: false, extendable: true, labels: {} },
      container: () => ({
        aliases: ['minimesos-zookeeper'],
        env: {
          ZOO_TICK_TIME: String(TICK_MS),
          ZOO_MAX_CLIENT_CNXNS: '0',
          ZOO_4LW_COMMANDS_WHITELIST: 'ruok,srvr,stat,mntr',
          SERVICE_IGNORE: '1',
        },
        ports: [published(2181, spec.mapPortsToHost), { port: 2888, protocol: 'tcp' }, { port: 3888, protocol: 'tcp' }],
      }),
    },
  ],
};
