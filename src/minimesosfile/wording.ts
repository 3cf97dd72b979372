/** How diagnostics word things: texts of the file shown safely, and "did you mean". */

import { withoutCredentials } from '../secrets.js';

const LONGEST = 40;

/** A text of the file in quotes, for a message; of a URL without user and password. */
export function shown(text: string): string {
  return `"${plain(withoutCredentials(text))}"`;
}

/** Short, on one line, without characters that a terminal would act upon. */
export function plain(text: string, longest = LONGEST): string {
  const start = text.slice(0, longest);
  const printable = start.replace(/(?! )[\p{C}\p{Z}]/gu, codePointOf);
  return start === text ? printable : `${printable}…`;
}

function codePointOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}

/** `a, b or c` */
export function anyOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** `; did you mean "agent"?` where a candidate looks like the name, else nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** The candidate that a typing mistake, other capitals or a left-off ending would have turned into the name. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, mistakes: mistakesBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, mistakes }) => mistakes <= mistakesAllowed(candidate))
    .sort((a, b) => a.mistakes - b.mistakes);
  return ranked[0]?.candidate;
}

function mistakesAllowed(candidate: string): number {
  return candidate.length / 3;
}

function mistakesBetween(name: string, candidate: string): number {
  const [shorter, longer] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  if (shorter.length >= 3 && longer.startsWith(shorter)) return 1;
  // Most names are told apart by their length alone, and a name may be as long as the file.
  return longer.length - shorter.length > mistakesAllowed(candidate) ? Infinity : editDistance(name, candidate);
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const cost = (row: number[] | undefined, column: number) => row?.[column] ?? Infinity;
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        cost(rows[i - 1], j) + 1,
        cost(row, j - 1) + 1,
        cost(rows[i - 1], j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwap ? cost(rows[i - 2], j - 2) + 1 : Infinity,
      );
    }
    rows[i] = row;
  }
  return cost(rows[a.length], b.length);
}
