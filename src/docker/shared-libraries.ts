/** What a program of this machine needs beside itself, as the dynamic loader sees it. */

import { execFile } from 'node:child_process';
import { MinimesosError } from '../errors.js';

/**
 * The libraries and the loader of a program, at the absolute paths where it looks for them; none if it is linked
 * statically. Undefined where this machine has no `ldd`.
 */
export async function sharedLibraries(program: string): Promise<string[] | undefined> {
  const output = await ldd([program]);
  return output === undefined ? undefined : parseLdd(output);
}

/** Those of many programs, each once; glibc's ldd tells of all of them in one go, which takes a fraction of the time. */
export async function librariesOfAll(programs: readonly string[]): Promise<string[]> {
  const together = await ldd(programs);
  if (together === undefined) return [];
  // Of several, each has its name as a headline. musl's ldd knows of one program only.
  const all = programs.length === 1 || programs.every((program) => together.includes(`${program}:\n`));
  if (all) return parseLdd(together);
  const each = await Promise.all(programs.map(sharedLibraries));
  return [...new Set(each.flatMap((found) => found ?? []))];
}

/** What ldd prints; a static program makes it fail, and there is nothing on stdout then. Undefined where there is no ldd. */
function ldd(programs: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('ldd', [...programs], { env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) => {
      resolve(error?.code === 'ENOENT' ? undefined : stdout);
    });
  });
}

/** The paths out of what ldd prints, of glibc or of musl, each once. Throws `IMAGE_UNAVAILABLE` for a library not found. */
export function parseLdd(output: string): string[] {
  const paths = new Set<string>();
  for (const line of output.split('\n').map((one) => one.trim())) {
    const missing = /^(\S+) => not found$/.exec(line)?.[1];
    if (missing !== undefined) {
      throw new MinimesosError('IMAGE_UNAVAILABLE', `the library ${missing} of this machine's programs is not found`);
    }
    // `name => path (0x…)`, `path (0x…)`; the kernel's own vdso is a bare name. A loader may show as `path => path`.
    const [, left = '', right] = /^(\S+)(?: => (\S+))? \(0x[0-9a-f]+\)$/.exec(line) ?? [];
    for (const path of [left, right ?? '']) if (path.startsWith('/')) paths.add(path);
  }
  return [...paths];
}
