/**
 * Path of the engine's socket on the engine's own host, to be mounted into those that talk to Docker themselves. Only a
 * system-wide unix socket that DOCKER_HOST names is known to be there under its name; else it is where engines put it.
 */
export function engineSocketOf(env: NodeJS.ProcessEnv): string {
  const path = /^unix:\/\/(\/.+)$/.exec(env.DOCKER_HOST ?? '')?.[1];
  return path && !path.startsWith('/Users/') && !path.startsWith('/home/') ? path : '/var/run/docker.sock';
}
