/** Which process holds a lock, written so that others, be they on other machines, can tell whether it is still there. */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Labels } from './docker/docker.js';

export interface Holder {
  /** For people: `apply --watch, pid 4711 of ann@laptop`. */
  description: string;
  /** Of this very holding, so that the same process may hold twice and know the two apart; empty where it is not known. */
  nonce: string;
  /** Where its pid means something. */
  machine: string;
  pid: number;
  /** When the process began, in the words of its machine: a pid is used again. Empty where it is not known. */
  started: string;
}

const HOLDER = {
  description: 'org.minimesos.lock.holder',
  nonce: 'org.minimesos.lock.nonce',
  machine: 'org.minimesos.lock.machine',
  pid: 'org.minimesos.lock.pid',
  started: 'org.minimesos.lock.started',
} as const;

/** Selects what bears the labels of a holder. */
export const HELD_BY_SOMEBODY: Labels = { [HOLDER.nonce]: '' };

export function holderLabels({ description, nonce, machine, pid, started }: Holder): Labels {
  return {
    [HOLDER.description]: description,
    [HOLDER.nonce]: nonce,
    [HOLDER.machine]: machine,
    [HOLDER.pid]: String(pid),
    [HOLDER.started]: started,
  };
}

export function readHolder(labels: Labels): Holder {
  return {
    description: labels[HOLDER.description] ?? 'somebody',
    nonce: labels[HOLDER.nonce] ?? '',
    machine: labels[HOLDER.machine] ?? '',
    pid: Number(labels[HOLDER.pid]),
    started: labels[HOLDER.started] ?? '',
  };
}

/** This process; `command` says to people what it is about. */
export async function thisHolder(command: string): Promise<Holder> {
  const { pid } = process;
  return {
    description: `${command}, pid ${pid} of ${userName()}@${hostname()}`,
    nonce: randomBytes(8).toString('hex'),
    machine: (await thisMachine()).all,
    pid,
    started: (await processOf(pid))?.started ?? '',
  };
}

export async function isOfThisMachine({ machine }: Pick<Holder, 'machine'>): Promise<boolean> {
  return machine !== '' && machine === (await thisMachine()).all;
}

/** The same host, but started anew since: whatever ran there before is no more. */
async function isOfAnEarlierBoot({ machine }: Pick<Holder, 'machine'>): Promise<boolean> {
  const { host, boot } = await thisMachine();
  const [hostThen, bootThen] = machine.split(' ');
  return boot !== '' && bootThen !== undefined && hostThen === host && bootThen !== boot;
}

/** Whether it is certain that the holder is no more; one that cannot be looked at from here may be there. */
export async function isDead(holder: Pick<Holder, 'machine' | 'pid' | 'started'>): Promise<boolean> {
  const { pid, started } = holder;
  if (await isOfAnEarlierBoot(holder)) return true;
  if (!Number.isInteger(pid) || pid <= 0 || !(await isOfThisMachine(holder))) return false;
  if (!pidExists(pid)) return true;
  const found = await processOf(pid);
  if (!found) return false;
  return found.ended || (started !== '' && found.started !== '' && found.started !== started);
}

/** Two containers of one machine have pids of their own. */
async function thisMachine(): Promise<{ host: string; boot: string; all: string }> {
  const host = [hostname(), ...(await installation())].join('/');
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    return { host, boot, all: `${host} ${boot} ${await readlink('/proc/self/ns/pid')}` };
  } catch {
    return { host, boot: '', all: host };
  }
}

/**
 * Tells machines of one name apart that use one engine, or each would take what the other holds for its own of an earlier
 * boot. As a digest, since the id itself is nobody's business. Empty where there is none, as in many containers.
 */
async function installation(): Promise<string[]> {
  const id = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
  return id === '' ? [] : [createHash('sha256').update(id).digest('hex').slice(0, 8)];
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

interface FoundProcess {
  started: string;
  /** Is no more, but for its parent, which has not asked for its exit code. */
  ended: boolean;
}

/** Undefined where it cannot be looked at. */
async function processOf(pid: number): Promise<FoundProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? await askPs(pid) : readStat(stat);
}

/** Fields 3 and 22 of /proc/<pid>/stat; the second is a name in brackets, in which anything may stand. */
function readStat(stat: string): FoundProcess {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { started: fields[19] ?? '', ended: /^[ZXx]/.test(fields[0] ?? '') };
}

async function askPs(pid: number): Promise<FoundProcess | undefined> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const asked = promisify(execFile)('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], { env });
  const { stdout } = await asked.catch(() => ({ stdout: '' }));
  const [, state, started] = /^(\S+)\s+(.+)$/.exec(stdout.trim()) ?? [];
  return state === undefined || started === undefined ? undefined : { started, ended: state.startsWith('Z') };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, a user id may have no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
