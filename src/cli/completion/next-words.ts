/** What may come next on a command line that is being typed. Pure. */

import type { CommandWords, OptionWords } from './vocabulary.js';

export interface Next {
  /** What may stand in the place of the last word, whatever of it is typed. */
  words: string[];
  /** Only the engine knows the rest. */
  ask?: 'components' | 'agents' | 'clusters' | undefined;
  /** That the command line names so far. */
  file?: string | undefined;
  cluster?: string | undefined;
}

/** What a value is, by its option or by what an argument is called. */
const ASKED: Record<string, Next['ask']> = {
  '--agent': 'agents',
  '--cluster': 'clusters',
  component: 'components',
};

/** `typed`: the words after `minimesos`, the last of them, perhaps empty, being typed. */
export function nextWords(typed: readonly string[], vocabulary: readonly CommandWords[]): Next {
  const before = typed.slice(0, -1);
  const current = typed.at(-1) ?? '';
  // What stands after -- is another program's.
  if (before.includes('--')) return { words: [] };
  const every = vocabulary.flatMap(({ options }) => options);
  const [name = ''] = read(before, every).args;
  const command = vocabulary.find(({ names }) => names.includes(name));
  const { values, args, open } = read(before, command?.options ?? every);
  const named = { file: values.get('--file'), cluster: values.get('--cluster') };
  if (open) return { words: open.choices ?? [], ask: ASKED[open.names[0] ?? ''], ...named };
  if (current.startsWith('-')) {
    const given = new Set(before);
    const options = (command?.options ?? []).filter(({ names }) => !names.some((name) => given.has(name)));
    return { words: options.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))) };
  }
  if (args.length === 0) return { words: vocabulary.flatMap(({ names }) => names) };
  if (!command || args.length > 1) return { words: [] };
  return { words: command.choices ?? [], ask: ASKED[command.argument ?? ''], ...named };
}

interface Read {
  /** By the first name of their option. */
  values: Map<string, string>;
  args: string[];
  /** The option whose value is being typed. */
  open: OptionWords | undefined;
}

function read(words: readonly string[], options: readonly OptionWords[]): Read {
  const result: Read = { values: new Map(), args: [], open: undefined };
  for (const word of words) {
    if (result.open) {
      result.values.set(result.open.names[0] ?? '', word);
      result.open = undefined;
      continue;
    }
    const [name, value] = word.startsWith('-') ? word.split(/=(.*)/s, 2) : [];
    if (name === undefined) {
      result.args.push(word);
      continue;
    }
    const option = options.find(({ names }) => names.includes(name));
    if (option?.takesValue && value === undefined) result.open = option;
    else if (option && value !== undefined) result.values.set(option.names[0] ?? '', value);
  }
  return result;
}
