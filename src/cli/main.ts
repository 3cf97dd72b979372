/** From arguments to an exit code. The only place that picks one, and the only one that writes an error. */

import { asMinimesosError, type MinimesosError } from '../errors.js';
import { runCommandLine } from './commands.js';
import { type Context, describe, type GlobalArgs, type Streams } from './context.js';
import { painter } from './paint.js';

/** The process' own: streams, environment, signals. A second Ctrl-C ends it at once. */
export function start(): void {
  const { argv, env, stdin, stdout, stderr } = process;
  const abort = new AbortController();
  const stop = () => (abort.signal.aborted ? process.exit(130) : abort.abort());
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // A reader that went away, as head does, ends nothing.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  void main(argv.slice(2), env, { stdin, stdout, stderr }, abort).then((exit) => {
    // Not left to the event loop: an engine that never answers would keep it.
    stdout.write('', () => process.exit(exit));
  });
}

export async function main(
  argv: string[],
  env: NodeJS.ProcessEnv,
  streams: Streams,
  abort: AbortController,
): Promise<number> {
  const paint = painter(streams.stderr.isTTY === true, env);
  let context: Context | undefined;
  const open = (args: GlobalArgs): Context => {
    context = contextOf(args, env, streams, abort);
    return context;
  };
  try {
    return await runCommandLine(oldSpellings(argv), open, streams);
  } catch (thrown) {
    const error = asMinimesosError(thrown);
    streams.stderr.write(`${describe(error, paint)}\n`);
    if (context?.args.debug && error.cause instanceof Error) streams.stderr.write(`${error.cause.stack}\n`);
    if (context?.args.output === 'json') context.printJson({ error: documentOf(error) });
    return error.exit;
  }
}

function contextOf(args: GlobalArgs, env: NodeJS.ProcessEnv, streams: Streams, abort: AbortController): Context {
  const terminal = streams.stderr.isTTY === true;
  return {
    args,
    streams,
    signal: abort.signal,
    stop: () => abort.abort(),
    live: terminal && !args.debug && env.TERM !== 'dumb',
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

/** What 0.13 accepted beside `--help`. */
function oldSpellings(argv: string[]): string[] {
  return argv.map((word) => (word === '-help' || word === '-?' ? '--help' : word));
}
