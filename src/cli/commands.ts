/** The command line as a table; what each command does is loaded when it is asked for. */

import yargs, { type Argv } from 'yargs';
import { MinimesosError } from '../errors.js';
import { DISTRIBUTION_NAMES } from '../minimesosfile/distribution-names.js';
import type { Context, GlobalArgs, Streams } from './context.js';

/** Gives the exit code. */
export type Command<Args = object> = (context: Context, args: Args) => Promise<number>;

interface Row {
  command: string;
  summary: string;
  options?: (command: Argv) => Argv;
  load: () => Promise<Command<never>>;
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
const AGENT = { type: 'string', describe: 'of this agent: its id, or agent-N' } as const;

const ROWS: Row[] = [
  {
    command: 'init',
    summary: 'write a minimesosFile to start from',
    load: async () => (await import('./commands/init.js')).init,
  },
  {
    command: 'validate',
    summary: 'check the minimesosFile',
    load: async () => (await import('./commands/validate.js')).validate,
  },
  {
    command: 'plan',
    summary: 'show what apply would do',
    options: (command) => command.option('agents', AGENTS).option('detailed-exitcode', DETAILED),
    load: async () => (await import('./commands/plan.js')).plan,
  },
  {
    command: 'apply',
    summary: 'bring the cluster into line with its minimesosFile',
    options: (command) =>
      command.option('agents', AGENTS).option('dry-run', DRY_RUN).option('map-ports-to-host', MAP_PORTS),
    load: async () => (await import('./commands/apply.js')).apply,
  },
  {
    command: 'up',
    summary: 'apply, then print the info',
    options: (command) =>
      command.option('agents', { ...AGENTS, alias: 'num-agents' }).option('map-ports-to-host', MAP_PORTS),
    load: async () => (await import('./commands/up.js')).up,
  },
  {
    command: 'status',
    summary: 'show each component, its phase and why',
    load: async () => (await import('./commands/status.js')).status,
  },
  {
    command: 'info',
    summary: 'print the addresses, ready for a shell',
    load: async () => (await import('./commands/info.js')).info,
  },
  {
    command: 'state',
    summary: "print the master's state, or an agent's",
    options: (command) => command.option('agent', AGENT),
    load: async () => (await import('./commands/state.js')).state,
  },
  {
    command: 'destroy',
    summary: 'remove the cluster and all that belongs to it',
    load: async () => (await import('./commands/destroy.js')).destroy,
  },
  {
    command: 'version',
    summary: 'print the version of minimesos',
    load: async () => (await import('./commands/version.js')).version,
  },
];

/** Runs a command line; gives its exit code. Rejects with `USAGE` for what no command takes. */
export async function runCommandLine(
  argv: string[],
  open: (args: GlobalArgs) => Context,
  streams: Streams,
): Promise<number> {
  let exit = 0;
  const parser = parserOf((load) => async (args) => {
    const command = await load();
    exit = await command(open(args as unknown as GlobalArgs), args as never);
  });
  await parser
    .command('help [command]', 'show the help of a command', {}, async ({ command }) => {
      await writeHelp(streams, typeof command === 'string' ? [command] : []);
    })
    .command('$0', 'with no command: the info of a cluster that runs, else this help', {}, async (args) => {
      const { nothing } = await import('./commands/nothing.js');
      exit = await nothing(open(args as unknown as GlobalArgs), () => writeHelp(streams, []));
    })
    .parseAsync(argv, {}, (_error, _args, output) => {
      if (output) streams.stdout.write(`${output}\n`);
    });
  return exit;
}

type Handler = (load: Row['load']) => (args: object) => Promise<void>;

function parserOf(handler: Handler): Argv {
  const parser = globalOptions(yargs().scriptName('minimesos'));
  for (const { command, summary, options, load } of ROWS) {
    parser.command(command, summary, (each) => options?.(each) ?? each, handler(load));
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
