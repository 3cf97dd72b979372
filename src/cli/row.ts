/** One command of the command line. */

import type { Argv } from 'yargs';
import type { Command } from './context.js';

export interface Row {
  /** As yargs writes it: `wait [component]`. */
  command: string;
  summary: string;
  options?: (command: Argv) => Argv;
  run: Command<never>;
}
