import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { FlagError, type FlagSpecs, type Flags, help, loadFlags } from '../flags.js';
import type { Host } from '../host.js';
import { LEVELS } from '../log.js';
import { DEFAULT_MESOS_VERSION } from './version.js';

/** A Mesos daemon's flags and the version it plays. */
export interface Daemon {
  flags: Flags;
  version: string;
}

/** Aborting is what Mesos does about an address that it cannot have; a shell shows SIGABRT as 134. */
export const ABORTED = 134;

const VERSION_FLAG = /^--mesos_version=(.*)$/;

/** Loads a daemon's flags; null where it ended instead: `--help`, `--version`, a wrong flag. */
export function loadDaemon(
  program: string,
  args: readonly string[],
  specsOf: (version: string) => FlagSpecs,
  host: Host,
): Daemon | null {
  // The version decides which flags there are, so it is read before them.
  const asked = args.map((arg) => VERSION_FLAG.exec(arg)?.[1]).find((value) => value !== undefined);
  const version = withPatch(asked ?? host.env.MESOS_MESOS_VERSION ?? DEFAULT_MESOS_VERSION);
  const specs = specsOf(version);
  const fail = (message: string): null => {
    host.log.plain(`${message}\nSee \`${program} --help\` for a list of supported flags.\n`);
    host.exit(1);
    return null;
  };
  if (!/^\d+\.\d+\.\d+/.test(version)) return fail(`Failed to load flag 'mesos_version': '${version}' is no version`);
  let flags: Flags;
  try {
    flags = loadFlags(specs, args, host.env);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return fail(error.message);
  }
  if (flags.get('help') === 'true') host.print(help(program, specs));
  else if (flags.get('version') === 'true') host.print(`mesos ${version}\n`);
  else return startLogging({ flags, version }, host, program) ? { flags, version } : null;
  host.exit(0);
  return null;
}

/** `0.28` is 0.28.0. */
function withPatch(version: string): string {
  return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
}

function startLogging({ flags, version }: Daemon, { log, exit }: Host, program: string): boolean {
  const level = LEVELS.find((each) => each === flags.get('logging_level'));
  if (level === undefined) {
    log.plain(`Could not initialize logging: '${flags.get('logging_level')}' is not a valid logging level.`);
    exit(1);
    return false;
  }
  const directory = flags.get('log_dir');
  try {
    if (directory !== undefined) makeDirectories(directory);
  } catch (error) {
    log.plain(`Could not initialize logging: Failed to create directory ${directory}: ${systemWords(error)}`);
    exit(1);
    return false;
  }
  log.info('main.ts:0', `The minimesos simulator plays ${program} of Mesos ${version}`);
  log.info('main.ts:0', `Version: ${version}`);
  log.setLevel(flags.get('quiet') === 'true' ? 'ERROR' : level);
  return true;
}

/** As mkdir's option `recursive`, which never ends where the system has no such directory and lets none be made (`/proc/x`). */
export function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  mkdirSync(path);
}

/** What went wrong, as strerror says it: `No such file or directory`. */
function systemWords(error: unknown): string {
  const { errno = 0, message } = error as NodeJS.ErrnoException;
  const words = getSystemErrorMap().get(errno)?.[1] ?? message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Ends a daemon as Mesos does when it cannot go on. */
export function exitWith({ log, exit }: Host, source: string, message: string): null {
  log.error(source, `EXIT with status 1: ${message}`);
  exit(1);
  return null;
}

/** The end of a daemon whose address is not to be had. */
export function bindFailed({ log, exit }: Host, at: string, error: unknown): null {
  const reasons: { [code: string]: string } = {
    EADDRINUSE: 'Address already in use',
    EADDRNOTAVAIL: 'Cannot assign requested address',
    EACCES: 'Permission denied',
  };
  const { code = '', message } = error as NodeJS.ErrnoException;
  log.fatal('process.ts:0', `Failed to initialize: Failed to bind on ${at}: ${reasons[code] ?? message}`);
  exit(ABORTED);
  return null;
}
