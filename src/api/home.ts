/** Where the minimesosFile of a test's cluster is: the user's own, or one that is made for this cluster and goes with it. */

import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { MinimesosError } from '../errors.js';
import { patchedText, type SpecPatch } from './spec-patch.js';

/** What the cluster is to be: one of the three; none of them means the `minimesosFile` of the working folder. */
export interface Wanted {
  /** Path of a minimesosFile. It is read, and never written. */
  file?: string | undefined;
  /** What a minimesosFile says, as an object: `{ agents: [{}, {}], marathon: {} }`; the rest is as by default. */
  spec?: SpecPatch | undefined;
  /** What a minimesosFile says, as its text. In it, the paths of Marathon's JSON are to be absolute, or URLs. */
  text?: string | undefined;
}

export interface Home {
  file: string;
  /** Made for this cluster alone. */
  folder?: string | undefined;
}

const PREFIX = 'minimesos-cluster-';

/** Rejects with `USAGE` where more than one is given, with `FILE_INVALID` for a spec that no minimesosFile can say. */
export async function homeOf({ file, spec, text }: Wanted, distribution?: string): Promise<Home> {
  const given = Object.entries({ file, spec, text }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw new MinimesosError('USAGE', `${names} are given; one of them says what the cluster is`, {
      hint: 'file names a minimesosFile, text is one, spec is one as an object',
    });
  }
  const own = spec === undefined ? text : patchedText(distribution === undefined ? spec : { ...spec, distribution });
  if (own === undefined) return { file: resolve(file ?? 'minimesosFile') };
  const folder = await realpath(await mkdtemp(join(tmpdir(), PREFIX)));
  const made = { file: join(folder, 'minimesosFile'), folder };
  await writeFile(made.file, own);
  return made;
}

/** The folder goes if it was made for the cluster; whatever else a label may call its folder stays. */
export async function leave({ folder }: Pick<Home, 'folder'>): Promise<void> {
  if (folder === undefined || !basename(folder).startsWith(PREFIX)) return;
  if (dirname(folder) !== (await realpath(tmpdir()))) return;
  await rm(folder, { recursive: true, force: true });
}
