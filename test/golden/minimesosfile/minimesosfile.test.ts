/**
 * `valid/<case>`: a file, and the same with all that it leaves out. `broken/<case>`: a file, and its problems as people see
 * them. `vitest -u` writes the expectations anew.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic, parseSpec } from '../../../src/minimesosfile/load.js';
import { print } from '../../../src/minimesosfile/print.js';

const VALID = join(import.meta.dirname, 'valid');
const BROKEN = join(import.meta.dirname, 'broken');

/** Files as their users published them: no part of this repository, they lie beside it where it is developed. */
const CORPUS = join(import.meta.dirname, '../../../../shared/corpus');

function casesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

/** The file in full, after its notes; or its problems, a line each. */
function answerTo(folder: string): string {
  const parsed = parseSpec(readFileSync(join(folder, 'minimesosFile'), 'utf8'), 'minimesosFile');
  if (parsed.ok) return [...parsed.notes.map((note) => `// ${note}\n`), print(parsed.spec)].join('');
  return parsed.diagnostics.map((diagnostic) => `${formatDiagnostic('minimesosFile', diagnostic)}\n`).join('');
}

describe('a valid file', () => {
  it.each(casesIn(VALID))('F4 F5 says what it said to 0.13, with every default: %s', async (name) => {
    await expect(answerTo(join(VALID, name))).toMatchFileSnapshot(join(VALID, name, 'full.minimesosFile'));
  });
});

describe('a broken file', () => {
  it.each(casesIn(BROKEN))('F6 has every problem reported at once: %s', async (name) => {
    await expect(answerTo(join(BROKEN, name))).toMatchFileSnapshot(join(BROKEN, name, 'problems.txt'));
  });
});

describe.skipIf(!existsSync(CORPUS))('a file that users published (skipped where ../shared/corpus is absent)', () => {
  it.each(existsSync(CORPUS) ? casesIn(CORPUS) : ['any'])('F4 is valid: %s', (name) => {
    expect(answerTo(join(CORPUS, name))).toMatch(/^(\/\/ .*\n)?minimesos {\n/);
  });
});
