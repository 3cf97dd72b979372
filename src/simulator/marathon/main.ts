import type { Host } from '../host.js';
import { type HttpAnswer, type HttpRequest, httpServer } from '../http.js';
import { listen, type Running } from '../listen.js';
import type { RunningRole } from '../role.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { forward } from './http/forwarding.js';
import { marathonHttp } from './http/routes.js';
import { marathonOptions } from './options.js';
import { Reign } from './reign.js';

const SOURCE = 'marathon.ts:0';

/** A Marathon that runs; closing it abdicates. */
export interface Marathon extends Running {
  leads(): boolean;
  /** Ends at once, as a killed process does: its session and its subscription are simply gone. */
  kill(): Promise<void>;
}

/** Plays Marathon; null where it ended at once, after it said why. */
export async function startMarathon(args: readonly string[], host: Host): Promise<Marathon | null> {
  const { log } = host;
  const options = marathonOptions(args, host.env);
  if (typeof options === 'string') {
    log.plain(`[scallop] Error: ${options}`);
    host.exit(1);
    return null;
  }
  log.info(SOURCE, `The minimesos simulator plays Marathon ${options.version}`);
  if (options.ignored.length > 0) log.warning(SOURCE, `Ignored flags: ${options.ignored.join(', ')}`);
  const client = new ZookeeperClient({
    servers: options.zkUrl.servers,
    sessionTimeoutMs: options.zkSessionTimeoutMs,
    log: (message) => log.warning('zookeeper.ts:0', message),
  });
  let leader: string | null = null;
  let election: Election | null = null;
  // A new candidacy comes after those that wait already.
  const abdicate = async (): Promise<void> => election?.withdraw();
  const reign = new Reign(options, client, host, () => void abdicate());
  const model = {
    options,
    leader: () => leader,
    leading: () => reign.leadership,
    begun: () => reign.begun,
    forward,
    abdicate,
  };
  const server = httpServer(inTurn(marathonHttp(model)), (error) => log.error('http.ts:0', String(error)));
  try {
    options.httpPort = await listen(server, options.httpPort, options.httpAddress);
  } catch (error) {
    log.error(SOURCE, `Failed to bind to port ${options.httpPort}: ${(error as Error).message}`);
    client.abandon();
    host.exit(1);
    return null;
  }
  const base = options.zkUrl.path === '/' ? '' : options.zkUrl.path;
  election = new Election({
    client,
    path: `${base}/leader`,
    label: 'member',
    announce: Buffer.from(`${options.hostname}:${options.httpPort}`),
    onLeader: (candidate, isOurs) => {
      leader = candidate === null ? null : candidate.data.toString('utf8');
      reign.set(isOurs);
    },
    log: (message) => log.info('election.ts:0', message),
  });
  const stop = async (): Promise<void> => {
    election?.close();
    reign.set(false);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    port: options.httpPort,
    leads: () => reign.leadership !== null,
    kill: async () => {
      client.abandon();
      await stop();
    },
    close: async () => {
      election?.close();
      reign.set(false);
      await client.close();
      await stop();
    },
  };
}

export async function playMarathon(args: readonly string[], host: Host): Promise<RunningRole | null> {
  const marathon = await startMarathon(args, host);
  return marathon === null ? null : { terminate: () => marathon.close() };
}

/** One change after the other, or two could both find that an app is not there. */
function inTurn(handle: (request: HttpRequest) => Promise<HttpAnswer>): typeof handle {
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return handle(request);
    const answer = last.then(() => handle(request));
    last = answer.catch(() => {});
    return answer;
  };
}
