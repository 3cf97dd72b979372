/** From arguments to an exit code. The only place that picks one, and the only one that writes an error. */

import { asMinimesosError, type MinimesosError } from '../errors.js';
import { withoutCredentials } from '../secrets.js';
import { runCommandLine } from './commands.js';
import { type Context, describe, type GlobalArgs, type Streams } from './context.js';
import { painter } from './paint.js';

interface Signals {
  /** Fires when the user asks for an end. */
  abort: AbortController;
  handOver(to: (signal: NodeJS.Signals) => void): void;
}

/** The process' own: streams, environment, signals. A second Ctrl-C ends it at once. */
export function start(): void {
  const { argv, env, stdin, stdout, stderr } = process;
  const abort = new AbortController();
  let receive = (_signal: NodeJS.Signals): void => (abort.signal.aborted ? process.exit(130) : abort.abort());
  // One listener for good: a signal that comes while listeners change places is lost.
  const pass = (signal: NodeJS.Signals) => receive(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const signals: Signals = {
    abort,
    handOver: (to) => {
      receive = to;
      process.on('SIGHUP', pass);
    },
  };
  // A reader that went away, as head does, ends nothing.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  void main(argv.slice(2), env, { stdin, stdout, stderr }, signals).then((exit) => {
    // Not left to the event loop: an engine that never answers would keep it.
    stdout.write('', () => process.exit(exit));
  });
}

export async function main(
  argv: string[],
  env: NodeJS.ProcessEnv,
  streams: Streams,
  signals: Signals,
): Promise<number> {
  const paint = painter(streams.stderr.isTTY === true, env);
  let context: Context | undefined;
  const open = (args: GlobalArgs, otherCommand: readonly string[]): Context => {
    context = contextOf({ args, otherCommand }, env, streams, signals);
    return context;
  };
  try {
    return await runCommandLine(oldSpellings(argv), open, streams);
  } catch (thrown) {
    const error = asMinimesosError(thrown);
    streams.stderr.write(`${describe(error, paint)}\n`);
    if (context?.args.debug && error.cause instanceof Error) {
      streams.stderr.write(`${withoutCredentials(error.cause.stack ?? '')}\n`);
    }
    if (context?.args.output === 'json') context.printJson({ error: documentOf(error) });
    return error.exit;
  }
}

type Words = Pick<Context, 'args' | 'otherCommand'>;

function contextOf(words: Words, env: NodeJS.ProcessEnv, streams: Streams, { abort, handOver }: Signals): Context {
  const terminal = streams.stderr.isTTY === true;
  return {
    ...words,
    streams,
    signal: abort.signal,
    stop: () => abort.abort(),
    handOverSignals: handOver,
    live: terminal && !words.args.debug && env.TERM !== 'dumb',
    paint: painter(terminal, env),
    paintResult: painter(streams.stdout.isTTY === true, env),
    print: (text) => void streams.stdout.write(`${text}\n`),
    printJson: (document) => void streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    printJsonLine: (document) => void streams.stdout.write(`${JSON.stringify(document)}\n`),
    tell: (text) => void streams.stderr.write(`${text}\n`),
  };
}

function documentOf({ code, message, hint, details }: MinimesosError) {
  return { code, message, ...(hint ? { hint } : {}), ...(details.length > 0 ? { details } : {}) };
}

/** What 0.13 accepted beside `--help`; after `--` stands what another program is to be given. */
function oldSpellings(argv: string[]): string[] {
  const dashes = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const isHelp = (word: string, at: number) => at < dashes && (word === '-help' || word === '-?');
  return argv.map((word, at) => (isHelp(word, at) ? '--help' : word));
}
