import { renameSync, writeFileSync } from 'node:fs';

/** Whoever is killed half-way leaves what was there before. */
export function writeWhole(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
