/**
 * `<case>`: a minimesosFile and the JSON that it names, and in `answer.txt` what people are told of them: their problems, or
 * their notes and the ids of what is to be deployed. `vitest -u` writes the expectations anew.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppFiles } from '../../../src/minimesosfile/app-files.js';
import { formatDiagnostic, loadFile } from '../../../src/minimesosfile/load.js';
import type { PageText } from '../../../src/minimesosfile/pages.js';

const CASES = import.meta.dirname;

/** Files as their users published them: no part of this repository, they lie beside it where it is developed. */
const CORPUS = join(import.meta.dirname, '../../../../shared/corpus');

function casesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

async function answerTo(folder: string, page: PageText): Promise<string> {
  const file = join(folder, 'minimesosFile');
  const loaded = await loadFile(file);
  if (!loaded.ok) throw new Error(`${file} is broken`);
  const read = await new AppFiles({ pages: { read: () => Promise.resolve(page) } }).read(
    file,
    loaded.apps,
    loaded.spec,
  );
  const problems = read.diagnostics.map((each) => formatDiagnostic('minimesosFile', each));
  const outOfReach = read.outOfReach.map((each) => `out of reach: ${formatDiagnostic('minimesosFile', each)}`);
  const apps = read.apps.map(({ type, id, appIds }) =>
    type === 'app' ? `app ${id}` : `group ${id}: ${appIds.join(', ')}`,
  );
  const lines = problems.length > 0 ? problems : [...read.notes.map((note) => `note: ${note}`), ...apps];
  return [...lines, ...outOfReach, ''].join('\n').replaceAll(folder, '<folder>');
}

describe('the JSON that a minimesosFile names', () => {
  const page: PageText = { ok: false, why: 'out of reach', message: 'does not answer within 10 s' };

  it.each(casesIn(CASES))('F23 F24 F25 F27 F29 is answered all at once: %s', async (name) => {
    await expect(await answerTo(join(CASES, name), page)).toMatchFileSnapshot(join(CASES, name, 'answer.txt'));
  });
});

describe.skipIf(!existsSync(CORPUS))('JSON that users published (skipped where ../shared/corpus is absent)', () => {
  // Theirs is a page that no test can reach; they name the same app by its path elsewhere.
  const page = (): PageText => ({ ok: true, text: readFileSync(join(CORPUS, 'warsaw-demo/weave-scope.json'), 'utf8') });

  it.each(existsSync(CORPUS) ? casesIn(CORPUS) : ['any'])('F25 F26 is valid: %s', async (name) => {
    const folder = join(CORPUS, name);
    const named = readFileSync(join(folder, 'minimesosFile'), 'utf8').match(/^\s*marathonJson = /gm) ?? [];
    const apps = (await answerTo(folder, page())).match(/^app \/[a-z-]+$/gm) ?? [];
    expect(apps).toHaveLength(named.length);
  });
});
