/** The JSON of an app or a group as a test gives it: an object, its text, a path or a URL. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AppType } from '../app.js';
import { MinimesosError } from '../errors.js';
import { type AppReading, readApp } from '../minimesosfile/app-file.js';
import { formatDiagnostic } from '../minimesosfile/load.js';
import { isUrl, nameOfUrl, Pages } from '../minimesosfile/pages.js';
import { decoded } from '../minimesosfile/text-file.js';
import { replaceTokens, tokensIn } from '../minimesosfile/tokens.js';
import type { Diagnostic } from '../spec.js';
import { specOfAllBlocks } from './spec-patch.js';

export interface JsonText {
  text: string;
  /** For people: `web.json`. */
  source: string;
}

export interface Definition {
  type: AppType;
  /** `/web` */
  id: string;
  /** As Marathon is sent it. */
  body: object;
}

/** A path starts from the working folder. Rejects with `FILE_INVALID` where nothing can be read. */
export async function jsonTextOf(json: object | string, signal?: AbortSignal): Promise<JsonText> {
  if (typeof json === 'object') return { text: JSON.stringify(json), source: 'the app' };
  if (/^\uFEFF?\s*\{/.test(json)) return { text: json, source: 'the app' };
  return isUrl(json) ? pageAt(json, signal) : fileAt(json);
}

async function fileAt(path: string): Promise<JsonText> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${cause.message}`;
    const hint = `${resolve(path)} was tried; an object, JSON and a URL may be given too`;
    throw new MinimesosError('FILE_INVALID', `${path} ${why}`, { cause, hint });
  });
  const read = decoded(bytes);
  if (!read.ok) throw broken(path, [formatDiagnostic(path, read.fault)]);
  return { text: read.text, source: path };
}

async function pageAt(url: string, signal: AbortSignal | undefined): Promise<JsonText> {
  const source = nameOfUrl(url);
  const page = await new Pages({ signal }).read(url);
  if (page.ok) return { text: page.text, source };
  throw new MinimesosError('FILE_INVALID', `${source} ${page.message}`);
}

/** `variables` are what its tokens stand for. Throws `FILE_INVALID` with every problem and its place. */
export function definitionOf({ text, source }: JsonText, variables: ReadonlyMap<string, string>): Definition {
  const reading = readAppOrGroup(text, source);
  const problemsOf = (problems: Diagnostic[]) => problems.map((problem) => formatDiagnostic(source, problem));
  if (!reading.ok) throw broken(source, problemsOf(reading.problems));
  const { type, id, text: given } = reading.file;
  const complete = replaceTokens(given, variables);
  const left = tokensIn(complete).map(({ name, line, column }) => {
    return { line, column, message: `\${${name}} stands for nothing in this cluster` };
  });
  if (left.length > 0) throw broken(source, problemsOf(left));
  return { type, id, body: JSON.parse(complete) as object };
}

/** Nobody says which of the two it is; what is wrong with it depends on that. */
function readAppOrGroup(text: string, source: string): AppReading {
  // That a token stands for nothing is seen when it is replaced: here every role is there.
  const spec = specOfAllBlocks();
  const app = readApp({ type: 'app', source, text }, spec);
  if (app.ok) return app;
  const group = readApp({ type: 'group', source, text }, spec);
  return group.ok || /"(apps|groups)"\s*:/.test(text) ? group : app;
}

function broken(source: string, details: string[]): MinimesosError {
  const hint = 'nothing was deployed';
  return new MinimesosError('FILE_INVALID', `${source} cannot be deployed: ${details[0]}`, { details, hint });
}
