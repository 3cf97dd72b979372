import { statfsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Flags } from '../flags.js';
import { parseResources, type Resource } from '../mesos/resources.js';

const MIB = 1024 * 1024;

/** The agent's resources: as given, and of cpus, mem, disk and ports what was not given from the host; an error in Mesos' words. */
export function agentResources(flags: Flags): Resource[] | string {
  const given = parseResources(flags.get('resources') ?? '', flags.get('default_role') ?? '*');
  if (typeof given === 'string') return given;
  const found = parseResources(hostResources(flags.get('work_dir') ?? '/'), flags.get('default_role') ?? '*');
  if (typeof found === 'string') return found;
  return [...given, ...found.filter(({ name }) => given.every((resource) => resource.name !== name))];
}

/** Mesos leaves the host some: a gigabyte of memory and five of disk, or half where there is little. */
function hostResources(workDirectory: string): string {
  const left = (total: number, kept: number): number => Math.floor(total >= 2 * kept ? total - kept : total / 2);
  const mem = left(totalmem() / MIB, 1024);
  let disk = 0;
  try {
    const { blocks, bsize } = statfsSync(workDirectory);
    disk = left((blocks * bsize) / MIB, 5 * 1024);
  } catch {
    disk = 10 * 1024;
  }
  return `cpus:${cpus().length};mem:${mem};disk:${disk};ports:[31000-32000]`;
}
