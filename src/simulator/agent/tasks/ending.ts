import { constants } from 'node:os';

/** How a process ended. */
export type Ending = { code: number } | { signal: NodeJS.Signals };

const DESCRIPTIONS: { readonly [signal: string]: string } = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
};

/** Mesos' words for it: `exited with status 1`, `terminated with signal Killed`. */
export function describeEnding(ending: Ending): string {
  if ('code' in ending) return `exited with status ${ending.code}`;
  return `terminated with signal ${DESCRIPTIONS[ending.signal] ?? ending.signal}`;
}

export function succeeded(ending: Ending): boolean {
  return 'code' in ending && ending.code === 0;
}

/** As waitpid tells it. */
export function waitStatus(ending: Ending): number {
  return 'code' in ending ? ending.code << 8 : constants.signals[ending.signal];
}

const SIGNALLED = 128;

/** A shell's `$?`, where a signal is a status above 128. */
export function endingFromShell(status: number): Ending {
  const number = status - SIGNALLED;
  const found = Object.entries(constants.signals).find(([, each]) => each === number);
  return found === undefined ? { code: status } : { signal: found[0] as NodeJS.Signals };
}
