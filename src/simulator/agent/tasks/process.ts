import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ending, endingFromShell } from './ending.js';

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
  /** To all of the group. */
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
  const { program, args } = command;
  const run = command.shell ? ['/bin/sh', '-c', program] : [program, ...args];
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

const LOOK_EVERY_MS = 300;

/** Looks after a process that an earlier life of this agent started; how it ended where it runs no more, null where nobody knows. */
export function adoptProcess(meta: string, onEnd: OnEnd): Supervised | Ending | null {
  const kept = keptProcess(meta);
  if (kept === null || !isAlive(kept)) {
    if (kept !== null) signalGroup(kept.pid, 'SIGKILL');
    return keptEnding(meta);
  }
  const look = setInterval(() => {
    if (isAlive(kept)) return;
    clearInterval(look);
    signalGroup(kept.pid, 'SIGKILL');
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

interface KeptProcess {
  pid: number;
  /** Ticks since the machine's start: with the pid it names one process for good. */
  startTime: string;
}

/** What the wrapper writes too, but perhaps not before the agent ends. */
function keepProcess(pid: number, meta: string): void {
  try {
    writeFileSync(join(meta, 'pid'), readFileSync(`/proc/${pid}/stat`));
  } catch {
    // It ended already, and its wrapper was there before.
  }
}

function keptProcess(meta: string): KeptProcess | null {
  const stat = readStat(join(meta, 'pid'));
  return stat === null ? null : { pid: stat.pid, startTime: stat.startTime };
}

function isAlive({ pid, startTime }: KeptProcess): boolean {
  const now = readStat(`/proc/${pid}/stat`);
  return now !== null && now.startTime === startTime && now.state !== 'Z';
}

function keptEnding(meta: string): Ending | null {
  try {
    const status = readFileSync(join(meta, 'status'), 'utf8').trim();
    return /^\d+$/.test(status) ? endingFromShell(Number(status)) : null;
  } catch {
    return null;
  }
}

function readStat(file: string): { pid: number; state: string; startTime: string } | null {
  let line: string;
  try {
    line = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  // The program's name, in parentheses, may hold anything. After it come the third field and the others.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = '', startTime = ''] = [fields[0], fields[19]];
  const pid = Number.parseInt(line, 10);
  return Number.isInteger(pid) && startTime !== '' ? { pid, state, startTime } : null;
}

const STARTED_WITHIN_MS = 5;

/** Before the task itself is there the wrapper alone would get the signal, and heed it not. */
function signalTask(pid: number, name: NodeJS.Signals, isRunning: () => boolean): void {
  if (!isRunning()) return;
  if (name === 'SIGKILL' || hasTask(pid)) signalGroup(pid, name);
  else setTimeout(() => signalTask(pid, name, isRunning), STARTED_WITHIN_MS).unref();
}

/** Whether the wrapper has a child that is no copy of itself any more; true where the kernel does not tell. */
function hasTask(pid: number): boolean {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const [child] = children.split(' ');
    if (child === undefined || child === '') return false;
    return readFileSync(`/proc/${child}/cmdline`, 'utf8') !== readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return true;
  }
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It ended in the meantime.
  }
}
