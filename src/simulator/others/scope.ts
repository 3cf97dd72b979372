import { hostname } from 'node:os';
import type { Host } from '../host.js';
import { type HttpAnswer, type HttpRequest, html, httpServer, json, plainError } from '../http.js';
import { listen, type Running } from '../listen.js';
import type { RunningRole } from '../role.js';

const DEFAULT_PORT = 4040;

/** The port in `--app.http.address=:PORT` (`-app.http.address` and a value of its own too); 4040 without. */
export function scopePort(args: readonly string[]): number {
  const at = args.findIndex((arg) => /^--?app\.http\.address(=|$)/.test(arg));
  const value = at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
  return Number(value?.slice(value.lastIndexOf(':') + 1) ?? DEFAULT_PORT);
}

function answer({ path }: HttpRequest): HttpAnswer {
  if (path === '/api') {
    return json({
      id: 'minimesos-simulator',
      version: '1.13.2-minimesos-simulator',
      hostname: hostname(),
      plugins: [],
      capabilities: {},
    });
  }
  if (path === '/')
    return html(
      'Weave Scope (minimesos simulator)',
      '<h1>Weave Scope</h1><p>Played by the minimesos simulator; it probes nothing.</p>',
    );
  return plainError(404);
}

export async function startScope(port: number, host?: string): Promise<Running> {
  const server = httpServer(answer);
  return {
    port: await listen(server, port, host),
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Plays Weave Scope: its API's version and a page, without a probe. */
export async function playScope(args: readonly string[], { log, exit }: Host): Promise<RunningRole | null> {
  log.plain('<app> INFO: The minimesos simulator plays Weave Scope');
  try {
    const { port } = await startScope(scopePort(args));
    log.plain(`<app> INFO: listening on :${port}`);
    return {};
  } catch (error) {
    log.plain(`<app> ERRO: ${(error as Error).message}`);
    exit(1);
    return null;
  }
}
