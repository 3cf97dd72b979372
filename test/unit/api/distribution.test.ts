import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Source } from '../../../src/api/source.js';
import { readSpec } from '../../../src/api/spec.js';

async function fileOf(members: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-distribution-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'simulator.mjs'), '');
  const file = join(folder, 'minimesosFile');
  await writeFile(file, `minimesos {\n${members}\nagent { }\n}\n`);
  return file;
}

/** How often the engine was asked, and what came of it; twice read. */
async function readTwice(members: string, cgroups: 1 | 2 | undefined) {
  const file = await fileOf(members);
  let asked = 0;
  const ask = () => {
    asked += 1;
    return Promise.resolve(cgroups);
  };
  const source = new Source({ id: 'c0ffee0000', file }, {}, join(file, '..', 'simulator.mjs'), ask);
  const { desired } = await source.read();
  expect(await source.read()).toMatchObject({ desired });
  const agent = desired.components.find(({ kind }) => kind === 'agent');
  return { asked, notes: desired.notes, hash: agent?.hash };
}

describe('the engine’s cgroups', () => {
  it('F51 are asked for where agents depend on them, and once', async () => {
    const { asked, notes } = await readTwice('distribution = "clusterd"', 1);
    expect(asked).toBe(1);
    expect(notes).toEqual([expect.stringMatching(/^the engine has cgroup v1, .*clusterd need v2/)]);
    expect(await readTwice('distribution = "simulator"', 2)).toMatchObject({ asked: 0, notes: [] });
  });

  it('F51 that the distribution needs, or that nobody tells, leave a spec as it was before minimesos knew of them', async () => {
    const hashes = [];
    for (const cgroups of [undefined, 1, 1, 2] as const) {
      const { hash, notes } = await readTwice('distribution = "custom"', cgroups);
      hashes.push(hash);
      expect(notes.length).toBe(cgroups === 2 ? 1 : 0);
    }
    expect(new Set(hashes.slice(0, 3)).size).toBe(1);
    expect(hashes[3]).not.toBe(hashes[0]);
  });
});

describe('what is said over a file', () => {
  it('F54 must be a distribution that there is', async () => {
    const file = await fileOf('');
    await expect(readSpec(file, { distribution: 'mesospere' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'there is no distribution "mesospere"; did you mean "mesosphere"?',
      hint: 'one of simulator, mesosphere, clusterd or custom',
    });
  });
});

describe('authentication', () => {
  const notes = async (master: string, distribution = 'custom') => {
    const file = await fileOf(`distribution = "${distribution}"; master { ${master} }`);
    return (await readSpec(file, {})).notes;
  };

  it('F56 needs both of its properties; a note says so where one stands alone', async () => {
    const acls = `aclJson = '{ "run_tasks": [] }'`;
    expect(await notes(acls)).toEqual([expect.stringMatching(/^aclJson does nothing without authenticate = true/)]);
    expect(await notes('authenticate = true')).toEqual([
      expect.stringMatching(/^authenticate = true does nothing without aclJson/),
    ]);
    expect(await notes(`${acls}; authenticate = true`)).toEqual([]);
    expect(await notes('')).toEqual([]);
  });

  it('F56 is played by no simulated master; a note says so', async () => {
    const both = `authenticate = true; aclJson = '{ }'`;
    expect(await notes(both, 'simulator')).toEqual([expect.stringMatching(/^simulated masters .* turn nobody away$/)]);
  });
});
