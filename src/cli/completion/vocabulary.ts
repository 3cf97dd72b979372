/** The words of the command line: its commands, and the options of each. Read off what yargs is told. */

import yargs from 'yargs';
import { globalOptions } from '../options.js';
import type { Row } from '../row.js';

export interface OptionWords {
  /** As they are typed: `--file`, `-f`. */
  names: string[];
  /** Whether a value follows. */
  takesValue: boolean;
  /** The values that it can have; undefined where it can have any. */
  choices?: string[] | undefined;
}

export interface CommandWords {
  names: string[];
  options: OptionWords[];
  /** What its first argument is called in its help: `component`. */
  argument?: string | undefined;
  /** The values that this can have; undefined where it can have any. */
  choices?: string[] | undefined;
}

/** What yargs gathers of a command; its types do not tell. */
interface Gathered {
  key: Record<string, true>;
  alias: Record<string, string[]>;
  boolean: string[];
  choices: Record<string, string[]>;
  default: Record<string, unknown>;
}

export function vocabularyOf(rows: readonly Row[]): CommandWords[] {
  const words = rows.map(({ command, aliases = [], options }) => {
    const [name = '', ...rest] = command.split(' ');
    const argument = /^[[<](\w+)/.exec(rest[0] ?? '')?.[1];
    const parser = globalOptions(yargs());
    const gathered = (options?.(parser) ?? parser) as unknown as { getOptions(): Gathered };
    const all = gathered.getOptions();
    const choices = argument === undefined ? undefined : all.choices[argument];
    return { names: [name, ...aliases], options: optionsOf(all, argument), argument, choices };
  });
  const names = words.flatMap((each) => each.names);
  return [...words, { names: ['help'], options: [], argument: 'command', choices: names }];
}

function optionsOf({ key, alias, boolean, choices, default: defaults }: Gathered, argument?: string): OptionWords[] {
  const others = new Set([argument, ...Object.values(alias).flat()]);
  const own = Object.keys(key).filter((name) => !others.has(name));
  return own.map((name) => {
    const takesValue = !boolean.includes(name);
    // Of what is so unless it is denied, only the denial is worth typing.
    const said = !takesValue && defaults[name] === true ? `no-${name}` : name;
    return { names: [said, ...(alias[name] ?? [])].map(asTyped), takesValue, choices: choices[name] };
  });
}

function asTyped(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
