/** Which engine is meant, decided as Docker's own client decides it. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MinimesosError } from '../errors.js';

export interface Choice {
  /** As DOCKER_HOST has it; empty: the usual socket. */
  host: string;
  /** For people: who says so. */
  says: string;
  /** For people: where to look when it is wrong. */
  hint: string;
  /** Of a context, what it keeps for TLS; undefined where the environment decides. */
  context?: ContextTls | undefined;
}

export interface ContextTls {
  /** Where its ca.pem, cert.pem and key.pem are, those that it has. */
  folder: string;
  /** Whoever answers is believed. */
  skipVerify: boolean;
}

/** The context that stands for no context. */
const DEFAULT_CONTEXT = 'default';

/**
 * DOCKER_HOST, else the context that DOCKER_CONTEXT names, else the one that `docker context use` chose. Throws
 * `DOCKER_UNREACHABLE` where that one is not there or cannot be read: another engine than the one meant is no way out.
 */
export function engineMeant(env: NodeJS.ProcessEnv, home: string): Choice {
  const host = env.DOCKER_HOST?.trim() ?? '';
  const byHost = {
    host,
    says: 'DOCKER_HOST',
    hint: 'write it like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host',
  };
  if (host !== '') return byHost;
  const folder = configFolder(env, home);
  const name = env.DOCKER_CONTEXT || currentContext(folder);
  return name === undefined || name === DEFAULT_CONTEXT ? byHost : contextNamed(name, folder);
}

/** Where Docker's client keeps its settings. */
export function configFolder(env: NodeJS.ProcessEnv, home: string): string {
  return env.DOCKER_CONFIG || join(home, '.docker');
}

function currentContext(folder: string): string | undefined {
  const path = join(folder, 'config.json');
  const { currentContext } = (readJson(path) ?? {}) as { currentContext?: unknown };
  return typeof currentContext === 'string' && currentContext !== '' ? currentContext : undefined;
}

interface ContextFile {
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

function contextNamed(name: string, folder: string): Choice {
  const id = createHash('sha256').update(name).digest('hex');
  const file = readJson(join(folder, 'contexts', 'meta', id, 'meta.json')) as ContextFile | undefined;
  const says = `the Docker context ${name}`;
  if (!file) {
    const hint = 'docker context ls lists those that are there; DOCKER_HOST or DOCKER_CONTEXT name another';
    throw new MinimesosError('DOCKER_UNREACHABLE', `${says} is not there`, { hint });
  }
  const { Host: host = '', SkipTLSVerify: skipVerify = false } = file.Endpoints?.docker ?? {};
  const context = { folder: join(folder, 'contexts', 'tls', id, 'docker'), skipVerify };
  return { host, says, hint: `docker context inspect ${name} shows it`, context };
}

/** Undefined where there is no such file. */
function readJson(path: string): object | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? read : {};
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const hint = 'mend it, or say with DOCKER_HOST which engine is meant';
    const message = `${path}, where Docker's client keeps which engine is meant, cannot be read: ${(cause as Error).message}`;
    throw new MinimesosError('DOCKER_UNREACHABLE', message, { cause, hint });
  }
}
