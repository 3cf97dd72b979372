import type { Host } from '../host.js';
import type { RunningRole } from '../role.js';
import { startAgent } from './main.js';

export async function playAgent(args: readonly string[], host: Host): Promise<RunningRole | null> {
  const agent = await startAgent(args, host);
  return agent === null ? null : { user1: () => agent.unregister() };
}
