/** A folder of a test's own, and what a watch of files in it tells. */

import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { FileWatch } from '../../src/watch/files.js';

export class WatchedFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'minimesos-watch-')));
  readonly told: string[] = [];
  readonly errors: Error[] = [];
  readonly watch = new FileWatch(
    (reason) => this.told.push(reason),
    (error) => this.errors.push(error),
  );

  constructor() {
    this.write('minimesosFile', 'first');
  }

  async remove(): Promise<void> {
    await this.watch.close();
    rmSync(this.path, { recursive: true, force: true });
  }

  readonly at = (name: string): string => join(this.path, name);

  readonly write = (name: string, content: string): void => {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
  };

  /** As vim and the editors of JetBrains do. */
  readonly save = (name: string, content: string): void => {
    this.write(`${name}~`, content);
    renameSync(this.at(`${name}~`), this.at(name));
  };

  readonly delete = (name: string): void => rmSync(this.at(name), { recursive: true });

  /** Resolves when the files are followed. */
  readonly following = async (...names: string[]): Promise<void> => {
    this.watch.follow(names.map(this.at));
    await this.tells(...names.map((name) => `${name} is watched`));
  };

  /** Exactly these, in this order; and what was told is forgotten. */
  readonly tells = async (...reasons: string[]): Promise<void> => {
    await expect.poll(() => this.told.join(', '), { timeout: 4_000, interval: 5 }).toBe(reasons.join(', '));
    this.told.length = 0;
  };
}
