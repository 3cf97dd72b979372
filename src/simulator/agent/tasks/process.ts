import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../whole-file.js';
import { type Ending, endingFromShell } from './ending.js';
import { hasTask, type ProcessStat, readStat, signalGroup, signalTree, statOf } from './process-tree.js';

/** What to run. `shell`: the program is a script for `/bin/sh -c`. */
export interface Command {
  program: string;
  /** Without the program's own name. */
  args: readonly string[];
  shell: boolean;
  env: { readonly [name: string]: string };
  /** Where it runs, and where its `stdout` and `stderr` are. */
  directory: string;
  /** Where it is kept who runs, and with what it ended. */
  meta: string;
}

/** A process group that this agent looks after, be it its child or one that it found. */
export interface Supervised {
  readonly pid: number;
  /** To all of the group, and to what its members started in groups of their own. */
  signal(name: NodeJS.Signals): void;
  /** Looks after it no more; it runs on. */
  release(): void;
}

/** Told once; null where nobody knows how it ended. */
export type OnEnd = (ending: Ending | null) => void;

/**
 * Between agent and task: leaves its own line of /proc and the task's status where an agent that starts again finds them. It needs
 * no program but the shell itself, outlives the signals that the group gets, and the task gets none of its variables.
 */
const WRAPPER = `_m=$1; shift; trap : HUP INT QUIT TERM USR1 USR2
read -r _s </proc/$$/stat; echo "$_s" >"$_m/pid"
exec 3>&2 2>/dev/null
"$@" 2>&3 3>&-
_c=$?; echo "$_c" >"$_m/status"; exit "$_c"`;

/** Throws where the system has no process left to give. */
export function startProcess(command: Command, onEnd: OnEnd): Supervised {
  mkdirSync(command.meta, { recursive: true });
  const run = wordsOf(command);
  const out = openSync(join(command.directory, 'stdout'), 'a');
  const err = openSync(join(command.directory, 'stderr'), 'a');
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', WRAPPER, 'sh', command.meta, ...run], {
      cwd: command.directory,
      env: command.env,
      detached: true,
      stdio: ['ignore', out, err],
    });
  } finally {
    closeSync(out);
    closeSync(err);
  }
  let ended = false;
  child.on('error', () => {});
  if (child.pid === undefined) throw new Error(`Failed to fork: ${command.directory}`);
  const { pid } = child;
  keepProcess(pid, command.meta);
  child.on('exit', (code, signal) => {
    // What the task left in its group ends with it.
    signalGroup(pid, 'SIGKILL');
    if (ended) return;
    ended = true;
    onEnd(signal === null ? endingFromShell(code ?? 0) : (keptEnding(command.meta) ?? { signal }));
  });
  child.unref();
  return {
    pid,
    signal: (name) => signalTask(pid, name, () => !ended),
    release: () => {
      ended = true;
    },
  };
}

/** What the wrapper runs. It would lose variables whose names no shell can have, and change those that it has itself. */
function wordsOf({ program, args, shell, env }: Command): string[] {
  const odd = Object.entries(env).filter(([name]) => !/^[a-z]\w*$/i.test(name) && /^[^=]+$/.test(name));
  const given = odd.length === 0 ? [] : ['/usr/bin/env', ...odd.map(([name, value]) => `${name}=${value}`)];
  return [...given, ...(shell ? ['/bin/sh', '-c', program] : [program, ...args])];
}

const LOOK_EVERY_MS = 300;

/** Looks after a process that an earlier life of this agent started; how it ended where it runs no more, null where nobody knows. */
export function adoptProcess(meta: string, onEnd: OnEnd): Supervised | Ending | null {
  const kept = keptProcess(meta);
  if (kept === null || !isAlive(kept)) {
    if (kept !== null) endRemains(kept);
    return keptEnding(meta);
  }
  const look = setInterval(() => {
    if (isAlive(kept)) return;
    clearInterval(look);
    endRemains(kept);
    onEnd(keptEnding(meta));
  }, LOOK_EVERY_MS);
  look.unref();
  return {
    pid: kept.pid,
    signal: (name) => signalTask(kept.pid, name, () => isAlive(kept)),
    release: () => clearInterval(look),
  };
}

/** Whether a process was ever started here. */
export function wasProcess(meta: string): boolean {
  return keptProcess(meta) !== null;
}

/** What the wrapper writes too, but perhaps not before the agent ends. */
function keepProcess(pid: number, meta: string): void {
  try {
    writeWhole(join(meta, 'pid'), readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended already, and its wrapper was there before.
  }
}

function keptProcess(meta: string): ProcessStat | null {
  return readStat(join(meta, 'pid'));
}

function isAlive({ pid, startTime }: ProcessStat): boolean {
  const now = statOf(pid);
  return now !== null && now.startTime === startTime && now.state !== 'Z';
}

/** What is left of the group of one that ended, unless its number is another's by now. */
function endRemains({ pid, startTime }: ProcessStat): void {
  const now = statOf(pid);
  if (now === null || now.startTime === startTime) signalGroup(pid, 'SIGKILL');
}

function keptEnding(meta: string): Ending | null {
  try {
    const status = readFileSync(join(meta, 'status'), 'utf8').trim();
    return /^\d+$/.test(status) ? endingFromShell(Number(status)) : null;
  } catch {
    return null;
  }
}

const STARTED_WITHIN_MS = 5;

/** Before the task itself is there the wrapper alone would get the signal, and heed it not. */
function signalTask(pid: number, name: NodeJS.Signals, isRunning: () => boolean): void {
  if (!isRunning()) return;
  if (name === 'SIGKILL' || hasTask(pid)) signalTree(pid, name);
  else setTimeout(() => signalTask(pid, name, isRunning), STARTED_WITHIN_MS).unref();
}
