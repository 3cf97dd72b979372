/** How a log is printed. */

import { once } from 'node:events';
import type { LogText } from '../docker/process.js';
import type { Context } from './context.js';
import { linesOf } from './log-lines.js';

/** What is printed, and of whom. */
export interface Log {
  /** For the document: `{component}` or `{task}`. */
  of: object;
  /** Ends with the signal. */
  said(signal: AbortSignal): AsyncIterable<LogText>;
}

const INTERRUPTED = 130;

/**
 * Gives the exit code: that of an interruption where the signal fired, else 0, also where the reader has gone, as `head` does.
 * A container's stderr goes to stderr; what a task wrote into either of its files is a result.
 */
export async function printLog(context: Context, { of, said }: Log, follow: boolean): Promise<number> {
  const { args, signal } = context;
  const reader = readerOf(context);
  try {
    const log = said(reader);
    if (args.output === 'text') await printText(context, log, 'task' in of);
    else if (follow) for await (const line of linesOf(log)) context.printJsonLine(line);
    else await printDocument(context, of, log);
  } catch (thrown) {
    if (!reader.aborted) throw thrown;
  }
  return signal.aborted ? INTERRUPTED : 0;
}

/** Fires with the context's signal, and when nobody reads the results any more. */
export function readerOf({ signal, streams }: Context): AbortSignal {
  const gone = new AbortController();
  streams.stdout.once('error', () => gone.abort());
  return AbortSignal.any([signal, gone.signal]);
}

async function printText({ streams }: Context, log: AsyncIterable<LogText>, isResult: boolean): Promise<void> {
  for await (const { stream, text } of log) {
    const target = isResult ? streams.stdout : streams[stream];
    if (!target.write(text)) await once(target, 'drain');
  }
}

async function printDocument({ printJson }: Context, of: object, log: AsyncIterable<LogText>): Promise<void> {
  const lines: LogText[] = [];
  for await (const line of linesOf(log)) lines.push(line);
  printJson({ ...of, lines });
}
