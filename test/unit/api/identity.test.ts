import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify } from '../../../src/api/identity.js';

async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-identity-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function newFile(): Promise<string> {
  const file = join(await newFolder(), 'minimesosFile');
  await writeFile(file, 'minimesos { }');
  return file;
}

const idOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 10);

describe('N5 the id of a cluster', () => {
  it('is the first ten hex digits of SHA-256 of the real path of its file', async () => {
    const file = await newFile();
    expect(await identify(file)).toEqual({ id: idOf(file), file });
  });

  it('is the same by a relative path, by a link to the file, and by one to its folder', async () => {
    const file = await newFile();
    const elsewhere = await newFolder();
    await symlink(file, join(elsewhere, 'other-name'));
    await symlink(join(file, '..'), join(elsewhere, 'other-folder'));
    const ways = [
      relative(process.cwd(), file),
      join(elsewhere, 'other-name'),
      join(elsewhere, 'other-folder', 'minimesosFile'),
    ];
    expect(await Promise.all(ways.map((way) => identify(way)))).toEqual(ways.map(() => ({ id: idOf(file), file })));
  });

  it('stays the same when the file is gone, so that its cluster can still be destroyed', async () => {
    const file = await newFile();
    const elsewhere = await newFolder();
    await symlink(join(file, '..'), join(elsewhere, 'other-folder'));
    await rm(file);
    for (const way of [file, join(elsewhere, 'other-folder', 'minimesosFile')]) {
      expect(await identify(way)).toEqual({ id: idOf(file), file });
    }
  });

  it('stays the same when the folder is gone too', async () => {
    const folder = join(await newFolder(), 'project');
    await mkdir(folder);
    const before = await identify(join(folder, 'minimesosFile'));
    await rm(folder, { recursive: true });
    expect(await identify(join(folder, 'minimesosFile'))).toEqual(before);
  });

  it('differs between the files of one folder', async () => {
    const file = await newFile();
    const other = await identify(join(file, '..', 'anotherFile'));
    expect(other.id).not.toBe(idOf(file));
  });
});

describe('an id that is given', () => {
  it.each(['a', 'test-1', '0123456789', 'x'.repeat(40)])('takes the place of the file’s: %s', async (id) => {
    const file = await newFile();
    expect(await identify(file, id)).toEqual({ id, file });
  });

  it.each(['', 'Upper', 'under_score', 'a b', 'a/b', '../x', 'ä', 'x'.repeat(41), 'a\n'])(
    'is refused where Docker’s names or a folder could not bear it: %j',
    async (id) => {
      await expect(identify('minimesosFile', id)).rejects.toMatchObject({ code: 'USAGE', exit: 64 });
    },
  );
});
