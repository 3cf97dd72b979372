/** What docker-modem leaves open: an exchange with an engine that stops answering comes to an end here. */

import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type Dockerode from 'dockerode';

/** Milliseconds that an engine has for its reply. */
export interface Patience {
  /** To the first exchange. */
  greeting: number;
  /** To what only asks. */
  read: number;
  /** To what changes something: a stop waits for the container. */
  write: number;
}

export const PATIENCE: Patience = { greeting: 10_000, read: 30_000, write: 120_000 };

type Dial = Dockerode['modem']['dial'];
type Request = Parameters<Dial>[0];

/**
 * Makes all calls of this client end: a reply that does not come in time, and one that is cut in the middle, which
 * docker-modem takes no notice of, reject. Replies that stream are waited for until they begin, and where they tell of
 * work that changes something, for as long as it takes.
 */
export function bounded(engine: Dockerode, patience: Patience): Dockerode {
  const dial: Dial = engine.modem.dial.bind(engine.modem);
  engine.modem.dial = (request, callback = () => {}) => {
    exchange(dial, request, limitOf(request, patience)).then(
      (reply) => callback(null, reply),
      (thrown) => callback(thrown, null),
    );
  };
  return engine;
}

/** Rejects with what docker-modem fails with; with the code `TIMEOUT` after `limit` milliseconds. */
async function exchange(dial: Dial, request: Request, limit: number | undefined): Promise<IncomingMessage | object> {
  const late = new AbortController();
  const timer = limit === undefined ? undefined : setTimeout(() => late.abort(), limit);
  const given = request.abortSignal;
  const abortSignal = given ? AbortSignal.any([given, late.signal]) : late.signal;
  try {
    const reply = await begun(dial, { ...request, isStream: true, abortSignal });
    return request.isStream ? reply : await contentOf(reply);
  } catch (thrown) {
    throw late.signal.aborted ? Object.assign(new Error('no reply', { cause: thrown }), { code: 'TIMEOUT' }) : thrown;
  } finally {
    clearTimeout(timer);
  }
}

function begun(dial: Dial, request: Request): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    dial(request, (error, reply) => (error ? reject(error) : resolve(reply as IncomingMessage)));
  });
}

/** Rejects where the reply is cut. */
async function contentOf(reply: IncomingMessage): Promise<object> {
  const body = await buffer(reply);
  return reply.headers['content-type']?.startsWith('application/json') ? JSON.parse(body.toString()) : body;
}

function limitOf({ method, isStream }: Request, { read, write }: Patience): number | undefined {
  if (method === 'GET') return read;
  return isStream ? undefined : write;
}
