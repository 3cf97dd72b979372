/** The order in which test files are begun: those that take longest first, so that none of them is left alone at the end. */

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST = ['chaos', 'crash', 'corpus', 'library', 'healing', 'changes', 'example-project'].map(
  (name) => `/test/e2e/${name}.test.ts`,
);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    const usual = await super.sort(files);
    return usual.sort((a, b) => rank(a) - rank(b));
  }
}
