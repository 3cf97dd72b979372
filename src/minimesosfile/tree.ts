/** What the parser makes of a minimesosFile: blocks, properties, and where each of them stands. */

/** Counted from 1; a column is one character, a tab too. */
export interface Place {
  line: number;
  column: number;
}

export type Scalar = string | number | boolean | null;

export interface Property extends Place {
  kind: 'property';
  name: string;
  value: Scalar;
  /** The value as it is written in the file. */
  source: string;
  valueAt: Place;
}

export interface Block extends Place {
  kind: 'block';
  name: string;
  /** In the order of the file. */
  members: Member[];
}

export type Member = Property | Block | Unread;

/** Stands for what could not be read, so that nobody complains that it is missing. */
export interface Unread {
  kind: 'unread';
}

/** For sorting. */
export function byPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}
