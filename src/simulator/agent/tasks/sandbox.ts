import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Makes a run's sandbox with its empty `stdout` and `stderr`, and lets `latest` lead to it. */
export function makeSandbox(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of ['stdout', 'stderr']) closeSync(openSync(join(directory, name), 'a'));
}

/** Relative, so that it leads there from whatever place the work directory is mounted at. */
export function linkLatest(directory: string): void {
  const link = latestOf(directory);
  rmSync(`${link}.new`, { force: true });
  symlinkSync(basename(directory), `${link}.new`);
  renameSync(`${link}.new`, link);
}

export function latestOf(directory: string): string {
  return join(dirname(directory), 'latest');
}

/** What the executor says in the sandbox, as Mesos' executors log there. */
export function sayInSandbox(directory: string, line: string): void {
  try {
    appendFileSync(join(directory, 'stderr'), `${line}\n`);
  } catch {
    // The sandbox was removed by the task itself, which is its own affair.
  }
}
