import { describe, expect, it } from 'vitest';
import { defaultFile } from '../../../src/minimesosfile/default-file.js';
import { fileSchema } from '../../../src/minimesosfile/schema.js';
import { specOf, specWith } from './parsing.js';

describe('the file that init writes', () => {
  it('F17 says what a file with just its blocks says', () => {
    const bare =
      'distribution = "simulator"; marathon { }; consul { }; registrator { }; mesosdns { }; scope { }; agent { }';
    expect(specOf(defaultFile())).toStrictEqual(specWith(bare));
  });

  it('F17 names every block and property of a cluster, save the older name of one', () => {
    const names = Object.keys(fileSchema.shape.minimesos.shape).filter((name) => name !== 'exposePorts');
    for (const name of names) expect(defaultFile()).toMatch(new RegExp(`^ +(// )?${name} [={]`, 'm'));
  });

  it('F17 names no image outside its comments', () => {
    expect(defaultFile()).not.toMatch(/^\s*image/m);
  });

  it('F17 fits on a screen of 120 columns', () => {
    for (const line of defaultFile().split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});
