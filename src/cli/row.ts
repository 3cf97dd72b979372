/** One command of the command line. */

import type { Argv } from 'yargs';
import type { Command } from './context.js';

export interface Row {
  /** As yargs writes it: `wait [component]`. */
  command: string;
  aliases?: string[];
  summary: string;
  options?: (command: Argv) => Argv;
  /** Takes a command line of another program, after `--`: `context.otherCommand`. */
  takesCommand?: true;
  run: Command<never>;
}
