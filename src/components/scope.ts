import type { ComponentKind } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const scope: ComponentKind = {
  kind: 'scope',
  lifecycle: lifecycle('scope'),
  startsAfter: [],
  waitsFor: [],
  firstAddress: 50,
  drafts: ({ scope: block }) => {
    if (!block) return [];
    return [
      {
        block,
        port: block.port,
        // Scope draws what the whole host runs, so it needs the host's network, processes and socket.
        container: (place) => ({
          args: ['--probe.docker=true', `--app.http.address=:${block.port}`],
          env: { CHECKPOINT_DISABLE: 'true' },
          ports: [{ port: block.port, protocol: 'tcp' }],
          network: 'host',
          hostPid: true,
          privileged: true,
          binds: [{ source: place.engineSocket, target: '/var/run/docker.sock' }],
        }),
      },
    ];
  },
};
