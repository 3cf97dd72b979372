import type { Flags } from '../../flags.js';
import type { Host } from '../../host.js';

/** The agent as its executors and tasks need to know it. */
export interface Surroundings {
  readonly version: string;
  readonly flags: Flags;
  readonly workDirectory: string;
  readonly host: Host;
  agentId(): string;
  /** What others reach it at. */
  address(): { ip: string; port: number; hostname: string };
}
