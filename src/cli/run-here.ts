/** A program of this machine in the place of this one: its streams, its signals, its exit code. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { MinimesosError } from '../errors.js';
import type { Context } from './context.js';

/** As a shell counts: 128 and the signal's number for a program that a signal ended. */
const ENDED_BY_SIGNAL = 128;

/** Rejects with `NO_COMMAND` or `COMMAND_REFUSED` where it cannot be started. */
export function runHere(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  handOverSignals: Context['handOverSignals'],
): Promise<number> {
  return new Promise((ended, failed) => {
    // Before it starts: it may be asked to end at once.
    handOverSignals((signal) => {
      // A terminal gives its Ctrl-C to all who run on it.
      if (signal !== 'SIGINT' || !onTerminal()) child.kill(signal);
    });
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.on('error', (cause) => failed(cannotStart(program, cause)));
    child.on('close', (exit, signal) => ended(signal ? ENDED_BY_SIGNAL + constants.signals[signal] : (exit ?? 1)));
  });
}

function onTerminal(): boolean {
  return [0, 1, 2].some((descriptor) => isatty(descriptor));
}

function cannotStart(program: string, cause: NodeJS.ErrnoException): MinimesosError {
  if (cause.code === 'ENOENT') return new MinimesosError('NO_COMMAND', `there is no program "${program}"`, { cause });
  return new MinimesosError('COMMAND_REFUSED', `"${program}" cannot be run: ${cause.message}`, { cause });
}
