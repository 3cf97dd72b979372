/** What a command is given: where to write, how, and when to stop. */

import type { DistributionName } from '../distribution-table.js';
import type { MinimesosError } from '../errors.js';

export interface Streams {
  /** For keys, where somebody types. */
  stdin?: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };
}

/** The options that every command takes, as yargs gives them. */
export interface GlobalArgs {
  file?: string | undefined;
  cluster?: string | undefined;
  distribution?: DistributionName | undefined;
  output: 'text' | 'json';
  debug: boolean;
  /** Seconds. */
  timeout?: number | undefined;
}

export interface Context {
  args: GlobalArgs;
  /** Of another program: what stands after `--`, word by word. Empty for all rows but those with `takesCommand`. */
  otherCommand: readonly string[];
  /** Results: text, or one JSON document. */
  print(text: string): void;
  printJson(document: unknown): void;
  /** One of many documents, on a line of its own. */
  printJsonLine(document: unknown): void;
  /** Progress, notes and errors. */
  tell(text: string): void;
  streams: Streams;
  signal: AbortSignal;
  /** As if Ctrl-C were pressed. */
  stop(): void;
  /** From now on SIGINT, SIGTERM and SIGHUP end nothing here: they are somebody else's to act on. */
  handOverSignals(to: (signal: NodeJS.Signals) => void): void;
  /** Whether stderr is a terminal that can be drawn on. */
  live: boolean;
  /** For stderr. */
  paint: Paint;
  /** For stdout. */
  paintResult: Paint;
}

/** What a command does, with its own options beside those of all; gives the exit code. */
export type Command<Args = object> = (context: Context, args: Args) => Promise<number>;

export type Tone = 'good' | 'bad' | 'busy' | 'dim' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

/** An error as a person reads it: whose, what, the details, what to do. */
export function describe({ message, details, hint }: MinimesosError, paint: Paint, components: string[] = []): string {
  const whose = components.length > 0 ? `${components.join(', ')}: ` : '';
  const lines = [`${paint('bad', 'error:')} ${whose}${message}`, ...details.map((line) => `  ${line}`)];
  return [...lines, ...(hint ? [`${paint('dim', 'hint:')} ${hint}`] : [])].join('\n');
}
