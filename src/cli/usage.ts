/** What is said of a command line that is not understood. Pure. */

import { ERRORS, MinimesosError } from '../errors.js';
import { anyOf, didYouMean } from '../minimesosfile/wording.js';
import type { CommandWords } from './completion/vocabulary.js';

/** A `USAGE` of yargs or of a command: in our words, with what was probably meant, and where the rest is told. */
export function usageError(
  { code, message, hint, details }: MinimesosError,
  typed: readonly string[],
  vocabulary: readonly CommandWords[],
): MinimesosError {
  const command = vocabulary.find(({ names }) => names.includes(typed.find((word) => !word.startsWith('-')) ?? ''));
  const help = command ? `minimesos help ${command.names[0]}` : hint;
  return new MinimesosError(code, inOurWords(message, { typed, vocabulary, command }), {
    hint: hint === ERRORS.USAGE.hint ? help : hint,
    details,
  });
}

interface Typed {
  typed: readonly string[];
  vocabulary: readonly CommandWords[];
  /** Undefined where none was typed, or none that there is. */
  command: CommandWords | undefined;
}

/** Other sentences than those of yargs stay as they are. */
function inOurWords(sentence: string, line: Typed): string {
  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(sentence) ?? [];
  if (unknown) return `unknown argument "${unknown}"${didYouMean(unknown, candidatesFor(unknown, line))}`;
  const [, option] = /^Not enough arguments following: (.+)$/.exec(sentence) ?? [];
  if (option) return `${asTyped(option)} takes a value`;
  const { names: [name] = [], argument, choices } = line.command ?? {};
  if (sentence.startsWith('Not enough non-option arguments:')) {
    return `${name} takes a ${argument}${choices ? `: ${anyOf(choices)}` : ''}`;
  }
  const [, of = '', given, known = ''] = /Argument: (\S+), Given: (".*"), Choices: (.*)$/s.exec(sentence) ?? [];
  if (!given) return sentence;
  return `${of === argument ? name : asTyped(of)} takes ${anyOf(known.replaceAll('"', '').split(', '))}, not ${given}`;
}

/** Names of options for what was typed as one, else those of commands. */
function candidatesFor(unknown: string, { typed, vocabulary, command }: Typed): string[] {
  const isOption = typed.some((word) => word.startsWith('-') && bare(word) === unknown);
  if (!isOption) return command ? (command.choices ?? []) : vocabulary.flatMap(({ names }) => names);
  const options = (command ? [command] : vocabulary).flatMap((each) => each.options);
  return options.flatMap(({ names }) => names.map(bare));
}

/** An option without its dashes, its denial and its value, as yargs names it. */
function bare(option: string): string {
  return option.replace(/^-+(no-)?/, '').replace(/=.*$/s, '');
}

function asTyped(option: string): string {
  return option.length === 1 ? `-${option}` : `--${option}`;
}
