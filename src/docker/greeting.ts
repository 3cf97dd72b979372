/** The first exchange with an engine. */

import type { IncomingMessage } from 'node:http';
import Dockerode from 'dockerode';
import { chooseApiVersion } from './api-version.js';
import type { Endpoint } from './endpoint.js';
import { bounded, type Patience } from './exchange.js';
import { greetingFailureOf } from './failure.js';

/**
 * Reads the engine's API version off the headers of its ping; the client that is given back speaks the version agreed on.
 * Rejects with `DOCKER_UNREACHABLE`, whatever it is that went wrong.
 */
export async function greet({ host, options }: Endpoint, patience: Patience): Promise<Dockerode> {
  try {
    const client = bounded(new Dockerode(options), { ...patience, read: patience.greeting });
    const version = chooseApiVersion(await pingedVersion(client));
    return bounded(new Dockerode({ ...options, version: version && `v${version}` }), patience);
  } catch (thrown) {
    throw greetingFailureOf(thrown, host);
  }
}

/** By hand: `ping()` of dockerode gives the body and keeps the headers to itself. */
function pingedVersion({ modem }: Dockerode): Promise<string | undefined> {
  const ping = { path: '/_ping', method: 'GET', isStream: true, statusCodes: { 200: true } };
  return new Promise((resolve, reject) => {
    modem.dial(ping, (error, reply) => {
      if (error) return reject(error);
      const { headers } = (reply as IncomingMessage).on('error', reject).resume();
      resolve(headers['api-version']?.toString());
    });
  });
}
