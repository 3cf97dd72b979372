import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Tone } from '../../../src/cli/context.js';
import { painter } from '../../../src/cli/paint.js';

const TONES: Tone[] = ['good', 'bad', 'busy', 'dim', 'strong'];

describe('colours', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('tell tones apart on a terminal, and leave the text as it is', () => {
    // This process has no terminal; the terminal that is asked about does.
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', '1');
    const painted = TONES.map((tone) => painter(true, {})(tone, 'text'));
    expect(new Set(painted).size).toBe(TONES.length);
    expect(painted).not.toContain('text');
    expect(painted.map(stripVTControlCharacters)).toEqual(TONES.map(() => 'text'));
  });

  it.each([
    ['away from a terminal', false, {}],
    ['where NO_COLOR says so', true, { NO_COLOR: '1' }],
  ])('are left out %s', (_what, terminal, env) => {
    vi.stubEnv('FORCE_COLOR', '1');
    expect(TONES.map((tone) => painter(terminal, env)(tone, 'text'))).toEqual(TONES.map(() => 'text'));
  });

  it('are not left out where NO_COLOR is empty, as its authors ask', () => {
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', '1');
    expect(painter(true, { NO_COLOR: '' })('bad', 'text')).not.toBe('text');
  });
});
