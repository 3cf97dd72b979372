import type { Host } from '../host.js';
import type { RunningRole } from '../role.js';
import { fetchText } from './fetch-text.js';

const TRIES = 30;
const BETWEEN_MS = 500;
const ANSWER_WITHIN_MS = 2000;

/** The address in a registry URI such as `consul://host:8500`; null for another kind of registry. */
export function consulAddress(uri: string): { host: string; port: number } | null {
  const match = /^consul:\/\/([^:/]+)?(?::(\d+))?/.exec(uri);
  return match === null ? null : { host: match[1] ?? 'localhost', port: Number(match[2] ?? 8500) };
}

export interface WaitOptions {
  tries?: number;
  betweenMs?: number;
}

/** Waits until the registry answers; null when it does, and why it does not after the last try. */
export async function waitForConsul(host: string, port: number, options: WaitOptions = {}): Promise<string | null> {
  const { tries = TRIES, betweenMs = BETWEEN_MS } = options;
  let reason = '';
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const { status } = await fetchText(host, port, '/v1/status/leader', ANSWER_WITHIN_MS);
      if (status === 200) return null;
      reason = `status ${status}`;
    } catch (error) {
      reason = (error as Error).message;
    }
    if (attempt < tries) await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  return reason;
}

/** Plays registrator: finds its Consul and stays. It registers nothing, for it does not see the containers. */
export async function playRegistrator(args: readonly string[], { log, exit }: Host): Promise<RunningRole | null> {
  log.plain('The minimesos simulator plays registrator');
  const uri = args.findLast((arg) => !arg.startsWith('-'));
  if (uri === undefined) {
    log.plain('Missing required argument for registry URI.\n');
    exit(2);
    return null;
  }
  const address = consulAddress(uri);
  if (address === null) {
    log.plain(`Bad adapter uri: ${uri}`);
    exit(1);
    return null;
  }
  log.plain(`Using consul adapter: ${uri}`);
  const reason = await waitForConsul(address.host, address.port);
  if (reason !== null) {
    log.plain(`consul: ${reason}\nUnable to reach the registry at ${uri}`);
    exit(1);
    return null;
  }
  log.plain('Listening for Docker events ... (the simulator sees none)');
  // Nothing else keeps the process.
  setInterval(() => {}, 2 ** 30);
  return {};
}
