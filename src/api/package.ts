/** Where this package lies, built or not, and what it says of itself. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Package {
  version: string;
  /** Path of the program that the simulator's image holds. */
  simulator: string;
}

export function thisPackage(): Package {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { version, simulator: join(folder, 'dist', 'simulator.mjs') };
}
