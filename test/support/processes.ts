import { readdirSync, readlinkSync } from 'node:fs';

/** Kills every process that works in a folder below this one: what the agents of a test ran. */
export function killBelow(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended in the meantime, or is nobody of ours.
    }
  }
}
