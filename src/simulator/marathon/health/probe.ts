import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { lookup } from '../../lookup.js';

/** What a look at a task is at. */
export interface Target {
  protocol: 'HTTP' | 'HTTPS' | 'TCP';
  host: string;
  port: number;
  path: string;
  timeoutMs: number;
}

/** Null where the task answered well; `ignored` where its answer counts for nothing; else what was wrong. */
type Finding = { healthy: true } | { healthy: false; cause: string } | { ignored: true };

/** Looks once; never rejects. */
export async function probe(target: Target, ignoreHttp1xx: boolean): Promise<Finding> {
  try {
    return await (target.protocol === 'TCP' ? probeTcp(target) : probeHttp(target, ignoreHttp1xx));
  } catch (error) {
    // Nothing that can be asked for: Node refuses such a path or port before it connects.
    return unhealthy((error as Error).message);
  }
}

function probeHttp({ protocol, host, port, path, timeoutMs }: Target, ignoreHttp1xx: boolean): Promise<Finding> {
  return new Promise((resolve) => {
    const ask = protocol === 'HTTPS' ? httpsRequest : httpRequest;
    // Whoever runs the task signs its certificate as they like.
    const tls = protocol === 'HTTPS' ? { rejectUnauthorized: false } : {};
    const whole = path.startsWith('/') ? path : `/${path}`;
    const asked = ask({
      host,
      port,
      path: whole,
      lookup,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...tls,
    });
    asked.on('response', (response) => {
      const { statusCode = 0, statusMessage = '' } = response;
      response.resume();
      resolve(statusCode >= 200 && statusCode < 400 ? { healthy: true } : unhealthy(`${statusCode} ${statusMessage}`));
      asked.destroy();
    });
    asked.on('information', ({ statusCode }) => {
      if (!ignoreHttp1xx || statusCode < 100) return;
      resolve({ ignored: true });
      asked.destroy();
    });
    asked.on('error', (error) => resolve(unhealthy(reason(error))));
    asked.end();
  });
}

function probeTcp({ host, port, timeoutMs }: Target): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, lookup, timeout: timeoutMs });
    const done = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.on('connect', () => done({ healthy: true }));
    socket.on('timeout', () => done(unhealthy('connection timed out')));
    socket.on('error', (error) => done(unhealthy(reason(error))));
  });
}

function unhealthy(cause: string): Finding {
  return { healthy: false, cause };
}

function reason(error: Error): string {
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timed out' : error.message;
}
