/** A spec as a program writes it: any part of what a minimesosFile says, over its defaults or over a file. */

import { isDeepStrictEqual } from 'node:util';
import { MinimesosError } from '../errors.js';
import { parseSpec } from '../minimesosfile/load.js';
import { print } from '../minimesosfile/print.js';
import type { ClusterSpec, Diagnostic } from '../spec.js';

type Patch<Value> = Value extends readonly (infer Each)[]
  ? Patch<Each>[]
  : Value extends object
    ? { [Key in keyof Value]?: Patch<Value[Key]> | null | undefined }
    : Value;

/**
 * Any part of a spec. What is left out stays as it is; a block is merged, and so is its `env`; a list takes the place of
 * the one before (each agent in it starts from an agent's defaults); `null` gives back the default, and takes out a
 * block that need not be there. `{ agents: [{ name: 'ssd' }, {}], marathon: {} }`
 */
export type SpecPatch = Patch<ClusterSpec>;

/**
 * The text of a minimesosFile that says what the patch says over this spec, or over the defaults. Rejects with
 * `FILE_INVALID` what no minimesosFile may say.
 */
export function patchedText(patch: SpecPatch, spec?: ClusterSpec): string {
  if (!isBlock(patch)) throw broken(['it must be an object']);
  const wanted = merged(spec ?? standardOf(patch.distribution), patch);
  const text = print(wanted);
  const read = parseSpec(text, 'the spec');
  if (!read.ok) throw broken(read.diagnostics.map((diagnostic) => placed(diagnostic, text)));
  const unknown = namesLost(wanted, read.spec);
  if (unknown.length > 0) throw broken(unknown.map((name) => `no minimesosFile has ${name}`));
  return text;
}

function merged(spec: ClusterSpec, patch: SpecPatch): ClusterSpec {
  const bare = standardOf(patch.distribution);
  const full = specOfAllBlocks();
  const change = (name: string, value: unknown): unknown => {
    if (value === undefined) return at(spec, name);
    if (value === null) return at(bare, name);
    return over(at(spec, name) ?? at(full, name), value, at(full, name), name);
  };
  const changed = Object.entries(patch).map(([name, value]) => [name, change(name, value)]);
  return { ...spec, ...Object.fromEntries(changed) } as ClusterSpec;
}

/** `usual` is what stands for it by default. */
function over(before: unknown, patch: unknown, usual: unknown, path: string): unknown {
  if (patch === undefined) return before;
  if (patch === null) return usual;
  if (Array.isArray(usual)) {
    if (!Array.isArray(patch)) throw broken([`${path} must be a list`]);
    return patch.map((each, index) => item(usual[0], each, `${path}[${index}]`));
  }
  if (!isBlock(usual)) {
    if (typeof patch !== 'object') return patch;
    throw broken([`no minimesosFile has ${Array.isArray(patch) ? 'a list' : 'an object'} ${path}`]);
  }
  if (!isBlock(patch)) throw broken([`${path} must be an object`]);
  const changed = Object.entries(patch).map(([name, value]) => [
    name,
    over(at(before, name), value, at(usual, name), `${path}.${name}`),
  ]);
  return { ...(before as object), ...Object.fromEntries(changed) };
}

/** Of a list. Of all that are in lists, agents alone have defaults. */
function item(usual: unknown, wanted: unknown, path: string): unknown {
  if (/^agents\[\d+\]$/.test(path)) return over(usual, wanted, usual, path);
  if (!isBlock(wanted)) throw broken([`${path} must be an object`]);
  return wanted;
}

/** With the defaults of every block. */
export function specOfAllBlocks(): ClusterSpec {
  return standard('minimesos { agent { }; marathon { }; consul { }; registrator { }; mesosdns { }; scope { } }');
}

/** A distribution may have another version of Mesos. */
function standardOf(distribution: unknown): ClusterSpec {
  return standard(
    `minimesos { ${typeof distribution === 'string' ? `distribution = ${JSON.stringify(distribution)}` : ''} }`,
  );
}

function standard(text: string): ClusterSpec {
  const read = parseSpec(text, 'the defaults');
  if (!read.ok) throw broken(read.diagnostics.map(({ message }) => message));
  return read.spec;
}

/** What was wanted and did not come back from the language: it has no such name. */
function namesLost(wanted: unknown, read: unknown, path = ''): string[] {
  if (wanted === undefined || isDeepStrictEqual(wanted, read)) return [];
  if (read === undefined) return [path];
  if (typeof wanted !== 'object' || wanted === null) return [];
  return Object.entries(wanted).flatMap(([name, value]) =>
    namesLost(value, at(read, name), path === '' ? name : `${path}.${name}`),
  );
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function isBlock(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nobody sees the text that it was found in, so its blocks are told with it; the line itself may hold a password. */
function placed({ line, message }: Diagnostic, text: string): string {
  const blocks = blocksAround(line, text.split('\n')).slice(1);
  return blocks.length > 0 ? `${message} (in ${blocks.join('.')})` : message;
}

/** Those that are still open at a line of a printed text, the outermost first: `minimesos`, `agent`, `env`. */
function blocksAround(line: number, lines: string[]): string[] {
  let depth = depthOf(lines[line - 1]);
  const open: string[] = [];
  for (const above of lines.slice(0, line - 1).reverse()) {
    const [, name] = /^ *(\w+) \{$/.exec(above) ?? [];
    if (name === undefined || depthOf(above) >= depth) continue;
    depth = depthOf(above);
    open.unshift(name);
  }
  return open;
}

function depthOf(line = ''): number {
  return line.search(/\S|$/);
}

function broken(details: string[]): MinimesosError {
  const problems = details.length === 1 ? 'a problem' : `${details.length} problems`;
  return new MinimesosError('FILE_INVALID', `the spec has ${problems}: ${details[0]}`, {
    details,
    hint: 'nothing was changed',
  });
}
