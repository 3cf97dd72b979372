import { writeFile } from 'node:fs/promises';
import { MinimesosError } from '../../errors.js';
import { defaultFile } from '../../minimesosfile/default-file.js';
import { DEFAULT_FILE } from '../cluster.js';
import type { Command } from '../context.js';

/** Writes a minimesosFile to start from: in full, or for another distribution what differs. Refuses where one exists. */
export const init: Command = async ({ args, print, printJson }) => {
  const { file = DEFAULT_FILE, distribution } = args;
  try {
    await writeFile(file, defaultFile(distribution), { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new MinimesosError('FILE_INVALID', `${file} cannot be written: ${(cause as Error).message}`, { cause });
    }
    throw new MinimesosError('FILE_EXISTS', `${file} exists already`, {
      hint: 'remove it first, or name another with --file',
    });
  }
  if (args.output === 'json') printJson({ file });
  else print(`wrote ${file}; minimesos up starts its cluster`);
  return 0;
};
