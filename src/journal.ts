/**
 * What a controller did and why, for people who look later: JSON lines beside the minimesosFile. Nothing is ever decided
 * by what stands here.
 */

import { appendFile, type FileHandle, mkdir, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ComponentId, Phase, Verb } from './model.js';
import { giveToOwnerOf } from './ownership.js';

interface Occurrence {
  /** ISO 8601. */
  time: string;
  component?: ComponentId | undefined;
  /** For people: why. */
  reason: string;
}

/** A process began to look after the cluster; `generation` is the hash of the file that it acts on. */
export interface RunHappening extends Occurrence {
  kind: 'run';
  command: string;
  version: string;
  generation?: string | undefined;
}

/** A step was done. */
export interface StepHappening extends Occurrence {
  kind: 'step';
  verb: Verb;
  elapsedMs: number;
}

export interface PhaseHappening extends Occurrence {
  kind: 'phase';
  from: Phase;
  to: Phase;
}

export interface FailureHappening extends Occurrence {
  kind: 'failure';
  /** Of the error: `COMPONENT_EXITED`. */
  code?: string | undefined;
  /** The last lines of a log. */
  details?: string[] | undefined;
}

/** The minimesosFile, or one that it names, changed, came or went. */
export interface FileHappening extends Occurrence {
  kind: 'file';
  generation?: string | undefined;
}

export interface ConditionHappening extends Occurrence {
  kind: 'condition';
  name: string;
  status: boolean;
}

/** The engine went away, or answers again. */
export interface EngineHappening extends Occurrence {
  kind: 'engine';
}

export type Happening =
  | RunHappening
  | StepHappening
  | PhaseHappening
  | FailureHappening
  | FileHappening
  | ConditionHappening
  | EngineHappening;

const HAPPENING_KINDS: readonly unknown[] = ['run', 'step', 'phase', 'failure', 'file', 'condition', 'engine'];

const KEPT = 1_000;
/** Only then are the oldest dropped, so that few appends rewrite the file. */
const MOST = 2 * KEPT;
/** So long a rewrite never takes: whoever began it was killed. */
const ABANDONED_MS = 10_000;

/** Beside the minimesosFile, of which one folder may have several. */
export function journalPath({ id, file }: { id: string; file: string }): string {
  return join(dirname(file), '.minimesos', `events-${id}.jsonl`);
}

export class Journal {
  /** Why nothing could be written the last time; undefined when it could. */
  problem: Error | undefined;
  readonly #path: string;
  #pending: string[] = [];
  #turn: Promise<void> = Promise.resolve();
  /** Of the file as this process left it; another size means that somebody else wrote too. */
  #size = -1;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Written soon and in order. Never throws: what cannot be written is dropped, and `problem` says why. */
  add(happening: Happening): void {
    this.#pending.push(`${JSON.stringify(happening)}\n`);
    if (this.#pending.length === 1) this.#queue(() => this.#append());
  }

  /** Resolves when all that was added is written, or was dropped. */
  async flush(): Promise<void> {
    await this.#turn;
  }

  /** The last ones, oldest first. What is no happening, a line that was cut off for example, is skipped. */
  async read(limit = Number.POSITIVE_INFINITY): Promise<Happening[]> {
    await this.flush();
    const happenings = linesOf(await readFile(this.#path, 'utf8').catch(() => '')).flatMap(happeningOf);
    return happenings.slice(Math.max(0, happenings.length - limit));
  }

  /** The file goes, and its folder unless something else is in it. */
  async remove(): Promise<void> {
    this.#queue(async () => {
      await rm(this.#path, { force: true });
      await rm(this.#rewritten, { force: true });
      await rmdir(dirname(this.#path)).catch(() => {});
    });
    await this.flush();
  }

  get #rewritten(): string {
    return `${this.#path}.new`;
  }

  #queue(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).then(
      () => {
        this.problem = undefined;
      },
      (error: Error) => {
        this.problem = error;
      },
    );
  }

  async #append(): Promise<void> {
    const added = this.#pending;
    this.#pending = [];
    const file = await this.#open();
    try {
      const { size } = await file.stat();
      const known = size === this.#size;
      const before = known || size === 0 ? '' : await readFile(this.#path, 'utf8');
      if (!known) this.#lines = linesOf(before).length;
      // Somebody was killed in the middle of a line; this one must not become its end.
      const text = (before === '' || before.endsWith('\n') ? '' : '\n') + added.join('');
      // One write at the end: others that append at the same time cannot come in between.
      await file.appendFile(text);
      this.#size = size + Buffer.byteLength(text);
      this.#lines += added.length;
    } finally {
      await file.close();
    }
    if (this.#lines > MOST) await this.#shorten();
  }

  /** The folder is made where it is missing, but not the one of the minimesosFile. */
  async #open(): Promise<FileHandle> {
    const folder = dirname(this.#path);
    const file = await open(this.#path, 'a').catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(folder).catch((failure: NodeJS.ErrnoException) => {
        if (failure.code !== 'EEXIST') throw failure;
      });
      return await open(this.#path, 'a');
    });
    await giveToOwnerOf(dirname(folder), [folder, this.#path]);
    return file;
  }

  async #shorten(): Promise<void> {
    const rewritten = await this.#claimRewrite();
    if (!rewritten) return;
    const old = await open(this.#path, 'r');
    try {
      const kept = linesOf(await old.readFile('utf8')).slice(-KEPT);
      await rewritten.writeFile(kept.map((line) => `${line}\n`).join(''));
      await rename(this.#rewritten, this.#path);
      // What others appended meanwhile went to the old file.
      const late = await old.readFile('utf8');
      if (late !== '') await appendFile(this.#path, late);
    } finally {
      this.#size = -1;
      await Promise.all([old.close(), rewritten.close()]);
    }
  }

  /** Whoever creates the new file is the only one to rewrite; undefined where somebody else does. */
  async #claimRewrite(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#rewritten, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const claimed = await stat(this.#rewritten).catch(() => undefined);
      if (claimed && Date.now() - claimed.mtimeMs > ABANDONED_MS) await rm(this.#rewritten, { force: true });
      return undefined;
    }
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function happeningOf(line: string): Happening[] {
  try {
    const read = JSON.parse(line) as Partial<Happening> | null;
    const complete = typeof read?.time === 'string' && typeof read.reason === 'string';
    return complete && HAPPENING_KINDS.includes(read.kind) ? [read as Happening] : [];
  } catch {
    return [];
  }
}
