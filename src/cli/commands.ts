/** The command line: its table, its parser, its help. */

import yargs, { type Argv } from 'yargs';
import { nothing } from './commands/nothing.js';
import type { Context, GlobalArgs, Streams } from './context.js';
import { globalOptions, unknownCommand } from './options.js';
import type { Row } from './row.js';
import { APPS_ROWS } from './rows/apps.js';
import { CLUSTER_ROWS } from './rows/cluster.js';
import { HOST_ROWS } from './rows/host.js';
import { TASKS_ROWS } from './rows/tasks.js';

const ROWS: readonly Row[] = [...CLUSTER_ROWS, ...APPS_ROWS, ...TASKS_ROWS, ...HOST_ROWS];

const NAMES = [...ROWS.map(({ command }) => command.split(' ')[0] ?? ''), 'help'];

/** Runs a command line; gives its exit code. Rejects with `USAGE` for what no command takes. */
export async function runCommandLine(
  argv: string[],
  open: (args: GlobalArgs) => Context,
  streams: Streams,
): Promise<number> {
  let exit = 0;
  const parser = parserOf((command) => async (args) => {
    exit = await command(open(args as GlobalArgs), args as never);
  });
  await parser
    .command('help [command]', 'show the help of a command', {}, async ({ command }) => {
      if (typeof command === 'string' && !NAMES.includes(command)) throw unknownCommand(command, NAMES);
      await writeHelp(streams, typeof command === 'string' ? [command] : []);
    })
    .command('$0', 'with no command: the info of a cluster that runs, else this help', {}, async (args) => {
      exit = await nothing(open(args as unknown as GlobalArgs), () => writeHelp(streams, []));
    })
    .parseAsync(argv, {}, (_error, _args, output) => {
      if (output) streams.stdout.write(`${output}\n`);
    });
  return exit;
}

type Handler = (command: Row['run']) => (args: object) => Promise<void>;

function parserOf(handler: Handler): Argv {
  const parser = globalOptions(yargs().scriptName('minimesos'), NAMES);
  for (const { command, summary, options, run } of ROWS) {
    parser.command(command, summary, (each) => options?.(each) ?? each, handler(run));
  }
  return parser;
}

async function writeHelp(streams: Streams, argv: string[]): Promise<void> {
  const parser = parserOf(() => async () => {});
  await parser.parseAsync([...argv, '--help'], {}, (_error, _args, output) => {
    streams.stdout.write(`${output}\n`);
  });
}
