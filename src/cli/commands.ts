/** The command line: its table, its parser, its help. */

import yargs, { type Argv } from 'yargs';
import { MinimesosError } from '../errors.js';
import { completionRow } from './commands/completion.js';
import { nothing } from './commands/nothing.js';
import { vocabularyOf } from './completion/vocabulary.js';
import type { Context, GlobalArgs, Streams } from './context.js';
import { globalOptions, OWN_OPTIONS } from './options.js';
import type { Row } from './row.js';
import { APPS_ROWS } from './rows/apps.js';
import { CLUSTER_ROWS } from './rows/cluster.js';
import { HOST_ROWS } from './rows/host.js';
import { TASKS_ROWS } from './rows/tasks.js';
import { usageError } from './usage.js';

const OTHER_ROWS: readonly Row[] = [...CLUSTER_ROWS, ...APPS_ROWS, ...TASKS_ROWS, ...HOST_ROWS];
export const ROWS: readonly Row[] = [...OTHER_ROWS, completionRow(OTHER_ROWS)];

const NAMES = [...ROWS.flatMap(({ command, aliases = [] }) => [command.split(' ')[0] ?? '', ...aliases]), 'help'];

/** Runs a command line; gives its exit code. Rejects with `USAGE` for what no command takes. */
export async function runCommandLine(
  argv: string[],
  open: (args: GlobalArgs, otherCommand: readonly string[]) => Context,
  streams: Streams,
): Promise<number> {
  let exit = 0;
  const { own, other } = cutAtDashes(argv);
  const parser = parserOf({
    row: ({ run, takesCommand = false }) => {
      return async (args) => {
        if (!takesCommand) refuse(other);
        exit = await run(open(args as GlobalArgs, other), args as never);
      };
    },
    help: async ({ command }) => {
      refuse(other);
      if (command !== undefined && !NAMES.includes(command))
        throw new MinimesosError('USAGE', `Unknown command: ${command}`);
      await writeHelp(streams, command === undefined ? [] : [command]);
    },
    none: async (args) => {
      refuse(other);
      exit = await nothing(open(args as GlobalArgs, []), () => writeHelp(streams, []));
    },
  });
  try {
    await parser.parseAsync(own, {}, (_error, _args, output) => {
      if (output) streams.stdout.write(`${output}\n`);
    });
  } catch (thrown) {
    if (!(thrown instanceof MinimesosError && thrown.code === 'USAGE')) throw thrown;
    const error = usageError(thrown, own, vocabularyOf(ROWS));
    throw other.length === 0 ? withDashes(own, error) : error;
  }
  return exit;
}

/** Yargs would take the options of the other program for ours, and its numbers for numbers. */
function cutAtDashes(argv: string[]): { own: string[]; other: string[] } {
  const dashes = argv.indexOf('--');
  return dashes < 0 ? { own: argv, other: [] } : { own: argv.slice(0, dashes), other: argv.slice(dashes + 1) };
}

function refuse([first]: readonly string[]): void {
  if (first !== undefined) throw new MinimesosError('USAGE', `only run and exec take a command after --: "${first}"`);
}

/** Who left the dashes out, as in `run ls -l`, is told where they stand. */
function withDashes([name = '']: string[], error: MinimesosError): MinimesosError {
  const row = ROWS.find(({ takesCommand, command }) => takesCommand && command.split(' ')[0] === name);
  if (!row || !error.message.startsWith('unknown argument')) return error;
  const hint = `a command stands after --: minimesos ${row.command} -- COMMAND`;
  return new MinimesosError(error.code, error.message, { hint });
}

/** What is done when a command has been read. */
interface Handlers {
  row(row: Row): (args: object) => Promise<void>;
  help(args: { command?: string | undefined }): Promise<void>;
  none(args: object): Promise<void>;
}

function parserOf({ row: handle, help, none }: Handlers): Argv {
  const parser = globalOptions(yargs().scriptName('minimesos'));
  for (const row of ROWS) {
    const { command, aliases = [], summary, options } = row;
    const own = (each: Argv) => (options?.(each) ?? each).group([], OWN_OPTIONS);
    parser.command([command, ...aliases], summary, own, handle(row));
  }
  const named = (each: Argv) => each.positional('command', { type: 'string' });
  return parser
    .usage('minimesos [command]')
    .command('help [command]', 'show the help of a command', named, help)
    .command('$0', false, {}, none)
    .epilogue('With no command: the info of a cluster that runs, else this help.');
}

async function writeHelp(streams: Streams, argv: string[]): Promise<void> {
  const idle = async () => {};
  const parser = parserOf({ row: () => idle, help: idle, none: idle });
  await parser.parseAsync([...argv, '--help'], {}, (_error, _args, output) => {
    streams.stdout.write(`${output}\n`);
  });
}
