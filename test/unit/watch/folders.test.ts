import { mkdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WatchedFolder } from '../../support/watched-folder.js';

let folder: WatchedFolder;

beforeEach(() => {
  folder = new WatchedFolder();
});

afterEach(() => folder.remove());

describe('a folder of a file', () => {
  it('may appear later, two levels at once', async () => {
    await folder.following('minimesosFile', 'config/apps/web.json');
    folder.write('config/apps/web.json', '{}');
    await folder.tells('config/apps/web.json appeared');
    folder.save('config/apps/web.json', '{ }');
    await folder.tells('config/apps/web.json changed');
  });

  it('may appear later, a level at a time', async () => {
    await folder.following('minimesosFile', 'config/apps/web.json');
    mkdirSync(folder.at('config'));
    folder.write('minimesosFile', 'second');
    await folder.tells('minimesosFile changed');
    mkdirSync(folder.at('config/apps'));
    folder.write('minimesosFile', 'third!');
    await folder.tells('minimesosFile changed');
    folder.write('config/apps/web.json', '{}');
    await folder.tells('config/apps/web.json appeared');
  });

  it('may go and come back, as git checkout does', async () => {
    folder.write('config/apps/web.json', '{}');
    await folder.following('minimesosFile', 'config/apps/web.json');
    for (const content of ['{ }', '{  }', '{   }']) {
      folder.delete('config');
      await folder.tells('config/apps/web.json is gone');
      folder.write('config/apps/web.json', content);
      await folder.tells('config/apps/web.json appeared');
      folder.write('config/apps/web.json', `[${content}]`);
      await folder.tells('config/apps/web.json changed');
    }
  });

  it('may go and come back at once', async () => {
    folder.write('config/apps/web.json', '{}');
    await folder.following('minimesosFile', 'config/apps/web.json');
    for (const content of ['{ }', '{  }', '{   }']) {
      folder.delete('config');
      folder.write('config/apps/web.json', content);
      await folder.tells('config/apps/web.json changed');
      folder.save('config/apps/web.json', `[${content}]`);
      await folder.tells('config/apps/web.json changed');
    }
  });

  it('may be renamed, and another one take its name', async () => {
    folder.write('config/apps/web.json', '{}');
    await folder.following('minimesosFile', 'config/apps/web.json');
    renameSync(folder.at('config'), folder.at('config.old'));
    await folder.tells('config/apps/web.json is gone');
    folder.write('config/apps/web.json', '{ }');
    await folder.tells('config/apps/web.json appeared');
    folder.write('config.old/apps/web.json', 'nobody asked for it');
    folder.write('config/apps/web.json', '{   }');
    await folder.tells('config/apps/web.json changed');
  });

  it('may be the one of the minimesosFile', async () => {
    folder.write('project/sub/minimesosFile', 'first');
    folder.watch.follow([folder.at('project/sub/minimesosFile')]);
    await folder.tells('minimesosFile is watched');
    for (const content of ['second', 'third!']) {
      folder.delete('project');
      await folder.tells('minimesosFile is gone');
      folder.write('project/sub/minimesosFile', content);
      await folder.tells('minimesosFile appeared');
      folder.save('project/sub/minimesosFile', `${content}, changed`);
      await folder.tells('minimesosFile changed');
    }
  });

  it('may be outside of the one of the minimesosFile', async () => {
    folder.write('project/minimesosFile', 'first');
    folder.watch.follow([folder.at('project/minimesosFile'), folder.at('shared/apps/web.json')]);
    await folder.tells('minimesosFile is watched', '../shared/apps/web.json is watched');
    folder.write('shared/apps/web.json', '{}');
    await folder.tells('../shared/apps/web.json appeared');
    folder.write('project/minimesosFile', 'second');
    await folder.tells('minimesosFile changed');
  });
});

describe('a link', () => {
  it('must be told when what it leads to is written to, replaced, removed or made again', async () => {
    folder.write('elsewhere/web.json', '{}');
    symlinkSync(folder.at('elsewhere/web.json'), folder.at('web.json'));
    await folder.following('minimesosFile', 'web.json');
    folder.write('elsewhere/web.json', '{ }');
    await folder.tells('web.json changed');
    folder.save('elsewhere/web.json', '{  }');
    await folder.tells('web.json changed');
    folder.delete('elsewhere/web.json');
    await folder.tells('web.json is gone');
    folder.write('elsewhere/web.json', '{   }');
    await folder.tells('web.json appeared');
  });

  it('must be told when it leads elsewhere', async () => {
    folder.write('one.json', '{}');
    folder.write('two.json', '{ }');
    symlinkSync('one.json', folder.at('web.json'));
    await folder.following('minimesosFile', 'web.json');
    symlinkSync('two.json', folder.at('web.json~'));
    renameSync(folder.at('web.json~'), folder.at('web.json'));
    await folder.tells('web.json changed');
    folder.write('two.json', '{  }');
    await folder.tells('web.json changed');
  });

  it('must be told through another link, as Kubernetes mounts files', async () => {
    folder.write('..1/web.json', '{}');
    folder.write('..2/web.json', '{ }');
    symlinkSync('..1', folder.at('..data'));
    symlinkSync('..data/web.json', folder.at('web.json'));
    await folder.following('minimesosFile', 'web.json');
    for (const next of ['..2', '..1', '..2']) {
      symlinkSync(next, folder.at('..data_tmp'));
      renameSync(folder.at('..data_tmp'), folder.at('..data'));
      await folder.tells('web.json changed');
    }
  });

  it('that leads to itself must be told as an error, once, and the others be followed', async () => {
    symlinkSync('loop.json', folder.at('loop.json'));
    await folder.following('minimesosFile', 'loop.json');
    folder.save('minimesosFile', 'second');
    await folder.tells('minimesosFile changed');
    await expect.poll(() => folder.errors.map(({ message }) => message.split(':')[0])).toEqual(['ELOOP']);
    unlinkSync(folder.at('loop.json'));
    folder.write('loop.json', '{}');
    await folder.tells('loop.json appeared');
    expect(folder.errors).toHaveLength(1);
  });
});
