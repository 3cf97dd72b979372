import type { ComponentKind } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const registrator: ComponentKind = {
  kind: 'registrator',
  lifecycle: lifecycle('registrator'),
  // Registrator exits when Consul does not answer at its start.
  startsAfter: [{ kind: 'consul', is: 'ready' }],
  waitsFor: ['consul'],
  firstAddress: 34,
  drafts: ({ registrator: block }) => {
    if (!block) return [];
    return [
      {
        block,
        container: (place) => ({
          // The host's network resolves no alias, hence the address.
          args: ['-internal', `consul://${place.addressOf('consul-0')}:8500`],
          env: {},
          network: 'host',
          binds: [{ source: place.engineSocket, target: '/tmp/docker.sock' }],
        }),
      },
    ];
  },
};
