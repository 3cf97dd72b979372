/** Where the engine is that is meant, and how it is reached. */

import { existsSync, readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { DockerOptions } from 'dockerode';
import { MinimesosError } from '../errors.js';
import { type Choice, type ContextTls, configFolder, engineMeant } from './context.js';

export interface Endpoint {
  /** For people: `unix:///var/run/docker.sock`, `tcp://build:2376`, `ssh://me@build`. */
  host: string;
  options: DockerOptions;
}

const SYSTEM_SOCKET = '/var/run/docker.sock';

/** Milliseconds. Else nobody would notice that the far end of a stream of events has gone; of TCP, Node itself asks. */
const SSH_KEEPALIVE = 10_000;

/**
 * A host (unix, npipe, tcp, http, https, ssh), with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH where DOCKER_HOST names it, and
 * the context's own certificates where a context does. Where nobody names one, the socket of Docker Desktop in the user's
 * home if it is there, else the system's. Throws `DOCKER_UNREACHABLE` where these make no sense.
 */
export function endpointOf(env: NodeJS.ProcessEnv, home: string = homedir()): Endpoint {
  const choice = engineMeant(env, home);
  const { host: given } = choice;
  if (given === '') return socket(defaultSocket(home));
  if (given.startsWith('unix://')) return socket(given.slice('unix://'.length) || defaultSocket(home));
  if (given.startsWith('npipe://')) return pipe(given.slice('npipe://'.length));
  const url = parse(choice);
  if (url.hostname === '') throw malformed(choice);
  if (url.protocol === 'ssh:') return ssh(url, env);
  if (['tcp:', 'http:', 'https:'].includes(url.protocol))
    return tcp(url, choice.context ? tlsOfContext(choice.context) : tlsOfEnvironment(url, env, home));
  throw malformed(choice);
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

interface Tls {
  ca: Buffer | undefined;
  cert: Buffer | undefined;
  key: Buffer | undefined;
  /** Of an engine that nobody vouches for. */
  agent?: TlsAgent;
}

/** Without TLS where it is undefined. */
function tcp(url: URL, tls: Tls | undefined): Endpoint {
  const port = url.port === '' ? (tls ? 2376 : 2375) : Number(url.port);
  const options = { protocol: tls ? 'https' : 'http', host: url.hostname, port, ...tls };
  // docker-modem takes an agent; dockerode's types do not know.
  return { host: `tcp://${url.hostname}:${port}`, options: options as DockerOptions };
}

function tlsOfEnvironment(url: URL, env: NodeJS.ProcessEnv, home: string): Tls | undefined {
  const asked = (env.DOCKER_TLS_VERIFY ?? '') !== '' || url.port === '2376' || url.protocol === 'https:';
  return asked ? certificates(env.DOCKER_CERT_PATH || configFolder(env, home)) : undefined;
}

/** A context that keeps no certificate and believes not just anybody speaks without TLS. */
function tlsOfContext({ folder, skipVerify }: ContextTls): Tls | undefined {
  if (!skipVerify) return existsSync(folder) ? certificates(folder) : undefined;
  const { cert, key } = certificates(folder);
  return { ca: undefined, cert, key, agent: new TlsAgent({ keepAlive: true, rejectUnauthorized: false }) };
}

function certificates(folder: string): Tls {
  return {
    ca: certificate(folder, 'ca.pem'),
    cert: certificate(folder, 'cert.pem'),
    key: certificate(folder, 'key.pem'),
  };
}

/** Undefined where the file is not there: an engine may be known to the system's authorities and ask for no client. */
function certificate(folder: string, file: string): Buffer | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path) : undefined;
}

function parse(choice: Choice): URL {
  const { host } = choice;
  try {
    return new URL(host.includes('://') ? host : `tcp://${host}`);
  } catch {
    throw malformed(choice);
  }
}

function malformed({ host, says, hint }: Choice): MinimesosError {
  return new MinimesosError('DOCKER_UNREACHABLE', `${says} is "${host}", which names no engine`, { hint });
}
