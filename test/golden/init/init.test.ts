/** What `init` writes for each distribution, and the same with all that it leaves out. `vitest -u` writes them anew. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISTRIBUTION_NAMES, DISTRIBUTIONS } from '../../../src/distribution-table.js';
import { defaultFile } from '../../../src/minimesosfile/default-file.js';
import { parseSpec } from '../../../src/minimesosfile/load.js';
import { print } from '../../../src/minimesosfile/print.js';

const golden = (name: string, file: string) => join(import.meta.dirname, name, file);

describe('the file that init writes', () => {
  it.each(DISTRIBUTION_NAMES)('F52 is valid, and says what it says in full: %s', async (name) => {
    const text = defaultFile(name);
    const parsed = parseSpec(text, 'minimesosFile');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    expect(parsed.notes).toEqual([]);
    expect(parsed.spec).toMatchObject({ distribution: name, mesosVersion: DISTRIBUTIONS[name].defaultVersion });
    await expect(text).toMatchFileSnapshot(golden(name, 'minimesosFile'));
    await expect(print(parsed.spec)).toMatchFileSnapshot(golden(name, 'full.minimesosFile'));
    expect(parseSpec(print(parsed.spec), 'minimesosFile')).toMatchObject({ ok: true, spec: parsed.spec });
  });

  it.each(DISTRIBUTION_NAMES)('F52 fits on a screen of 120 columns: %s', (name) => {
    for (const line of defaultFile(name).split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});
