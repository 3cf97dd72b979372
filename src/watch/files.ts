/**
 * Tells when files change, come or go. Whatever happens leads to a look at the files themselves, and only a difference
 * to the look before is told: a missed, doubled or reordered event of the file system does no harm.
 */

import type { Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';

/** A save is several events. */
const BURST_MS = 50;
const NAMED = 3;
const MISSING = '';

export class FileWatch {
  readonly #poke: (reason: string) => void;
  readonly #onError: (error: Error) => void;
  readonly #errors = new Set<string>();
  #files: readonly string[] = [];
  /** By file: what tells one state of it from another. */
  #prints = new Map<string, string>();
  /** Not there at the last look, though they were before: they may be about to be written anew. */
  #missed = new Set<string>();
  /** By file: where it led as a link, even if it leads nowhere now. */
  #targets = new Map<string, string>();
  /** What stood between the anchors and the files when the watcher was made. */
  #way = MISSING;
  /** Something on the way came or went: the watcher may watch what is no longer there. */
  #stale = false;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  /**
   * `poke` is given a reason for people: `minimesosFile changed, apps/web.json is gone`. `onError` is told once of each
   * kind of error; what could not be watched because of it changes unnoticed from then on.
   */
  constructor(poke: (reason: string) => void, onError: (error: Error) => void) {
    this.#poke = poke;
    this.#onError = onError;
  }

  /**
   * From now on these files, which need not exist, and no others; names are told relative to the first one's folder.
   * Each file that is new here leads to a poke of its own, `apps/web.json is watched`: since it was read it may have
   * changed unseen.
   */
  follow(files: readonly string[]): void {
    const wanted = [...new Set(files.map((file) => resolve(file)))];
    if (wanted.join('\n') === this.#files.join('\n')) return;
    this.#files = wanted;
    this.#prints = new Map([...this.#prints].filter(([file]) => wanted.includes(file)));
    this.#targets = new Map([...this.#targets].filter(([file]) => wanted.includes(file)));
    this.#stale = true;
    this.#queueLook();
  }

  /** Nothing is told once this was called. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#unwatch();
  }

  #lookSoon(): void {
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#queueLook();
    }, BURST_MS);
  }

  /** One look at a time. */
  #queueLook(): void {
    this.#turn = this.#turn.then(() => this.#look()).catch((error: Error) => this.#failed(error));
  }

  async #look(): Promise<void> {
    const files = this.#files;
    const [first] = files;
    if (this.#closed || first === undefined) return await this.#unwatch();
    for (const file of files) await this.#followLink(file);
    const wanted = [...new Set([...files, ...this.#targets.values()])];
    const anchors = await anchorsOf(dirname(first), wanted);
    const way = await wayTo(wanted, anchors);
    const found = await Promise.all(files.map(async (file) => [file, await printOf(file)] as const));
    // Closed, or other files are followed: another look is queued then.
    if (this.#closed || files !== this.#files) return;
    const prints = this.#doubting(found);
    const nameOf = (file: string) => relative(dirname(first), file);
    const added = files.filter((file) => !this.#prints.has(file));
    const news = files.flatMap((file) => newsOf(nameOf(file), this.#prints.get(file), prints.get(file)));
    this.#prints = prints;
    if (news.length > 0) this.#poke(enumerated(news));
    for (const file of added) this.#poke(`${nameOf(file)} is watched`);
    if (!this.#stale && way === this.#way) return;
    this.#stale = false;
    this.#way = way;
    await this.#watch(anchors, wanted);
  }

  /** What is gone is told when it is gone at the next look too; until then it counts as it was. */
  #doubting(found: readonly (readonly [file: string, print: string])[]): Map<string, string> {
    const prints = new Map(found);
    const missed = new Set<string>();
    for (const [file, print] of found) {
      const before = this.#prints.get(file);
      if (print !== MISSING || !before || this.#missed.has(file)) continue;
      missed.add(file);
      prints.set(file, before);
    }
    this.#missed = missed;
    if (missed.size > 0) this.#lookSoon();
    return prints;
  }

  async #followLink(file: string): Promise<void> {
    const target = await realpath(file).catch(() => undefined);
    if (target === file) this.#targets.delete(file);
    else if (target !== undefined) this.#targets.set(file, target);
  }

  async #watch(anchors: readonly string[], wanted: readonly string[]): Promise<void> {
    const { watch } = await import('chokidar');
    // First: two watchers of one path share what they watch, be it long gone.
    await this.#unwatch();
    if (this.#closed) return;
    const isOnTheWay = (path: string) => wanted.some((file) => leadsTo(path, file));
    this.#watcher = watch([...anchors], {
      ignored: (path) => !isOnTheWay(resolve(path)),
      ignoreInitial: true,
      atomic: false,
    })
      .on('all', () => this.#lookSoon())
      // What happened while it was made.
      .on('ready', () => this.#lookSoon())
      .on('raw', (event, name: string | null, details) => {
        const { watchedPath } = details as { watchedPath: string };
        const concerns = name === null || name === basename(watchedPath) || isOnTheWay(join(watchedPath, name));
        if (concerns && event === 'rename') this.#stale = true;
        // Whatever bears another name now may be a link that a followed file leads through.
        if (concerns || event === 'rename') this.#lookSoon();
      })
      .on('error', (thrown) => this.#failed(thrown as Error));
  }

  async #unwatch(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    const closed = watcher?.close();
    // Closing takes its listeners away; what it still has under way may fail, which would end the process.
    watcher?.on('error', () => {});
    await closed;
  }

  #failed(error: NodeJS.ErrnoException): void {
    const kind = error.code ?? error.message;
    if (this.#closed || this.#errors.has(kind)) return;
    this.#errors.add(kind);
    this.#onError(error);
  }
}

/** Whether the path is the file or one of the folders that it is in. */
function leadsTo(path: string, file: string): boolean {
  return path === file || file.startsWith(path.endsWith(sep) ? path : path + sep);
}

/** Where to watch from: the folder of the first file, and of those elsewhere; of a missing one, the nearest above it. */
async function anchorsOf(home: string, wanted: readonly string[]): Promise<string[]> {
  const anchors = [await nearestFolder(home)];
  for (const file of wanted) {
    if (!anchors.some((anchor) => leadsTo(anchor, file))) anchors.push(await nearestFolder(dirname(file)));
  }
  return anchors;
}

async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() || path === dirname(path) ? path : await nearestFolder(dirname(path));
}

/** Differs whenever something between an anchor and a file, both included, was put in the place of something else. */
async function wayTo(wanted: readonly string[], anchors: readonly string[]): Promise<string> {
  const paths = wanted.flatMap((file) => {
    const anchor = anchors.find((each) => leadsTo(each, file)) ?? file;
    return pathsBetween(anchor, file);
  });
  const stones = [...new Set(paths)].map(async (path) => {
    const found = await lstat(path).catch(() => undefined);
    return `${path} ${found ? `${found.dev}:${found.ino}:${found.birthtimeMs}` : MISSING}`;
  });
  return (await Promise.all(stones)).join('\n');
}

function pathsBetween(anchor: string, file: string): string[] {
  return file === anchor ? [file] : [...pathsBetween(anchor, dirname(file)), file];
}

async function printOf(file: string): Promise<string> {
  const found: Stats | undefined = await stat(file).catch(() => undefined);
  return found ? [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(':') : MISSING;
}

function newsOf(name: string, before: string | undefined, now: string | undefined): string[] {
  if (before === undefined || before === now) return [];
  if (before === MISSING) return [`${name} appeared`];
  return [now === MISSING ? `${name} is gone` : `${name} changed`];
}

function enumerated(news: readonly string[]): string {
  const more = news.length - NAMED;
  return news.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
