/** What the options of the command line take. */

import type { Argv } from 'yargs';
import { thisPackage } from '../api/package.js';
import { DISTRIBUTION_NAMES } from '../distribution-table.js';
import { MinimesosError } from '../errors.js';
import { last, numberOver, wholeNumber } from './numbers.js';

/** As many as a file's `instances` may ask for. */
const MAX_AGENTS = 1000;

export const AGENTS = {
  type: 'number',
  requiresArg: true,
  coerce: wholeNumber('agents', MAX_AGENTS),
  describe: 'so many agents, whatever the file says',
} as const;
export const MAP_PORTS = {
  alias: 'map-ports-to-host',
  type: 'boolean',
  describe: 'publish the usual ports on this host',
} as const;
export const DRY_RUN = { type: 'boolean', default: false, describe: 'print the steps, and do none' } as const;
export const DETAILED = {
  type: 'boolean',
  default: false,
  describe: 'exit with 2 where there is something to do',
} as const;
export const WATCH = { type: 'boolean', default: false, describe: 'go on, and follow what changes' } as const;
export const FOR = {
  choices: ['ready', 'absent'] as const,
  default: 'ready',
  coerce: last,
  describe: 'what to wait for',
} as const;
export const TAIL = {
  type: 'number',
  requiresArg: true,
  coerce: wholeNumber('tail'),
  describe: 'only the last so many',
} as const;
export const AGENT = {
  type: 'string',
  requiresArg: true,
  describe: "of this agent: agent-N, its block's name or Mesos' id",
} as const;

const OF_EVERY_COMMAND = 'Options of every command:';
/** As yargs calls those that are in no group; named before them, it stands above. */
export const OWN_OPTIONS = 'Options:';

export function globalOptions(parser: Argv): Argv {
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
      coerce: last,
      describe: 'where images come from, in place of what the file says',
    })
    .option('output', {
      alias: 'o',
      choices: ['text', 'json'] as const,
      default: 'text',
      coerce: last,
      describe: 'how results are printed',
    })
    .option('timeout', {
      type: 'number',
      requiresArg: true,
      coerce: numberOver(0, 'timeout'),
      describe: 'seconds to wait for the cluster',
    })
    .option('debug', { type: 'boolean', default: false, describe: 'log each pass and each step' })
    .parserConfiguration({ 'camel-case-expansion': false })
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .help('help', 'show this help')
    .alias('help', 'h')
    .version('version', 'print the version', thisPackage().version)
    .group(['file', 'cluster', 'distribution', 'output', 'timeout', 'debug', 'help', 'version'], OF_EVERY_COMMAND)
    .fail((message, error) => {
      // A YError is yargs' own word for what it cannot read; any other comes from a command.
      if (error && error.name !== 'YError') throw error;
      throw new MinimesosError('USAGE', message ?? error.message);
    });
}
