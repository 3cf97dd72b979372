/** minimesosFile → ClusterSpec, or every reason why not. */

import { readFile, stat } from 'node:fs/promises';
import type * as z from 'zod/mini';
import { MinimesosError } from '../errors.js';
import type { ClusterSpec, Diagnostic } from '../spec.js';
import { type AppBlock, appBlocks, clusterSpec } from './cluster-spec.js';
import { parse } from './parser.js';
import { Reader } from './reader.js';
import { type ClusterBlock, fileSchema } from './schema.js';
import { decoded, LARGEST, TOO_LARGE } from './text-file.js';
import { byPlace } from './tree.js';

export type Loaded =
  /** `apps` are those of `spec.marathon`, in the same order. */
  { ok: true; spec: ClusterSpec; apps: AppBlock[]; notes: string[] } | { ok: false; diagnostics: Diagnostic[] };

/** More would only hide the first. */
const MOST_DIAGNOSTICS = 100;

/**
 * Never throws. `fileName` is what the notes call the file; `distribution` is to be in place of the file's own, which may
 * know a version of Mesos that the other has not.
 */
export function parseSpec(text: string, fileName: string, distribution?: string): Loaded {
  if (text.length > LARGEST) return tooLarge();
  const { file, diagnostics: syntax } = parse(text);
  const reader = new Reader(fileSchema);
  // Compiling a parser takes longer than the one parse that it would be for.
  const checked = fileSchema.safeParse(reader.read(file), { jitless: true });
  const faults = (checked.error?.issues ?? []).flatMap((issue) => diagnosticOf(issue, reader) ?? []);
  const diagnostics = [...syntax, ...reader.diagnostics, ...faults];
  if (!checked.success || diagnostics.length > 0) return { ok: false, diagnostics: inOrder(diagnostics) };
  const { minimesos: block } = checked.data;
  const placeOf = (path: readonly PropertyKey[]) => reader.placeOf(path);
  const spec = clusterSpec(block, placeOf, distribution);
  const notes = [...noteOnAgents(reader, fileName), ...noteOnVersion(block, spec, reader, fileName)];
  return { ok: true, spec, apps: appBlocks(block, placeOf), notes };
}

/** Rejects with `FILE_MISSING` or `FILE_INVALID` where nothing can be read; what is wrong in a file are diagnostics. */
export async function loadFile(path: string, distribution?: string): Promise<Loaded> {
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (found.isDirectory()) throw new MinimesosError('FILE_INVALID', `${path} is a directory, not a minimesosFile`);
  if (!found.isFile()) throw new MinimesosError('FILE_INVALID', `${path} is not a regular file`);
  if (found.size > LARGEST) return tooLarge();
  const bytes = await readFile(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  const read = decoded(bytes);
  return read.ok ? parseSpec(read.text, path, distribution) : { ok: false, diagnostics: [read.fault] };
}

function noteOnAgents(reader: Reader, fileName: string): string[] {
  const hasAgents = reader.has(['minimesos', 'agent', 0]);
  return hasAgents ? [] : [`${fileName} has no agent block; one default agent is added`];
}

/** In another distribution than its own, a file may get another version of Mesos than it names. */
function noteOnVersion(
  block: ClusterBlock,
  { distribution, mesosVersion }: ClusterSpec,
  reader: Reader,
  fileName: string,
) {
  const { mesosVersion: wanted = mesosVersion } = block;
  if (wanted === mesosVersion) return [];
  const place = reader.placeOf(['minimesos', 'mesosVersion']);
  const message = `distribution "${distribution}" has no Mesos ${wanted}, ${mesosVersion} takes its place`;
  return [formatDiagnostic(fileName, { ...place, message })];
}

/** `minimesosFile:12:9 unknown property "imageNam"; did you mean "imageName"?` */
export function formatDiagnostic(fileName: string, { line, column, message }: Diagnostic): string {
  return `${fileName}:${line}:${column} ${message}`;
}

function diagnosticOf(issue: z.core.$ZodIssue, reader: Reader): Diagnostic | undefined {
  const { path, message } = issue;
  const isMissing = !reader.has(path);
  if (reader.isIncomplete(isMissing ? path.slice(0, -1) : path)) return undefined;
  const name = path.findLast((step) => typeof step === 'string');
  const offset: unknown = issue.code === 'custom' ? issue.params?.offset : undefined;
  const place = typeof offset === 'number' ? reader.placeWithin(path, offset) : reader.placeOf(path);
  return { ...place, message: `${String(name)} ${message}` };
}

/** The first of them, and how many more there are. */
export function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  const sorted = diagnostics.sort(byPlace);
  const next = sorted[MOST_DIAGNOSTICS];
  if (!next) return sorted;
  const rest = { ...next, message: `${sorted.length - MOST_DIAGNOSTICS} more problems from here on` };
  return [...sorted.slice(0, MOST_DIAGNOSTICS), rest];
}

function tooLarge(): Loaded {
  return { ok: false, diagnostics: [{ line: 1, column: 1, message: TOO_LARGE }] };
}

function unreadable(path: string, cause: NodeJS.ErrnoException): MinimesosError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    return new MinimesosError('FILE_MISSING', `${path} does not exist`, { cause });
  const [reason] = cause.message.split(',');
  return new MinimesosError('FILE_INVALID', `${path} cannot be read: ${reason}`, { cause });
}
