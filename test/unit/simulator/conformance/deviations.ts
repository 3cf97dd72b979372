import type { Difference } from './shape.js';

/** Where the simulator answers otherwise than was recorded, and why. `*` stands for anything. */
export interface Deviation {
  /** Of the recording's name. */
  recording: string;
  /** In its JSON; a header is `header <name>`, the whole body is `body`. */
  path: string;
  reason: string;
}

/** As it is listed in specs/simulator.md, a line each: `deviation: <recording> <path>: <reason>`. */
export function readDeviations(text: string): Deviation[] {
  const lines = text.split('\n').map((line) => /^deviation: (\S+) ((?:header )?\S+): (.+)$/.exec(line));
  return lines.flatMap((match) => {
    if (match === null) return [];
    const [, recording = '', path = '', reason = ''] = match;
    return [{ recording, path, reason }];
  });
}

export function covers({ recording, path }: Deviation, name: string, difference: Difference): boolean {
  return matches(recording, name) && matches(path, difference.path);
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
