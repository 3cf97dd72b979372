/** The commands for this machine, its engine, and minimesos itself. */

import { doctor } from '../commands/doctor.js';
import { list } from '../commands/list.js';
import { open } from '../commands/open.js';
import { run } from '../commands/run.js';
import { version } from '../commands/version.js';
import type { Row } from '../row.js';

export const HOST_ROWS: Row[] = [
  {
    command: 'run',
    summary: 'run a program here that is told the addresses: run -- cmd args',
    takesCommand: true,
    run,
  },
  {
    command: 'open [component]',
    summary: "print the address of a component's page, and show it in a browser",
    options: (command) =>
      command
        .positional('component', { type: 'string', default: 'master', describe: 'such as marathon or agent-1' })
        .option('browser', {
          type: 'boolean',
          default: true,
          describe: 'show it where there is a browser; --no-browser does not',
        }),
    run: open,
  },
  { command: 'doctor', summary: 'look for what is wrong, or in the way, and say what to do', run: doctor },
  { command: 'list', aliases: ['ls'], summary: 'show every cluster on this engine', run: list },
  { command: 'version', summary: 'print the version of minimesos', run: version },
];
