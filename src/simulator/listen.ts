import type { AddressInfo, Server } from 'node:net';

/** Something that runs until it is closed. */
export interface Running {
  /** The port it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

/** Listens (port 0: on any free one) and returns the port; rejects where the port is taken. */
export function listen(server: Server, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
