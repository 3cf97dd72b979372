/** Where the engine is, read from the environment as Docker's own client reads it. */

import { existsSync, readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:http';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { DockerOptions } from 'dockerode';
import { MinimesosError } from '../errors.js';

export interface Endpoint {
  /** For people: `unix:///var/run/docker.sock`, `tcp://build:2376`, `ssh://me@build`. */
  host: string;
  options: DockerOptions;
}

const SYSTEM_SOCKET = '/var/run/docker.sock';

/** Milliseconds. Else nobody would notice that the far end of a stream of events has gone; of TCP, Node itself asks. */
const SSH_KEEPALIVE = 10_000;

/**
 * DOCKER_HOST (unix, npipe, tcp, http, https, ssh), DOCKER_TLS_VERIFY and DOCKER_CERT_PATH; without DOCKER_HOST the
 * socket of Docker Desktop in the user's home if it is there, else the system's.
 * Throws `DOCKER_UNREACHABLE` where these make no sense.
 */
export function endpointOf(env: NodeJS.ProcessEnv, home: string = homedir()): Endpoint {
  const given = env.DOCKER_HOST?.trim() ?? '';
  if (given === '') return socket(defaultSocket(home));
  if (given.startsWith('unix://')) return socket(given.slice('unix://'.length) || defaultSocket(home));
  if (given.startsWith('npipe://')) return pipe(given.slice('npipe://'.length));
  const url = parse(given);
  if (url.hostname === '') throw malformed(given);
  if (url.protocol === 'ssh:') return ssh(url, env);
  if (['tcp:', 'http:', 'https:'].includes(url.protocol)) return tcp(url, env, home);
  throw malformed(given);
}

function defaultSocket(home: string): string {
  if (process.platform === 'win32') return '//./pipe/docker_engine';
  const desktop = join(home, '.docker', 'run', 'docker.sock');
  return existsSync(desktop) ? desktop : SYSTEM_SOCKET;
}

/** Two costs of a call less: of a start, in Node; of every call, in docker-modem. */
class SocketAgent extends Agent {
  constructor() {
    // No server name for TLS, or Node finds out whether `localhost` is an IPv6 address, for 6 ms.
    super({ keepAlive: true, servername: '' } as AgentOptions);
  }

  /** docker-modem describes each request for its debug log, wanted or not, with all that hangs on its agent. */
  [inspect.custom](): string {
    return 'SocketAgent';
  }
}

/** `host` is named, and undefined, so that nothing which the process' own DOCKER_HOST says shines through. */
function socket(path: string): Endpoint {
  const agent = new SocketAgent();
  // docker-modem takes an agent; dockerode's types do not know.
  const options = { socketPath: path, host: undefined, protocol: 'http', agent } as DockerOptions;
  return { host: `unix://${path}`, options };
}

function pipe(path: string): Endpoint {
  const socketPath = path || '//./pipe/docker_engine';
  return { host: `npipe://${socketPath}`, options: { socketPath, host: undefined, protocol: 'http' } };
}

function ssh(url: URL, env: NodeJS.ProcessEnv): Endpoint {
  const username = decodeURIComponent(url.username) || userInfo().username;
  const port = url.port === '' ? 22 : Number(url.port);
  return {
    host: `ssh://${username}@${url.host}`,
    options: {
      protocol: 'ssh',
      host: url.hostname,
      port,
      username,
      sshOptions: {
        ...(env.SSH_AUTH_SOCK !== undefined && { agent: env.SSH_AUTH_SOCK }),
        keepaliveInterval: SSH_KEEPALIVE,
      },
    },
  };
}

function tcp(url: URL, env: NodeJS.ProcessEnv, home: string): Endpoint {
  const tls = (env.DOCKER_TLS_VERIFY ?? '') !== '' || url.port === '2376' || url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 2376 : 2375) : Number(url.port);
  const folder = env.DOCKER_CERT_PATH || join(home, '.docker');
  return {
    host: `tcp://${url.hostname}:${port}`,
    options: {
      protocol: tls ? 'https' : 'http',
      host: url.hostname,
      port,
      ca: tls ? certificate(folder, 'ca.pem') : undefined,
      cert: tls ? certificate(folder, 'cert.pem') : undefined,
      key: tls ? certificate(folder, 'key.pem') : undefined,
    },
  };
}

/** Undefined where the file is not there: an engine may be known to the system's authorities and ask for no client. */
function certificate(folder: string, file: string): Buffer | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path) : undefined;
}

function parse(given: string): URL {
  try {
    return new URL(given.includes('://') ? given : `tcp://${given}`);
  } catch {
    throw malformed(given);
  }
}

function malformed(given: string): MinimesosError {
  return new MinimesosError('DOCKER_UNREACHABLE', `DOCKER_HOST is "${given}", which names no engine`, {
    hint: 'write it like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host',
  });
}
