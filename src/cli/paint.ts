import { styleText } from 'node:util';
import type { Paint, Tone } from './context.js';

const STYLES: Record<Tone, Parameters<typeof styleText>[0]> = {
  good: 'green',
  bad: 'red',
  busy: 'yellow',
  dim: 'dim',
  strong: 'bold',
};

/** Colours on a terminal, unless NO_COLOR says no (https://no-color.org). */
export function painter(terminal: boolean, env: NodeJS.ProcessEnv): Paint {
  if (!terminal || env.NO_COLOR) return (_tone, text) => text;
  // Which stream is painted for was decided above; Node would look at stdout.
  return (tone, text) => styleText(STYLES[tone], text, { validateStream: false });
}
