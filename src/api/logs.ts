import type { Docker } from '../docker/docker.js';

/** What a container said so far on both streams, or the last so many lines of it. */
export async function logsOf(id: string, tail: number | undefined, docker: Docker, signal: AbortSignal) {
  let said = '';
  for await (const { text } of docker.logs(id, { tail, follow: false }, signal)) said += text;
  return said;
}
