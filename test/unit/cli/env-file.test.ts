import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { envFile } from '../../../src/cli/env-file.js';

describe('variables as lines', () => {
  it('are plain where they can be, since Docker’s --env-file knows no quotes', () => {
    expect(
      envFile([
        ['MASTER', 'http://172.30.8.10:5050'],
        ['EMPTY', ''],
        ['URL', 'zk://a:1,b:2/mesos'],
      ]),
    ).toBe('MASTER=http://172.30.8.10:5050\nEMPTY=\nURL=zk://a:1,b:2/mesos');
  });

  it.each([
    ['with blanks', '/home/ada/my clusters'],
    ['with what a shell would act upon', '/a $HOME `id` $(id) "b" \\ * ~ # ; & | > c!'],
    ['with a single quote', '/ada\'s/$HOME/`id`/"x"/\\y'],
    ['of two lines', 'a\nb'],
  ])('C36 mean to a shell what they are, a value %s too', (_what, value) => {
    const script = `${envFile([['FOLDER', value]])}\nprintf %s "$FOLDER"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
  });
});
