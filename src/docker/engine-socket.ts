import { homedir } from 'node:os';
import { engineMeant } from './context.js';

const USUAL = '/var/run/docker.sock';

/**
 * Path of the engine's socket on the engine's own host, to be mounted into those that talk to Docker themselves. Only a
 * system-wide unix socket that DOCKER_HOST or a context names is known to be there under its name; else it is where engines
 * put it.
 */
export function engineSocketOf(env: NodeJS.ProcessEnv, home: string = homedir()): string {
  const path = /^unix:\/\/(\/.+)$/.exec(hostIn(env, home))?.[1];
  return path && !path.startsWith('/Users/') && !path.startsWith('/home/') ? path : USUAL;
}

/** Whoever uses an engine that the environment does not name is not bothered with what is wrong there. */
function hostIn(env: NodeJS.ProcessEnv, home: string): string {
  try {
    return engineMeant(env, home).host;
  } catch {
    return '';
  }
}
