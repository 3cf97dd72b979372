import { createServer } from 'node:net';
import { listen, type Running } from '../listen.js';
import { Connection } from './connection.js';
import { ZookeeperService } from './service.js';
import type { ServerFacts } from './words.js';

export interface ZookeeperOptions {
  port: number;
  host?: string;
  /** The unit of session timeouts, ms; a session lasts between 2 and 20 of them. */
  tickMs: number;
  dataDirectory: string;
  log?: (message: string) => void;
}

/** A ZooKeeper server that listens. */
export interface ZookeeperServer extends Running {
  readonly service: ZookeeperService;
}

/** Starts a standalone ZooKeeper; what is on its disk is there again, and so are the sessions. */
export async function startZookeeper(options: ZookeeperOptions): Promise<ZookeeperServer> {
  const log = options.log ?? (() => {});
  const { dataDirectory, tickMs } = options;
  const service = new ZookeeperService({ dataDirectory, tickMs, log });
  if (service.unreadableBytes > 0) log(`Dropped ${service.unreadableBytes} bytes of an unfinished transaction`);
  const connections = new Set<Connection>();
  const past = { received: 0, sent: 0 };
  let port = options.port;
  const facts = (): ServerFacts => {
    const current = [...connections];
    const sum = (key: 'received' | 'sent'): number => current.reduce((total, each) => total + each[key], past[key]);
    return { port, dataDirectory, connections: current, received: sum('received'), sent: sum('sent') };
  };
  const server = createServer((socket) => {
    const connection = new Connection(service, socket, facts, log);
    connections.add(connection);
    socket.on('close', () => {
      connections.delete(connection);
      past.received += connection.received;
      past.sent += connection.sent;
    });
  });
  try {
    port = await listen(server, options.port, options.host);
  } catch (error) {
    service.close();
    throw error;
  }
  log(`Serving ${service.tree.size} znodes and ${service.sessions.size} sessions on port ${port}`);
  return {
    service,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.drop('the server stops');
      await closed;
      service.close();
    },
  };
}
