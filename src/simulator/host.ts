import type { Log } from './log.js';

/** The process that a role runs in, passed in so that a test can be one. */
export interface Host {
  env: { readonly [name: string]: string | undefined };
  log: Log;
  /** Results on stdout, such as `--version`. */
  print(text: string): void;
  /** Ends the role; in a process it does not return. */
  exit(code: number): void;
}
