/** minimesosFile → ClusterSpec, or every reason why not. */

import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type * as z from 'zod/mini';
import { MinimesosError } from '../errors.js';
import type { ClusterSpec, Diagnostic } from '../spec.js';
import { clusterSpec } from './cluster-spec.js';
import { parse } from './parser.js';
import { Reader } from './reader.js';
import { fileSchema } from './schema.js';
import { byPlace } from './tree.js';

export type Loaded = { ok: true; spec: ClusterSpec; notes: string[] } | { ok: false; diagnostics: Diagnostic[] };

/** In characters of a text and in bytes of a file: 1 MiB. */
const LARGEST = 1024 * 1024;

/** More would only hide the first. */
const MOST_DIAGNOSTICS = 100;

/** Never throws. `fileName` is what the notes call the file. */
export function parseSpec(text: string, fileName: string): Loaded {
  if (text.length > LARGEST) return tooLarge();
  const { file, diagnostics: syntax } = parse(text);
  const reader = new Reader(fileSchema);
  // Compiling a parser takes longer than the one parse that it would be for.
  const checked = fileSchema.safeParse(reader.read(file), { jitless: true });
  const faults = (checked.error?.issues ?? []).flatMap((issue) => diagnosticOf(issue, reader) ?? []);
  const diagnostics = [...syntax, ...reader.diagnostics, ...faults];
  if (!checked.success || diagnostics.length > 0) return { ok: false, diagnostics: inOrder(diagnostics) };
  const spec = clusterSpec(checked.data.minimesos, (path) => reader.placeOf(path));
  const hasAgents = reader.has(['minimesos', 'agent', 0]);
  return { ok: true, spec, notes: hasAgents ? [] : [`${fileName} has no agent block; one default agent is added`] };
}

/** Rejects with `FILE_MISSING` or `FILE_INVALID` where nothing can be read; what is wrong in a file are diagnostics. */
export async function loadFile(path: string): Promise<Loaded> {
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (found.isDirectory()) throw new MinimesosError('FILE_INVALID', `${path} is a directory, not a minimesosFile`);
  if (!found.isFile()) throw new MinimesosError('FILE_INVALID', `${path} is not a regular file`);
  if (found.size > LARGEST) return tooLarge();
  const bytes = await readFile(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  const text = new TextDecoder().decode(bytes);
  return isUtf8(bytes) ? parseSpec(text, path) : notUtf8(text);
}

/** `minimesosFile:12:9 unknown property "imageNam"; did you mean "imageName"?` */
export function formatDiagnostic(fileName: string, { line, column, message }: Diagnostic): string {
  return `${fileName}:${line}:${column} ${message}`;
}

function diagnosticOf({ path, message }: z.core.$ZodIssue, reader: Reader): Diagnostic | undefined {
  const isMissing = !reader.has(path);
  if (reader.isIncomplete(isMissing ? path.slice(0, -1) : path)) return undefined;
  const name = path.findLast((step) => typeof step === 'string');
  return { ...reader.placeOf(path), message: `${String(name)} ${message}` };
}

function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  const sorted = diagnostics.sort(byPlace);
  const next = sorted[MOST_DIAGNOSTICS];
  if (!next) return sorted;
  const rest = { ...next, message: `${sorted.length - MOST_DIAGNOSTICS} more problems from here on` };
  return [...sorted.slice(0, MOST_DIAGNOSTICS), rest];
}

function tooLarge(): Loaded {
  return { ok: false, diagnostics: [{ line: 1, column: 1, message: 'the file is larger than 1 MiB' }] };
}

/** `text` has U+FFFD where the bytes made no sense. */
function notUtf8(text: string): Loaded {
  const before = text.slice(0, text.indexOf('\uFFFD')).split(/\r\n?|\n/);
  const column = (before.at(-1) ?? '').length + 1;
  return { ok: false, diagnostics: [{ line: before.length, column, message: 'the file is not UTF-8 text' }] };
}

function unreadable(path: string, cause: NodeJS.ErrnoException): MinimesosError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    return new MinimesosError('FILE_MISSING', `${path} does not exist`, { cause });
  const [reason] = cause.message.split(',');
  return new MinimesosError('FILE_INVALID', `${path} cannot be read: ${reason}`, { cause });
}
