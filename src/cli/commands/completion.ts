import { openCluster } from '../cluster.js';
import { type Next, nextWords } from '../completion/next-words.js';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.js';
import { vocabularyOf } from '../completion/vocabulary.js';
import type { Command, Context } from '../context.js';
import type { Row } from '../row.js';

/** Nobody who presses a key waits longer for an engine. */
const PATIENCE_MS = 1_500;

/** The command that knows all others, itself too. */
export function completionRow(others: readonly Row[]): Row {
  const row: Row = {
    command: 'completion <shell>',
    summary: 'print what makes a shell complete command lines: bash, zsh or fish',
    options: (command) => command.positional('shell', { choices: SHELLS, describe: 'the shell that runs it' }),
    takesCommand: true,
    run: (context: Context, flags: { shell: Shell }) => completion([...others, row])(context, flags),
  };
  return row;
}

/** The script of a shell; with words of a command line after `--`, what may come next, one a line, as the script asks. */
function completion(rows: readonly Row[]): Command<{ shell: Shell }> {
  return async (context, { shell }) => {
    const { otherCommand, print } = context;
    if (otherCommand.length === 0) {
      print(SCRIPTS[shell]);
      return 0;
    }
    const next = nextWords(otherCommand, vocabularyOf(rows));
    const words = [...next.words, ...(next.ask ? await inTime(known(context, next)) : [])];
    if (words.length > 0) print(words.join('\n'));
    return 0;
  };
}

/** Ids that the engine knows. */
async function known(context: Context, { ask, file, cluster }: Next): Promise<string[]> {
  const { connect } = await import('../../docker/dockerode.js');
  const { listClusters } = await import('../../api/listing.js');
  const listed = listClusters(connect());
  if (ask === 'clusters') return (await listed).map(({ id }) => id);
  const meant = { ...context, args: { ...context.args, file, cluster }, tell: () => {} };
  const [{ id }, clusters] = await Promise.all([openCluster(meant, { find: true }), listed]);
  const components = clusters.find((each) => each.id === id)?.components.map((each) => each.id) ?? [];
  return ask === 'agents' ? components.filter((each) => each.startsWith('agent-')) : components;
}

/** Nothing where there is no engine, no such cluster, or no answer in time. */
async function inTime(words: Promise<string[]>): Promise<string[]> {
  const late = new Promise<string[]>((done) => setTimeout(done, PATIENCE_MS, []));
  return Promise.race([words.catch(() => []), late]);
}
