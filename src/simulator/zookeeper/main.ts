import type { Host } from '../host.js';
import type { RunningRole } from '../role.js';
import { startZookeeper } from './server.js';

const DEFAULT_TICK_MS = 2000;
const DEFAULT_PORT = 2181;

/** Plays a standalone ZooKeeper; ZOO_TICK_TIME (ms), ZOO_DATA_DIR and ZOO_PORT tell how. */
export async function playZookeeper(_args: readonly string[], { env, log, exit }: Host): Promise<RunningRole | null> {
  const tickMs = Number(env.ZOO_TICK_TIME ?? DEFAULT_TICK_MS);
  const port = Number(env.ZOO_PORT ?? DEFAULT_PORT);
  const dataDirectory = env.ZOO_DATA_DIR ?? '/data';
  if (!Number.isInteger(tickMs) || tickMs < 1 || !Number.isInteger(port)) {
    log.error('zookeeper.ts:0', 'ZOO_TICK_TIME and ZOO_PORT must be whole numbers');
    exit(2);
    return null;
  }
  log.info('zookeeper.ts:0', 'The minimesos simulator plays a standalone ZooKeeper');
  try {
    const server = await startZookeeper({
      port,
      tickMs,
      dataDirectory,
      log: (message) => log.info('zookeeper.ts:0', message),
    });
    return { terminate: () => server.close() };
  } catch (error) {
    log.error('zookeeper.ts:0', `Cannot serve: ${(error as Error).message}`);
    exit(1);
    return null;
  }
}
