/** The generated parts of specs/lifecycle.md. `npx vitest run --project unit test/unit/components -u` writes them anew. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { APP_MACHINE } from '../../../src/components/app.js';
import { COMPONENT_KINDS } from '../../../src/components/registry.js';
import { KINDS } from '../../../src/model.js';
import { diagram, needsTable, withPart } from '../../support/diagram.js';

const LIFECYCLE = resolve(import.meta.dirname, '../../../specs/lifecycle.md');

it('L1 L2 the diagram and the needs in specs/lifecycle.md are those of the code', async () => {
  const drawn = COMPONENT_KINDS.slice(0, 1).map(({ lifecycle }) => diagram(lifecycle));
  const text = withPart(readFileSync(LIFECYCLE, 'utf8'), 'machine', `\`\`\`mermaid\n${drawn}\n\`\`\``);
  const apps = withPart(text, 'app machine', `\`\`\`mermaid\n${diagram({ machine: APP_MACHINE })}\n\`\`\``);
  await expect(withPart(apps, 'needs', needsTable(COMPONENT_KINDS))).toMatchFileSnapshot(LIFECYCLE);
});

it('L1 one diagram serves every kind', () => {
  expect(new Set(COMPONENT_KINDS.map(({ lifecycle }) => diagram(lifecycle))).size).toBe(1);
});

it('L2 a kind waits only for kinds before it', () => {
  for (const { kind, startsAfter, waitsFor } of COMPONENT_KINDS) {
    const needed = [...startsAfter.map((need) => need.kind), ...waitsFor];
    expect(needed.filter((each) => KINDS.indexOf(each) >= KINDS.indexOf(kind))).toEqual([]);
  }
});
