/** Text that is drawn anew in its place on a terminal. */

import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';

export interface Picture {
  show(text: string): void;
  /** Takes it away, so that something can be written above the next one. */
  clear(): void;
  /** Leaves it where it is. */
  done(): void;
}

export function pictureOn(stream: NodeJS.WritableStream & { columns?: number }): Picture {
  const draw = createLogUpdate(stream as NodeJS.WriteStream);
  let height = 0;
  return {
    show(text) {
      const now = heightOf(text, stream.columns || 80);
      // log-update 7 writes only the lines that differ, and forgets to move those below when there are more or fewer.
      if (now !== height) draw.clear();
      height = now;
      draw(text);
    },
    clear: draw.clear,
    done: draw.done,
  };
}

function heightOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}
