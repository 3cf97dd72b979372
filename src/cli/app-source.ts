/** Marathon JSON that somebody gives by hand: a file, a URL, or what is piped in. */

import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { AppType } from '../app.js';
import { MinimesosError } from '../errors.js';
import type { AppFile, Diagnostic } from '../spec.js';
import type { Context } from './context.js';

/** The options that say where it is, and with that what it is. */
export type SourceOption = 'app' | 'group' | 'marathonFile' | 'stdin';

const NOTHING_SENT = 'nothing was sent to Marathon';

/** Rejects with `FILE_INVALID`, which has every problem and its place, and with `INTERRUPTED`. */
export async function readAppSource(context: Context, option: SourceOption, where: string): Promise<AppFile> {
  const { source, text } = option === 'stdin' ? await piped(context) : await textAt(where, context);
  const { readApp } = await import('../minimesosfile/app-file.js');
  const { specOfAllBlocks } = await import('../api/spec-patch.js');
  const looksLike = await typeOf(text);
  const type = option === 'app' || option === 'group' ? option : looksLike;
  const read = readApp({ type, source, text }, specOfAllBlocks());
  if (read.ok) return read.file;
  throw unusable(source, read.problems, looksLike === type ? undefined : `--${looksLike} installs it`);
}

/** Of JSON that cannot be used. */
export function unusable(source: string, problems: readonly Diagnostic[], hint = NOTHING_SENT): MinimesosError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new MinimesosError('FILE_INVALID', `${source} has ${count}`, {
    details: problems.map((problem) => located(source, problem)),
    hint,
  });
}

export function located(source: string, { line, column, message }: Diagnostic): string {
  return `${source}:${line}:${column} ${message}`;
}

interface SourceText {
  /** For people. */
  source: string;
  text: string;
}

async function textAt(where: string, { signal }: Context): Promise<SourceText> {
  const { isUrl, nameOfUrl, Pages } = await import('../minimesosfile/pages.js');
  if (!isUrl(where)) return { source: where, text: await textOf(where, () => createReadStream(where), signal) };
  const source = nameOfUrl(where);
  const page = await unlessAborted(signal, new Pages().read(where));
  if (page.ok) return { source, text: page.text };
  if (page.place) throw unusable(source, [{ ...page.place, message: page.message }]);
  throw new MinimesosError('FILE_INVALID', `${source} ${page.message}`);
}

const STDIN = 'stdin';

async function piped({ streams: { stdin }, tell, signal }: Context): Promise<SourceText> {
  if (!stdin) throw new MinimesosError('FILE_INVALID', `${STDIN} is closed`);
  if (stdin.isTTY) tell('reading JSON from the terminal; Ctrl-D ends it');
  return { source: STDIN, text: await textOf(STDIN, () => stdin, signal) };
}

async function textOf(source: string, open: () => Readable, signal: AbortSignal): Promise<string> {
  const { decoded, LARGEST } = await import('../minimesosfile/text-file.js');
  const bytes = await unlessAborted(signal, bytesOf(open(), LARGEST)).catch((thrown) => {
    throw thrown instanceof MinimesosError ? thrown : unreadable(source, thrown as NodeJS.ErrnoException);
  });
  const read = decoded(bytes);
  if (read.ok) return read.text;
  throw unusable(source, [read.fault]);
}

/** Where there are more than `most`, so many and some. */
async function bytesOf(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) break;
  }
  return Buffer.concat(chunks);
}

async function unlessAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new MinimesosError('INTERRUPTED', `interrupted; ${NOTHING_SENT}`));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return Promise.race([promise, aborted]);
}

function unreadable(source: string, cause: NodeJS.ErrnoException): MinimesosError {
  const { code, message } = cause;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MinimesosError('FILE_INVALID', `${source} does not exist`, {
      hint: `${resolve(source)} was tried`,
      cause,
    });
  }
  const why = code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read: ${message}`;
  return new MinimesosError('FILE_INVALID', `${source} ${why}`, { cause });
}

/** A group is what holds apps or groups. Whether it is JSON at all is checked later, with the place of what is wrong. */
async function typeOf(text: string): Promise<AppType> {
  const { replaceTokens, tokensIn } = await import('../minimesosfile/tokens.js');
  const numbers = new Map(tokensIn(text).map(({ name }) => [name, '1']));
  try {
    const json: unknown = JSON.parse(replaceTokens(text, numbers));
    return typeof json === 'object' && json !== null && ('apps' in json || 'groups' in json) ? 'group' : 'app';
  } catch {
    return 'app';
  }
}
