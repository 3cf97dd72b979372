import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../src/cli/log-lines.js';
import type { LogText } from '../../../src/docker/process.js';

const lines = async (...said: [LogText['stream'], string][]) => {
  const seen: string[] = [];
  async function* texts() {
    for (const [stream, text] of said) yield { stream, text };
  }
  for await (const { stream, text } of linesOf(texts())) seen.push(`${stream} ${text}`);
  return seen;
};

describe('the lines of a log', () => {
  it('are put together from pieces, each stream for itself', async () => {
    const seen = await lines(['stdout', 'ha'], ['stderr', 'whole\n'], ['stdout', 'lf\n\nnext'], ['stdout', ' one\r\n']);
    expect(seen).toEqual(['stderr whole', 'stdout half', 'stdout ', 'stdout next one']);
  });

  it('end with one that has no end, and with none where nothing was said', async () => {
    expect(await lines(['stdout', 'a\nb'], ['stderr', 'c'])).toEqual(['stdout a', 'stdout b', 'stderr c']);
    expect(await lines()).toEqual([]);
  });

  it('are cut at one end that comes in two pieces', async () => {
    expect(await lines(['stdout', 'a\r'], ['stdout', '\nb\n'])).toEqual(['stdout a', 'stdout b']);
  });
});
