import { stripVTControlCharacters } from 'node:util';

/** Rows with their columns below each other; the last column runs free. */
export function table(rows: string[][]): string[] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, width(cell))), []);
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : pad(cell, widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A duration in milliseconds as people say it: `0.3 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** How old something is, in milliseconds, to its largest unit: `40 s`, `3 min`, `5 h`, `2 d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function pad(cell: string, to: number): string {
  return cell + ' '.repeat(to - width(cell));
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
