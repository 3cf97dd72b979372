/** The first exchange with an engine. */

import type { IncomingMessage } from 'node:http';
import Dockerode from 'dockerode';
import { chooseApiVersion } from './api-version.js';
import type { Endpoint } from './endpoint.js';
import { greetingFailureOf } from './failure.js';

/** Milliseconds that an engine has for its first answer. */
const GREETING_TIMEOUT = 10_000;

/**
 * Reads the engine's API version off the headers of its ping; the client that is given back speaks the version agreed on.
 * Rejects with `DOCKER_UNREACHABLE`, whatever it is that went wrong.
 */
export async function greet({ host, options }: Endpoint): Promise<Dockerode> {
  try {
    const version = chooseApiVersion(await pingedVersion(new Dockerode(options)));
    return new Dockerode({ ...options, version: version && `v${version}` });
  } catch (thrown) {
    throw greetingFailureOf(thrown, host);
  }
}

/** By hand: `ping()` of dockerode gives the body and keeps the headers to itself. */
function pingedVersion({ modem }: Dockerode): Promise<string | undefined> {
  const ping = { path: '/_ping', method: 'GET', isStream: true, statusCodes: { 200: true } };
  return new Promise((resolve, reject) => {
    modem.dial({ ...ping, abortSignal: AbortSignal.timeout(GREETING_TIMEOUT) }, (error, reply) => {
      if (error) return reject(error);
      const { headers } = (reply as IncomingMessage).on('error', reject).resume();
      resolve(headers['api-version']?.toString());
    });
  });
}
