import { type ComponentKind, zookeeperUrl } from './kind.js';
import { lifecycle } from './lifecycle.js';
import { MESOS_ZNODE } from './master.js';

export const mesosDns: ComponentKind = {
  kind: 'mesos-dns',
  lifecycle: lifecycle('mesos-dns'),
  // Mesos-DNS gives up when it finds no leading master at its start.
  startsAfter: [{ kind: 'master', is: 'ready' }],
  waitsFor: ['master'],
  firstAddress: 42,
  drafts: (spec) => {
    const { mesosDns: block } = spec;
    if (!block) return [];
    const container = () => ({
      aliases: ['minimesos-mesosdns'],
      env: {
        MESOS_DNS_ZK: zookeeperUrl(spec, MESOS_ZNODE),
        MESOS_DNS_DOMAIN: 'mm',
        MESOS_DNS_PORT: '53',
        MESOS_DNS_REFRESH_SECONDS: '1',
      },
      ports: [
        { port: 53, protocol: 'udp' as const },
        { port: 53, protocol: 'tcp' as const },
      ],
    });
    return [{ block, port: 53, container }];
  },
};
