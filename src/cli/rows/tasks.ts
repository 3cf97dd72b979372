/** The commands for what runs: what it says, and processes beside it. */

import { exec } from '../commands/exec.js';
import { logs } from '../commands/logs.js';
import { FOLLOW, LOG_TAIL, NO_TERMINAL, STDERR, TASK } from '../log-options.js';
import type { Row } from '../row.js';

export const TASKS_ROWS: Row[] = [
  {
    command: 'logs [component]',
    summary: 'show what a component has said, or a task has written',
    options: (command) =>
      command
        .positional('component', { type: 'string', describe: 'for example agent-1, or app:/id of the task of an app' })
        .option('task', TASK)
        .option('stderr', STDERR)
        .option('follow', FOLLOW)
        .option('tail', LOG_TAIL),
    run: logs,
  },
  {
    command: 'exec <component>',
    summary: 'run a command in the container of a component: exec agent-0 -- cmd args',
    options: (command) =>
      command.positional('component', { type: 'string', describe: 'for example agent-1' }).option('T', NO_TERMINAL),
    takesCommand: true,
    run: exec,
  },
];
