/** The command line as a table. */

import yargs, { type Argv } from 'yargs';
import { apply } from './commands/apply.js';
import { destroy } from './commands/destroy.js';
import { events } from './commands/events.js';
import { info } from './commands/info.js';
import { init } from './commands/init.js';
import { nothing } from './commands/nothing.js';
import { pause } from './commands/pause.js';
import { plan } from './commands/plan.js';
import { resume } from './commands/resume.js';
import { state } from './commands/state.js';
import { status } from './commands/status.js';
import { up } from './commands/up.js';
import { validate } from './commands/validate.js';
import { version } from './commands/version.js';
import { wait } from './commands/wait.js';
import type { Command, Context, GlobalArgs, Streams } from './context.js';
import { controlOptions, lockOption } from './control-options.js';
import {
  AGENT,
  AGENTS,
  DETAILED,
  DRY_RUN,
  FOR,
  globalOptions,
  MAP_PORTS,
  TAIL,
  unknownCommand,
  WATCH,
} from './options.js';

interface Row {
  command: string;
  summary: string;
  options?: (command: Argv) => Argv;
  run: Command<never>;
}

const ROWS: Row[] = [
  { command: 'init', summary: 'write a minimesosFile to start from', run: init },
  { command: 'validate', summary: 'check the minimesosFile', run: validate },
  {
    command: 'plan',
    summary: 'show what apply would do',
    options: (command) =>
      command.option('agents', AGENTS).option('mapPortsToHost', MAP_PORTS).option('detailed-exitcode', DETAILED),
    run: plan,
  },
  {
    command: 'apply',
    summary: 'bring the cluster into line with its minimesosFile',
    options: (command) =>
      controlOptions(
        command
          .option('watch', { ...WATCH, describe: 'go on: follow the file, and mend what breaks' })
          .option('agents', AGENTS)
          .option('mapPortsToHost', MAP_PORTS)
          .option('dry-run', DRY_RUN),
      ),
    run: apply,
  },
  {
    command: 'up',
    summary: 'apply, then print the info',
    options: (command) =>
      controlOptions(command.option('agents', { ...AGENTS, alias: 'num-agents' }).option('mapPortsToHost', MAP_PORTS)),
    run: up,
  },
  {
    command: 'status',
    summary: 'show each component, its phase and why',
    options: (command) => command.option('watch', { ...WATCH, describe: 'go on, and show what changes' }),
    run: status,
  },
  {
    command: 'wait [component]',
    summary: 'wait until the cluster, or one component, is ready or absent',
    options: (command) =>
      command.positional('component', { type: 'string', describe: 'for example agent-1' }).option('for', FOR),
    run: wait,
  },
  {
    command: 'events',
    summary: 'show what minimesos did to the cluster, and why',
    options: (command) => command.option('tail', TAIL),
    run: events,
  },
  { command: 'pause', summary: 'let nobody change the cluster, not even to mend it', run: pause },
  { command: 'resume', summary: 'take the pause away', run: resume },
  { command: 'info', summary: 'print the addresses, ready for a shell', run: info },
  {
    command: 'state',
    summary: "print the master's state, or an agent's",
    options: (command) => command.option('agent', AGENT),
    run: state,
  },
  {
    command: 'destroy',
    summary: 'remove the cluster and all that belongs to it',
    options: lockOption,
    run: destroy,
  },
  { command: 'version', summary: 'print the version of minimesos', run: version },
];

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
