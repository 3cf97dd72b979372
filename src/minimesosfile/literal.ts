/** Places in a text of the file, which may go over several lines and hold escapes. */

import { placesIn } from './places.js';
import type { Place } from './tree.js';

const QUOTE = /^(?:"""|'''|"|')/;
const ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|.)/gs;
const JOINED_LINES = '\\\n';

/** From this offset of the value on, the text as written is so many characters ahead of it. */
interface Lead {
  from: number;
  by: number;
}

/** Where the character of the value at an offset stands; `literal` is the text as written, with its quotes, at `start`. */
export function placesInLiteral(literal: string, start: Place): (offset: number) => Place {
  const opening = QUOTE.exec(literal)?.[0].length ?? 0;
  const leads = leadsIn(literal.slice(opening));
  const placeOf = placesIn(literal);
  return (offset) => {
    const { line, column } = placeOf(opening + offset + leadAt(leads, offset));
    return { line: start.line + line - 1, column: line === 1 ? start.column + column - 1 : column };
  };
}

/** An escape stands for one character, but one that joins lines for none. */
function leadsIn(written: string): Lead[] {
  let by = 0;
  return Array.from(written.matchAll(ESCAPE), ({ 0: escaped, index }) => {
    const characters = escaped === JOINED_LINES ? 0 : 1;
    const from = index - by + characters;
    by += escaped.length - characters;
    return { from, by };
  });
}

function leadAt(leads: readonly Lead[], offset: number): number {
  let [low, high] = [0, leads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leads[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return leads[low - 1]?.by ?? 0;
}
