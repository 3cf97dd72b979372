import { type ComponentKind, published } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const consul: ComponentKind = {
  kind: 'consul',
  lifecycle: lifecycle('consul'),
  startsAfter: [],
  waitsFor: [],
  firstAddress: 26,
  drafts: (spec) => {
    const { consul: block } = spec;
    if (!block) return [];
    const container = () => ({
      aliases: ['minimesos-consul'],
      args: ['agent', '-server', '-bootstrap', '-client', '0.0.0.0'],
      env: {},
      ports: [published(8500, spec), { port: 8600, protocol: 'udp' as const }],
    });
    return [{ block, port: 8500, container }];
  },
};
