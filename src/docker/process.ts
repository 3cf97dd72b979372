/** What goes into a process of a container, and what comes out of it. */

export type OutputStream = 'stdout' | 'stderr';

/** Part of what a process said: whole characters, not whole lines. */
export interface LogText {
  stream: OutputStream;
  text: string;
}

export interface LogOptions {
  /** So many lines from the end; default all. */
  tail?: number | undefined;
  /** Goes on with what is said until the container stops. */
  follow: boolean;
}

/** The window of somebody who types, in characters; as `process.stdout` has it. */
export interface Terminal {
  columns: number;
  rows: number;
  on(event: 'resize', changed: () => void): unknown;
  off(event: 'resize', changed: () => void): unknown;
}

export interface Exec {
  /** The program and its arguments; no shell is in between. */
  command: string[];
  /** Beside that of the container. */
  env?: Record<string, string> | undefined;
  /** The process has a terminal of this one's size, whatever that becomes; undefined: it has none. */
  terminal?: Terminal | undefined;
  /** Undefined: the process has nothing to read. */
  stdin?: NodeJS.ReadableStream | undefined;
  stdout: NodeJS.WritableStream;
  /** Empty where there is a terminal: all comes on `stdout` then. */
  stderr: NodeJS.WritableStream;
}
