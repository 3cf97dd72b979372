import type { Host } from '../host.js';
import type { RunningRole } from '../role.js';
import { placeInEnsemble, startRelay } from './relay.js';
import { startZookeeper } from './server.js';

const DEFAULT_TICK_MS = 2000;
const DEFAULT_PORT = 2181;

/** Plays a standalone ZooKeeper; ZOO_TICK_TIME (ms), ZOO_DATA_DIR, ZOO_PORT and ZOO_4LW_COMMANDS_WHITELIST tell how. */
export async function playZookeeper(_args: readonly string[], { env, log, exit }: Host): Promise<RunningRole | null> {
  const tickMs = Number(env.ZOO_TICK_TIME ?? DEFAULT_TICK_MS);
  const port = Number(env.ZOO_PORT ?? DEFAULT_PORT);
  const dataDirectory = env.ZOO_DATA_DIR ?? '/data';
  if (!Number.isInteger(tickMs) || tickMs < 1 || !Number.isInteger(port)) {
    log.error('zookeeper.ts:0', 'ZOO_TICK_TIME and ZOO_PORT must be whole numbers');
    exit(2);
    return null;
  }
  const place = placeInEnsemble(env);
  log.info('zookeeper.ts:0', `The minimesos simulator plays ${describe(place)}`);
  try {
    if (typeof place === 'object') {
      const relay = await startRelay({ port, target: place });
      return { terminate: () => relay.close() };
    }
    const server = await startZookeeper({
      port,
      tickMs,
      dataDirectory,
      mode: place === 'stores' ? 'leader' : 'standalone',
      words: env.ZOO_4LW_COMMANDS_WHITELIST,
      log: (message) => log.info('zookeeper.ts:0', message),
    });
    return { terminate: () => server.close() };
  } catch (error) {
    log.error('zookeeper.ts:0', `Cannot serve: ${(error as Error).message}`);
    exit(1);
    return null;
  }
}

function describe(place: ReturnType<typeof placeInEnsemble>): string {
  if (place === 'alone') return 'a standalone ZooKeeper';
  if (place === 'stores') return 'the ZooKeeper that stores what its whole ensemble is told';
  return `a ZooKeeper that stores nothing and passes on what it is told to ${place.host}:${place.port}`;
}
