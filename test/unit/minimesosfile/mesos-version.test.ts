import { describe, expect, it } from 'vitest';
import { DISTRIBUTION_NAMES, DISTRIBUTIONS, type Distribution } from '../../../src/distribution-table.js';
import { parseSpec } from '../../../src/minimesosfile/load.js';
import { problemsWith, specWith } from './parsing.js';

const rows = DISTRIBUTION_NAMES.map((name): [string, Distribution] => [name, DISTRIBUTIONS[name]]);

describe('the version of Mesos', () => {
  it.each(rows)(
    'F53 is the distribution’s own where the file says nothing: %s',
    (name, { defaultVersion, versions }) => {
      expect(specWith(`distribution = "${name}"`).mesosVersion).toBe(defaultVersion);
      expect(versions ?? [defaultVersion]).toContain(defaultVersion);
    },
  );

  it('F53 is 1.0.0 under simulator and custom, which have any', () => {
    for (const name of ['simulator', 'custom'])
      expect([
        specWith(`distribution = "${name}"`),
        specWith(`distribution = "${name}"; mesosVersion = "0.28"`),
      ]).toEqual([
        expect.objectContaining({ mesosVersion: '1.0.0' }),
        expect.objectContaining({ mesosVersion: '0.28' }),
      ]);
  });

  it('F53 that the distribution has not is a mistake at its place, which names those that there are', () => {
    expect(problemsWith('distribution = "clusterd"\n  mesosVersion = "1.0.0"')).toEqual([
      '3:18 mesosVersion must be one that distribution "clusterd" has: 1.11.0, not "1.0.0"',
    ]);
    const [problem] = problemsWith('distribution = "mesosphere"; mesosVersion = "1.11.0"; agnt { }');
    expect(problem).toContain('1.7.0 or 1.7.1, not "1.11.0"');
    expect(problemsWith('distribution = "clusterd"; mesosVersion = "newest"')).toHaveLength(1);
  });

  it('F53 is free where master and agents name their tags themselves', () => {
    const own = 'imageTag = "mine"';
    const file = (agents: string) =>
      `distribution = "mesosphere"; mesosVersion = "1.9.0"\nmaster { ${own} }\n${agents}`;
    expect(specWith(file(`agent { ${own} }`)).mesosVersion).toBe('1.9.0');
    expect(problemsWith(file(`agent { ${own} }\nagent { }`))).toHaveLength(1);
    expect(problemsWith(file('agent { imageTag = "# derive from mesos version" }'))).toHaveLength(1);
  });

  it('F54 that another distribution than the file’s has not gives way to that one’s own, with a note', () => {
    const file = 'minimesos {\n  mesosVersion = "0.28.1"\n  agent { }\n}';
    expect(parseSpec(file, 'minimesosFile', 'clusterd')).toMatchObject({
      spec: { distribution: 'clusterd', mesosVersion: '1.11.0' },
      notes: ['minimesosFile:2:18 distribution "clusterd" has no Mesos 0.28.1, 1.11.0 takes its place'],
    });
    expect(parseSpec(file, 'minimesosFile', 'simulator')).toMatchObject({
      spec: { distribution: 'simulator', mesosVersion: '0.28.1' },
      notes: [],
    });
    expect(parseSpec('minimesos {\n  agent { }\n}', 'minimesosFile', 'mesosphere')).toMatchObject({
      spec: { mesosVersion: '1.5.0' },
      notes: [],
    });
  });
});
