/** The command line as a table. */

import yargs, { type Argv } from 'yargs';
import { MinimesosError } from '../errors.js';
import { DISTRIBUTION_NAMES } from '../minimesosfile/distribution-names.js';
import { apply } from './commands/apply.js';
import { destroy } from './commands/destroy.js';
import { info } from './commands/info.js';
import { init } from './commands/init.js';
import { nothing } from './commands/nothing.js';
import { plan } from './commands/plan.js';
import { state } from './commands/state.js';
import { status } from './commands/status.js';
import { up } from './commands/up.js';
import { validate } from './commands/validate.js';
import { version } from './commands/version.js';
import type { Command, Context, GlobalArgs, Streams } from './context.js';

interface Row {
  command: string;
  summary: string;
  options?: (command: Argv) => Argv;
  run: Command<never>;
}

/** As many as a file's `instances` may ask for. */
const MAX_AGENTS = 1000;

const AGENTS = {
  type: 'number',
  requiresArg: true,
  coerce: count('agents'),
  describe: 'so many agents, whatever the file says',
} as const;
const MAP_PORTS = { type: 'boolean', describe: 'publish the usual ports on this host' } as const;
const DRY_RUN = { type: 'boolean', default: false, describe: 'print the steps, and do none' } as const;
const DETAILED = { type: 'boolean', default: false, describe: 'exit with 2 where there is something to do' } as const;
const AGENT = { type: 'string', requiresArg: true, describe: 'of this agent: its id, or agent-N' } as const;

const ROWS: Row[] = [
  { command: 'init', summary: 'write a minimesosFile to start from', run: init },
  { command: 'validate', summary: 'check the minimesosFile', run: validate },
  {
    command: 'plan',
    summary: 'show what apply would do',
    options: (command) => command.option('agents', AGENTS).option('detailed-exitcode', DETAILED),
    run: plan,
  },
  {
    command: 'apply',
    summary: 'bring the cluster into line with its minimesosFile',
    options: (command) =>
      command.option('agents', AGENTS).option('dry-run', DRY_RUN).option('map-ports-to-host', MAP_PORTS),
    run: apply,
  },
  {
    command: 'up',
    summary: 'apply, then print the info',
    options: (command) =>
      command.option('agents', { ...AGENTS, alias: 'num-agents' }).option('map-ports-to-host', MAP_PORTS),
    run: up,
  },
  { command: 'status', summary: 'show each component, its phase and why', run: status },
  { command: 'info', summary: 'print the addresses, ready for a shell', run: info },
  {
    command: 'state',
    summary: "print the master's state, or an agent's",
    options: (command) => command.option('agent', AGENT),
    run: state,
  },
  { command: 'destroy', summary: 'remove the cluster and all that belongs to it', run: destroy },
  { command: 'version', summary: 'print the version of minimesos', run: version },
];

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
  const parser = globalOptions(yargs().scriptName('minimesos'));
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

function globalOptions(parser: Argv): Argv {
  return parser
    .option('file', {
      alias: ['f', 'clusterConfig'],
      type: 'string',
      requiresArg: true,
      coerce: last,
      describe: 'path of the minimesosFile',
    })
    .option('cluster', {
      type: 'string',
      requiresArg: true,
      coerce: last,
      describe: 'a cluster id, in place of the one of the file',
    })
    .option('distribution', {
      choices: DISTRIBUTION_NAMES,
      describe: 'where images come from, in place of what the file says',
    })
    .option('output', {
      alias: 'o',
      choices: ['text', 'json'] as const,
      default: 'text',
      describe: 'how results are printed',
    })
    .option('timeout', {
      type: 'number',
      requiresArg: true,
      coerce: numberOver(0, 'timeout'),
      describe: 'seconds to wait for the cluster',
    })
    .option('debug', { type: 'boolean', default: false, describe: 'log each pass and each step' })
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .showHelpOnFail(false)
    .help()
    .alias('help', 'h')
    .version(false)
    .fail((message, error) => {
      // A YError is yargs' own word for what it cannot read; any other comes from a command.
      if (error && error.name !== 'YError') throw error;
      throw new MinimesosError('USAGE', message ?? error.message);
    });
}

/** An option that is given twice: the last one counts. */
function last<T>(value: T | T[]): T | undefined {
  return Array.isArray(value) ? value.at(-1) : value;
}

function numberOver(least: number, option: string) {
  return (value: number | number[] | undefined): number | undefined => {
    const number = last(value as number);
    if (number === undefined || number > least) return number;
    throw new MinimesosError('USAGE', `--${option} takes a number over ${least}`);
  };
}

function count(option: string) {
  return (value: number | number[] | undefined): number | undefined => {
    const number = last(value as number);
    if (number === undefined || (Number.isInteger(number) && number >= 1 && number <= MAX_AGENTS)) return number;
    throw new MinimesosError('USAGE', `--${option} takes a whole number from 1 to ${MAX_AGENTS}`);
  };
}
