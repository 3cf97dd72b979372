import type { Host } from '../host.js';
import type { RunningRole } from '../role.js';
import { startMaster } from './main.js';

/** A master's ZooKeeper session outlives its SIGTERM, as a real one's does. */
export async function playMaster(args: readonly string[], host: Host): Promise<RunningRole | null> {
  return (await startMaster(args, host)) === null ? null : {};
}
