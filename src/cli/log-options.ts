/** The options of the commands for logs and processes. */

import { last, wholeNumber } from './numbers.js';

const FLAG = { type: 'boolean', default: false, coerce: last } as const;

/** More lines than a log has. */
const MOST_LINES = 1_000_000_000;

export const TASK = {
  type: 'string',
  requiresArg: true,
  coerce: last,
  describe: 'of the task whose id or name holds this text',
} as const;
export const STDERR = { ...FLAG, describe: "the task's stderr in place of its stdout" } as const;
export const FOLLOW = { ...FLAG, alias: 'F', describe: 'go on with what comes, until it ends' } as const;
export const LOG_TAIL = {
  type: 'number',
  requiresArg: true,
  coerce: wholeNumber('tail', MOST_LINES, 0),
  describe: 'only the last so many lines',
} as const;
export const NO_TERMINAL = { ...FLAG, describe: 'give it no terminal, even where there is one' } as const;
