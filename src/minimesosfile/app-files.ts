/** The Marathon JSON that a minimesosFile names, read and checked: files on this machine, and what URLs give. */

import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { MinimesosError } from '../errors.js';
import type { AppFile, ClusterSpec, Diagnostic } from '../spec.js';
import { type BlockApp, conflictsAmong } from './app-conflicts.js';
import { readApp } from './app-file.js';
import type { AppBlock } from './cluster-spec.js';
import { inOrder } from './load.js';
import { ownApp } from './own-apps.js';
import { isUrl, nameOfUrl, Pages, type PageText } from './pages.js';
import { decoded, LARGEST, TOO_LARGE } from './text-file.js';
import type { Place } from './tree.js';
import { plain } from './wording.js';

/**
 * Places are those of blocks in the minimesosFile; a message begins with the JSON, and with the place in it where there
 * is one: `es.json:7:13 unknown token …`.
 */
export interface AppsReading {
  /** Those without problems, in the order of the minimesosFile. */
  apps: AppFile[];
  diagnostics: Diagnostic[];
  /** Of URLs that nothing is known of yet: a moment later they may be within reach. */
  outOfReach: OutOfReach[];
  /** Things the author should know. */
  notes: string[];
  /** Absolute paths of those on this machine, whether or not they are there. */
  files: string[];
}

export interface OutOfReach extends Diagnostic {
  /** The URL, for people. */
  source: string;
}

/** What came of one block. */
interface Outcome {
  apps: BlockApp[];
  diagnostics: Diagnostic[];
  outOfReach: OutOfReach[];
  notes: string[];
}

const LONGEST_NAME = 200;

export interface AppFilesOptions {
  /** Ends what is under way. */
  signal?: AbortSignal | undefined;
  pages?: Pick<Pages, 'read'>;
}

/** Remembers what URLs gave, so that it may be asked at every pass. */
export class AppFiles {
  readonly #signal: AbortSignal | undefined;
  readonly #pages: Pick<Pages, 'read'>;

  constructor({ signal, pages = new Pages({ signal }) }: AppFilesOptions = {}) {
    this.#signal = signal;
    this.#pages = pages;
  }

  /**
   * `blocks` are those of the minimesosFile `file`, from whose folder paths start; `spec` is what it says. Rejects with
   * `INTERRUPTED` only.
   */
  async read(file: string, blocks: readonly AppBlock[], spec: ClusterSpec): Promise<AppsReading> {
    const folder = dirname(resolve(file));
    const outcomes = await this.#outcomes(folder, blocks, spec);
    const found = outcomes.flatMap(({ apps }) => apps);
    const outOfReach = outcomes.flatMap((outcome) => outcome.outOfReach);
    if (outOfReach.length > 0 && this.#signal?.aborted) throw new MinimesosError('INTERRUPTED', 'interrupted');
    const diagnostics = outcomes.flatMap((outcome) => outcome.diagnostics);
    return {
      apps: found.map(({ app }) => app),
      diagnostics: inOrder([...diagnostics, ...conflictsAmong(found)]),
      outOfReach,
      notes: outcomes.flatMap(({ notes }) => notes),
      files: blocks.flatMap(({ marathonJson }) => (isUrl(marathonJson) ? [] : [resolve(folder, marathonJson)])),
    };
  }

  /** URLs are asked side by side; files are quick, and a process may not have many of them open. */
  async #outcomes(folder: string, blocks: readonly AppBlock[], spec: ClusterSpec): Promise<Outcome[]> {
    const urls = blocks.map(({ marathonJson }) => marathonJson).filter(isUrl);
    const pages = new Map(urls.map((url) => [url, this.#pages.read(url)]));
    const outcomes: Outcome[] = [];
    for (const block of blocks) {
      const text = (await pages.get(block.marathonJson)) ?? (await localText(folder, block.marathonJson));
      outcomes.push(outcomeOf(block, text, spec));
    }
    return outcomes;
  }
}

function outcomeOf(block: AppBlock, found: PageText, spec: ClusterSpec): Outcome {
  const source = nameOf(block.marathonJson);
  const here = (message: string, place?: Place): Diagnostic => {
    return { line: block.line, column: block.column, message: located(source, message, place) };
  };
  const nothing: Outcome = { apps: [], diagnostics: [], outOfReach: [], notes: [] };
  if (!found.ok) {
    const own = ownApp(block.marathonJson);
    if (own !== undefined) {
      const { apps } = outcomeOf(block, { ok: true, text: own }, spec);
      return {
        ...nothing,
        apps,
        notes: [`${source} ${found.message}; the one that came with minimesos stands in for it`],
      };
    }
    const problem = here(found.message, found.place);
    return found.why === 'out of reach'
      ? { ...nothing, outOfReach: [{ ...problem, source }] }
      : { ...nothing, diagnostics: [problem] };
  }
  const read = readApp({ type: block.type, source, text: found.text }, spec);
  if (!read.ok) return { ...nothing, diagnostics: read.problems.map((each) => here(each.message, each)) };
  const notes = read.notes.map((note) => located(source, note.message, note));
  return { ...nothing, apps: [{ block, app: read.file }], notes };
}

/** `es.json:7:13 unknown token …` */
function located(source: string, message: string, place?: Place): string {
  return place ? `${source}:${place.line}:${place.column} ${message}` : `${source} ${message}`;
}

/** For people. */
function nameOf(marathonJson: string): string {
  return isUrl(marathonJson) ? nameOfUrl(marathonJson) : plain(marathonJson, LONGEST_NAME);
}

async function localText(folder: string, path: string): Promise<PageText> {
  const absolute = resolve(folder, path);
  try {
    const found = await stat(absolute);
    if (found.isDirectory()) return broken('is a folder, not a file');
    if (!found.isFile()) return broken('is not a regular file');
    if (found.size > LARGEST) return broken(TOO_LARGE, { line: 1, column: 1 });
    const read = decoded(await readFile(absolute));
    return read.ok ? read : broken(read.fault.message, read.fault);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const [reason = ''] = message.split(',');
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return broken(`cannot be read: ${plain(reason, LONGEST_NAME)}`);
    return broken(isAbsolute(path) ? 'does not exist' : `does not exist in ${folder}, the folder of the minimesosFile`);
  }
}

function broken(message: string, place?: Place): PageText {
  return { ok: false, why: 'broken', message, ...(place && { place: { line: place.line, column: place.column } }) };
}
