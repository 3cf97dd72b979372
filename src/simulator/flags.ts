import { readFileSync } from 'node:fs';
import { formatDuration, parseDuration } from './duration.js';
import { parseJson } from './json.js';

export type FlagType = 'string' | 'bool' | 'int' | 'number' | 'duration' | 'bytes' | 'json';

/** A flag that a daemon knows: its type, its default as Mesos prints it (absent: not set), another name it has. */
export interface FlagSpec {
  type: FlagType;
  default?: string;
  alias?: string;
  /** In ms for a duration: a value outside is refused. */
  between?: readonly [low: string, high: string];
}

export type FlagSpecs = { readonly [name: string]: FlagSpec };

/** The flags as loaded: every set one as text in Mesos' spelling, which `/flags` shows. */
export type Flags = ReadonlyMap<string, string>;

/** What is wrong with a command line, in Mesos' words. */
export class FlagError extends Error {}

interface Given {
  value: string | null;
  /** As written on the command line: `no-quiet`, or an alias. */
  via: string;
  negated: boolean;
}

/** Loads flags as Mesos does: the command line wins over MESOS_<NAME>, an unknown variable is nobody's, an unknown flag is an error. */
export function loadFlags(
  specs: FlagSpecs,
  args: readonly string[],
  env: { readonly [name: string]: string | undefined },
): Flags {
  const aliases = new Map(
    Object.entries(specs).flatMap(([name, { alias }]) => (alias === undefined ? [] : [[alias, name]])),
  );
  const given = new Map<string, Given>();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('MESOS_') || value === undefined) continue;
    const via = variable.slice('MESOS_'.length).toLowerCase();
    const name = aliases.get(via) ?? via;
    if (Object.hasOwn(specs, name)) given.set(name, { value, via, negated: false });
  }
  for (const each of commandLine(args, (name) => specs[aliases.get(name) ?? name]?.type === 'bool')) {
    const known = aliases.get(each.via) ?? each.via;
    const positive = each.via.replace(/^no-/, '');
    const name = aliases.get(positive) ?? positive;
    if (Object.hasOwn(specs, known)) given.set(known, each);
    else if (each.via.startsWith('no-') && Object.hasOwn(specs, name)) given.set(name, { ...each, negated: true });
    else
      throw new FlagError(
        `Failed to load unknown flag '${positive}'${positive === each.via ? '' : ` via '${each.via}'`}`,
      );
  }
  const flags = new Map<string, string>();
  for (const name of Object.keys(specs).sort()) {
    const spec = specs[name];
    const value = spec === undefined ? undefined : load(name, spec, given.get(name));
    if (value !== undefined) flags.set(name, value);
  }
  return flags;
}

function* commandLine(args: readonly string[], isBool: (name: string) => boolean): Generator<Given> {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') return;
    // What is no flag is ignored, as Mesos does.
    if (!arg.startsWith('--')) continue;
    const equals = arg.indexOf('=');
    if (equals !== -1) {
      yield { via: arg.slice(2, equals), value: arg.slice(equals + 1), negated: false };
      continue;
    }
    const via = arg.slice(2);
    const next = args[at + 1];
    const takesNext = next !== undefined && !next.startsWith('--') && !isBool(via) && !via.startsWith('no-');
    if (takesNext) at += 1;
    yield { via, value: takesNext ? next : null, negated: false };
  }
}

function load(name: string, spec: FlagSpec, given: Given | undefined): string | undefined {
  if (given === undefined) return spec.default;
  if (given.negated) {
    if (spec.type !== 'bool') throw new FlagError(`Failed to load non-boolean flag '${name}' via '${given.via}'`);
    if (given.value !== null)
      throw new FlagError(`Failed to load boolean flag '${name}' via '${given.via}' with value '${given.value}'`);
    return 'false';
  }
  if (given.value === null) {
    if (spec.type !== 'bool') throw new FlagError(`Failed to load non-boolean flag '${name}': Missing value`);
    return 'true';
  }
  const raw = fetch(name, given.value);
  const wrong = (reason: string): FlagError =>
    new FlagError(`Failed to load flag '${name}': Failed to load value '${raw}': ${reason}`);
  switch (spec.type) {
    case 'string':
      return raw;
    case 'bool':
      if (raw === 'true' || raw === '1') return 'true';
      if (raw === 'false' || raw === '0') return 'false';
      throw wrong('Expecting a boolean (e.g., true or false)');
    case 'int':
      if (/^[+-]?\d+$/.test(raw)) return String(Number(raw));
      throw wrong('Failed to convert into required type');
    case 'number':
      if (raw.trim() !== '' && Number.isFinite(Number(raw))) return String(Number(raw));
      throw wrong('Failed to convert into required type');
    case 'bytes':
      if (/^\d+(B|KB|MB|GB|TB)$/.test(raw)) return raw;
      throw wrong(`Invalid bytes '${raw}'`);
    case 'json':
      if (parseJson(raw) !== undefined || raw.startsWith('/')) return raw;
      throw wrong(`syntax error at line 1 near: ${raw.slice(1)}`);
    case 'duration': {
      const ms = parseDuration(raw);
      if (ms === undefined) throw wrong(`Invalid duration '${raw}'`);
      const [low, high] = spec.between ?? [];
      if (
        low !== undefined &&
        high !== undefined &&
        (ms < (parseDuration(low) ?? 0) || ms > (parseDuration(high) ?? 0))
      ) {
        throw new FlagError(`Expected \`--${name}\` to be between ${low} and ${high}`);
      }
      return formatDuration(ms);
    }
  }
}

/** A flag's value may be in a file. */
function fetch(name: string, value: string): string {
  if (!value.startsWith('file://')) return value;
  try {
    return readFileSync(value.slice('file://'.length), 'utf8').trim();
  } catch {
    throw new FlagError(`Failed to load flag '${name}': Failed to fetch value from '${value}'`);
  }
}

/** A set duration flag in ms. */
export function durationFlag(flags: Flags, name: string): number {
  return parseDuration(flags.get(name) ?? '') ?? 0;
}

/** Flags of one type by name, each with its default as Mesos prints it; null: not set unless given. */
export function flagSpecs(type: FlagType, defaults: { [name: string]: string | null }): FlagSpecs {
  const entries = Object.entries(defaults).map(([name, value]): [string, FlagSpec] => [
    name,
    value === null ? { type } : { type, default: value },
  ]);
  return Object.fromEntries(entries);
}

const OWN_FLAGS: readonly string[] = ['mesos_version', 'status_update_retry_interval', 'zk_patience'];

/** The flags that `/flags` shows; the simulator's own are none of Mesos'. */
export function shownFlags(flags: Flags): { [name: string]: string } {
  return Object.fromEntries([...flags].filter(([name]) => !OWN_FLAGS.includes(name)));
}

/** What `--help` prints. */
export function help(program: string, specs: FlagSpecs): string {
  const lines = Object.entries(specs).map(([name, spec]) => {
    const shown = spec.type === 'bool' ? `--[no-]${name}` : `--${name}=VALUE`;
    return `  ${shown.padEnd(60)}${spec.default === undefined ? '' : `(default: ${spec.default})`}`.trimEnd();
  });
  return `Usage: ${program} [options]\n\n${lines.join('\n')}\n`;
}
