import { connect, createServer, type Socket } from 'node:net';
import { listen, type Running } from '../listen.js';
import { lookup } from '../lookup.js';

export interface Target {
  host: string;
  port: number;
}

export interface RelayOptions {
  port: number;
  host?: string;
  /** The server that stores. */
  target: Target;
}

const DEFAULT_PORT = 2181;
const WORD_LENGTH = 4;
const AWAY = 'This ZooKeeper instance is not currently serving requests\n';

/**
 * What an ensemble's environment makes of this server. There is no ensemble here: the first server of ZOO_SERVERS
 * stores, and the others pass on to it what clients send them.
 */
export function placeInEnsemble(env: { readonly [name: string]: string | undefined }): 'alone' | 'stores' | Target {
  const servers = (env.ZOO_SERVERS ?? '').split(/[\s,]+/).flatMap((entry) => parseServer(entry) ?? []);
  const [first] = servers;
  if (first === undefined || servers.length === 1) return 'alone';
  return first.id === Number(env.ZOO_MY_ID ?? 1) ? 'stores' : { host: first.host, port: first.port };
}

/** `server.1=zookeeper-0:2888:3888;2181`, as the official image takes it. */
function parseServer(entry: string): (Target & { id: number }) | undefined {
  const [, id, host, port] = /^server\.(\d+)=([^:;]+)(?::[^;]*)?(?:;(?:.*:)?(\d+))?$/.exec(entry) ?? [];
  return id && host ? { id: Number(id), host, port: Number(port ?? DEFAULT_PORT) } : undefined;
}

/** Plays a follower: what a client sends goes to the server that stores, and the answers come back. */
export async function startRelay({ port, host, target }: RelayOptions): Promise<Running> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    client.setNoDelay(true);
    waitForWord(client, target);
  });
  const bound = await listen(server, port, host);
  return {
    port: bound,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

function waitForWord(client: Socket, target: Target): void {
  let start = Buffer.alloc(0);
  const collect = (chunk: Buffer): void => {
    start = Buffer.concat([start, chunk]);
    if (start.length < WORD_LENGTH) return;
    client.off('data', collect);
    client.pause();
    serve(start, client, target);
  };
  client.on('data', collect);
}

/** Four letters are a question about this server; anything else begins a session. */
function serve(start: Buffer, client: Socket, target: Target): void {
  const word = start.toString('latin1').trim();
  const upstream = connect({ ...target, lookup });
  upstream.setNoDelay(true);
  if (/^[a-z]{4}$/.test(word)) answer(word, client, upstream);
  else join(start, client, upstream);
}

function answer(word: string, client: Socket, upstream: Socket): void {
  let text = '';
  upstream.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  upstream.on('error', () => {
    text = word === 'ruok' ? 'imok' : AWAY;
  });
  upstream.on('close', () => client.end(asFollower(text), 'latin1'));
  client.on('close', () => upstream.destroy());
  client.resume();
  upstream.write(word);
}

/** What the server that stores says of itself is true of this one too, but for its part. */
function asFollower(text: string): string {
  return text.replace(/^Mode: .*$/m, 'Mode: follower').replace(/^(zk_server_state\t).*$/m, '$1follower');
}

/** Where one end goes the other goes too: the client then takes its session elsewhere. */
function join(start: Buffer, client: Socket, upstream: Socket): void {
  upstream.on('error', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  upstream.write(start);
  client.pipe(upstream);
  upstream.pipe(client);
}
