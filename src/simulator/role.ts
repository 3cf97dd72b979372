import type { Host } from './host.js';

/** A role that runs, as the process sees it; null where the role ended at once, after it said why. */
export interface RunningRole {
  /** What is to be done before a SIGTERM ends the process; without it the signal's own effect is enough. */
  terminate?(): Promise<void> | void;
  /** What SIGUSR1 does. */
  user1?(): void;
}

/** Starts a role with what followed its name on the command line. */
export type Role = (args: readonly string[], host: Host) => Promise<RunningRole | null>;
