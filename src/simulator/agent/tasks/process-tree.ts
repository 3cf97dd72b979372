import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStat {
  pid: number;
  state: string;
  group: number;
  /** Ticks since the machine's start: with the pid it names one process for good. */
  startTime: string;
}

/** A process' line of /proc, from there or from where it was kept; null where there is none. */
export function readStat(file: string): ProcessStat | null {
  let line: string;
  try {
    line = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  // The program's name, in parentheses, may hold anything. After it come the third field and the others.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = '', group = '', startTime = ''] = [fields[0], fields[2], fields[19]];
  const pid = Number.parseInt(line, 10);
  return Number.isInteger(pid) && startTime !== '' ? { pid, state, group: Number(group), startTime } : null;
}

export function statOf(pid: number): ProcessStat | null {
  return readStat(`/proc/${pid}/stat`);
}

/** Whether a shell has a child that is no copy of itself any more; true where the kernel does not tell. */
export function hasTask(pid: number): boolean {
  try {
    const [child] = childrenOf(pid, String(pid));
    if (child === undefined) return false;
    return readFileSync(`/proc/${child}/cmdline`, 'utf8') !== readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return true;
  }
}

/** To the process' group, and to those that its descendants made for themselves, as Mesos does. */
export function signalTree(pid: number, name: NodeJS.Signals): void {
  const groups = descendantsOf(pid).flatMap((each) => statOf(each)?.group ?? []);
  for (const group of new Set([pid, ...groups])) signalGroup(group, name);
}

export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It ended in the meantime.
  }
}

function descendantsOf(pid: number): number[] {
  let children: number[];
  try {
    children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, thread));
  } catch {
    // It ended in the meantime, or the kernel does not tell.
    return [];
  }
  return [...children, ...children.flatMap(descendantsOf)];
}

function childrenOf(pid: number, thread: string): number[] {
  const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}
