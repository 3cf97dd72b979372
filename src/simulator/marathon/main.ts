import { request as httpRequest } from 'node:http';
import type { Host } from '../host.js';
import { type HttpAnswer, type HttpRequest, httpServer, json } from '../http.js';
import { listen, type Running } from '../listen.js';
import { lookup } from '../lookup.js';
import type { RunningRole } from '../role.js';
import { ZookeeperClient } from '../zookeeper/client.js';
import { Election } from '../zookeeper/election.js';
import { Apps } from './apps.js';
import { marathonHttp } from './http.js';
import { marathonOptions } from './options.js';
import { AppStore } from './store.js';

const SOURCE = 'marathon.ts:0';

/** A Marathon that runs; closing it abdicates. */
export interface Marathon extends Running {
  leads(): boolean;
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
  const base = options.zkUrl.path === '/' ? '' : options.zkUrl.path;
  const store = new AppStore(client, `${base}/apps`);
  let leader: string | null = null;
  let ours = false;
  let loaded = false;
  let election: Election | null = null;
  const model = {
    options,
    store,
    apps: new Apps(store),
    leader: () => leader,
    leads: () => ours && loaded,
    forward,
    abdicate: async () => {
      // A new candidacy comes after those that wait already.
      await election?.withdraw();
    },
  };
  // One change after the other, or two could both find that an app is not there.
  let last: Promise<unknown> = Promise.resolve();
  const handle = marathonHttp(model);
  const inTurn = (request: HttpRequest): Promise<HttpAnswer> => {
    if (request.method === 'GET' || request.method === 'HEAD') return handle(request);
    const answer = last.then(() => handle(request));
    last = answer.catch(() => {});
    return answer;
  };
  const server = httpServer(inTurn, (error) => log.error('http.ts:0', String(error)));
  try {
    options.httpPort = await listen(server, options.httpPort, options.httpAddress);
  } catch (error) {
    log.error(SOURCE, `Failed to bind to port ${options.httpPort}: ${(error as Error).message}`);
    client.abandon();
    host.exit(1);
    return null;
  }
  const load = async (): Promise<void> => {
    for (loaded = false; ours && !loaded; ) {
      try {
        await store.load();
        loaded = true;
        log.info(SOURCE, `Leading, with ${store.all.length} apps`);
      } catch (error) {
        log.warning(SOURCE, `Cannot read the apps: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  election = new Election({
    client,
    path: `${base}/leader`,
    label: 'member',
    announce: Buffer.from(`${options.hostname}:${options.httpPort}`),
    onLeader: (candidate, isOurs) => {
      leader = candidate === null ? null : candidate.data.toString('utf8');
      ours = isOurs;
      if (ours) void load();
    },
    log: (message) => log.info('election.ts:0', message),
  });
  return {
    port: options.httpPort,
    leads: model.leads,
    close: async () => {
      election?.close();
      ours = false;
      await client.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export async function playMarathon(args: readonly string[], host: Host): Promise<RunningRole | null> {
  const marathon = await startMarathon(args, host);
  return marathon === null ? null : { terminate: () => marathon.close() };
}

/** Asks the leading Marathon, as one that does not lead does for whoever asks it. */
function forward(request: HttpRequest, leader: string): Promise<HttpAnswer> {
  const [hostname = '', port = '80'] = leader.split(':');
  const { method, path, query, body } = request;
  const type = request.headers['content-type'];
  const target = `${encodeURI(path)}${query.size === 0 ? '' : `?${query.toString()}`}`;
  return new Promise((resolve) => {
    const unreachable = (): void => resolve(json({ message: `The leading Marathon ${leader} is out of reach` }, 502));
    const headers = {
      ...(type === undefined ? {} : { 'Content-Type': type }),
      'Content-Length': Buffer.byteLength(body),
    };
    const ask = httpRequest({ hostname, port, method, path: target, headers, lookup, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', unreachable);
      response.on('end', () => {
        const answer = { status: response.statusCode ?? 502, body: Buffer.concat(chunks).toString('utf8') };
        resolve({ ...answer, type: response.headers['content-type'] ?? 'application/json' });
      });
    });
    ask.on('timeout', () => ask.destroy());
    ask.on('error', unreachable);
    ask.end(body);
  });
}
