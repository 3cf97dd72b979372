import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileWatch } from '../../../src/watch/files.js';
import { WatchedFolder } from '../../support/watched-folder.js';

let folder: WatchedFolder;

beforeEach(() => {
  folder = new WatchedFolder();
});

afterEach(() => folder.remove());

describe('a file that is followed', () => {
  it('must be told when it is written to', async () => {
    await folder.following('minimesosFile');
    for (const content of ['second', 'third!', 'and the fourth']) {
      folder.write('minimesosFile', content);
      await folder.tells('minimesosFile changed');
    }
  });

  it('must be told when another one is put in its place, each time', async () => {
    await folder.following('minimesosFile');
    for (const content of ['second', 'third!', 'and the fourth']) {
      folder.save('minimesosFile', content);
      await folder.tells('minimesosFile changed');
    }
    folder.write('minimesosFile', 'written in place after all');
    await folder.tells('minimesosFile changed');
  });

  it('must be told when it is deleted and when it comes back, each time', async () => {
    await folder.following('minimesosFile');
    for (const content of ['second', 'third!']) {
      folder.delete('minimesosFile');
      await folder.tells('minimesosFile is gone');
      folder.write('minimesosFile', content);
      await folder.tells('minimesosFile appeared');
      folder.write('minimesosFile', `${content}, changed`);
      await folder.tells('minimesosFile changed');
    }
  });

  it('must be told as changed when it is deleted and made again at once, each time', async () => {
    await folder.following('minimesosFile');
    for (const content of ['second', 'third!', 'and the fourth']) {
      folder.delete('minimesosFile');
      folder.write('minimesosFile', content);
      await folder.tells('minimesosFile changed');
    }
  });

  it('need not exist when it is followed', async () => {
    await folder.following('minimesosFile', 'web.json');
    folder.write('web.json', '{}');
    await folder.tells('web.json appeared');
  });

  it('must be told once where several files change at once', async () => {
    await folder.following('minimesosFile', 'apps/a.json', 'apps/b.json', 'apps/c.json');
    for (const name of ['minimesosFile', 'apps/a.json', 'apps/b.json', 'apps/c.json']) folder.write(name, 'changed');
    await expect
      .poll(() => folder.told)
      .toEqual(['minimesosFile changed, apps/a.json appeared, apps/b.json appeared and 1 more']);
  });
});

describe('what is beside the files', () => {
  it('must not be told', async () => {
    await folder.following('minimesosFile', 'apps/web.json');
    folder.write('apps/other.json', '{}');
    folder.write('notes.txt', 'hello');
    folder.write('minimesosFile.bak', 'hello');
    folder.write('node_modules/deep/down.json', '{}');
    folder.delete('notes.txt');
    folder.save('apps/web.json', '{}');
    await folder.tells('apps/web.json appeared');
  });
});

describe('the files that are followed', () => {
  it('may change, and only those of now are told', async () => {
    await folder.following('minimesosFile', 'old.json');
    folder.watch.follow([folder.at('minimesosFile'), folder.at('apps/new.json')]);
    await folder.tells('apps/new.json is watched');
    folder.write('old.json', '{}');
    folder.write('apps/new.json', '{}');
    await folder.tells('apps/new.json appeared');
  });

  it('must be told as watched apart from what changed', async () => {
    await folder.following('minimesosFile');
    folder.write('minimesosFile', 'second');
    folder.watch.follow([folder.at('minimesosFile'), folder.at('web.json')]);
    await expect.poll(() => folder.told).toEqual(['minimesosFile changed', 'web.json is watched']);
  });

  it('must cause nothing when they stay the same', async () => {
    await folder.following('minimesosFile');
    folder.watch.follow([folder.at('minimesosFile')]);
    folder.write('minimesosFile', 'second');
    await folder.tells('minimesosFile changed');
  });

  it('must be told no more after the watch was closed, even at once', async () => {
    folder.watch.follow([folder.at('minimesosFile')]);
    await folder.watch.close();
    const other = new FileWatch(
      (reason) => folder.told.push(`other: ${reason}`),
      (error) => folder.errors.push(error),
    );
    try {
      other.follow([folder.at('minimesosFile')]);
      await folder.tells('other: minimesosFile is watched');
      folder.write('minimesosFile', 'second');
      await folder.tells('other: minimesosFile changed');
    } finally {
      await other.close();
    }
  });
});
