import { createServer } from 'node:net';
import { listen, type Running } from '../listen.js';
import { Connection } from './connection.js';
import { ZookeeperService } from './service.js';
import { allowedWords, type ServerFacts } from './words.js';

export interface ZookeeperOptions {
  port: number;
  host?: string;
  /** The unit of session timeouts, ms; a session lasts between 2 and 20 of them. */
  tickMs: number;
  dataDirectory: string;
  /** The four-letter words that are answered, with commas between; all without it. */
  words?: string | undefined;
  /** What the four-letter words call it; `leader` where others pass on to it what they are sent. */
  mode?: 'standalone' | 'leader';
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
  const facts: ServerFacts = {
    port: options.port,
    dataDirectory,
    mode: options.mode ?? 'standalone',
    connections,
    startedAt: performance.now(),
    received: 0,
    sent: 0,
    allowed: allowedWords(options.words),
  };
  const server = createServer((socket) => {
    const connection = new Connection(service, socket, facts, log);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  try {
    facts.port = await listen(server, options.port, options.host);
  } catch (error) {
    service.close();
    throw error;
  }
  log(`Serving ${service.tree.size} znodes and ${service.sessions.size} sessions on port ${facts.port}`);
  return {
    service,
    port: facts.port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.drop('the server stops');
      await closed;
      service.close();
    },
  };
}
