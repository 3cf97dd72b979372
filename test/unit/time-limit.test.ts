import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withTimeLimit } from '../../src/time-limit.js';

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('work with a time limit', () => {
  it('ends when the time is over, however often memory is tidied up meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const tidy = runInNewContext('gc') as () => void;
    const over = withTimeLimit(50, [new AbortController().signal], aborted);
    const tidying = setInterval(tidy, 5);
    await expect(over)
      .rejects.toMatchObject({ name: 'TimeoutError' })
      .finally(() => clearInterval(tidying));
  });

  it('ends with a signal that it was given', async () => {
    const given = new AbortController();
    const over = withTimeLimit(60_000, [given.signal], aborted);
    given.abort(new Error('enough'));
    await expect(over).rejects.toThrow('enough');
  });

  it('gives what comes of it', async () => {
    expect(await withTimeLimit(60_000, [], async () => 7)).toBe(7);
  });
});
