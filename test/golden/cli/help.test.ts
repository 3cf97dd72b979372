/**
 * What each command says of itself. `npx vitest run --project unit test/golden/cli -u` writes the texts anew; read the diff.
 */

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ROWS, runCommandLine } from '../../../src/cli/commands.js';
import { vocabularyOf } from '../../../src/cli/completion/vocabulary.js';

/** What goes to stdout; nothing is opened by it. */
async function helpOf(argv: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const open = () => {
    throw new Error('help needs no cluster');
  };
  const exit = await runCommandLine(argv, open, { stdout, stderr });
  stdout.end();
  expect(exit).toBe(0);
  return text(stdout);
}

const commands = vocabularyOf(ROWS).flatMap(({ names: [name = ''] }) => (name === 'help' ? [] : name));

describe('C42 the help', () => {
  it('of minimesos is as it was read', async () => {
    await expect(await helpOf(['help'])).toMatchFileSnapshot('help/minimesos.txt');
    expect(await helpOf(['--help'])).toBe(await helpOf(['help']));
  });

  it.each(commands)('of %s is as it was read', async (command) => {
    await expect(await helpOf(['help', command])).toMatchFileSnapshot(`help/${command}.txt`);
    expect(await helpOf([command, '--help'])).toBe(await helpOf(['help', command]));
  });
});
