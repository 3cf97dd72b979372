/** A command in a container that runs. */

import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { MinimesosError } from '../errors.js';
import { type Piece, piecesOf } from './frames.js';
import type { Exec, Terminal } from './process.js';

const LOOK_EVERY_MS = 20;

/** A process that is just being started has no terminal yet: so often it is told the size of its own again. */
const SIZE_ATTEMPTS = 10;

/** See `Docker.exec`. */
export async function execute(engine: Dockerode, id: string, spec: Exec, signal: AbortSignal): Promise<number> {
  try {
    const [exec, connection] = await begin(engine.getContainer(id), spec, signal);
    const refusal = await converse(exec, connection, spec, signal);
    const code = await exitCodeOf(exec, signal);
    if (refusal !== '' && [126, 127].includes(code)) throw refusalOf(spec.command, refusal);
    if (refusal !== '') await write(spec.stdout, Buffer.from(refusal), signal);
    return code;
  } catch (thrown) {
    throw signal.aborted ? new MinimesosError('INTERRUPTED', 'interrupted', { cause: thrown }) : thrown;
  }
}

async function begin(
  container: Dockerode.Container,
  { command, env = {}, terminal, stdin }: Exec,
  abortSignal: AbortSignal,
): Promise<[Dockerode.Exec, Duplex]> {
  const Tty = terminal !== undefined;
  const exec = await container.exec({
    Cmd: command,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdin: stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Tty,
    abortSignal,
  });
  return [exec, await exec.start({ hijack: true, stdin: stdin !== undefined, Tty, abortSignal })];
}

/** Passes on what is said, both ways, to its end. Gives the engine's words where they came in the place of a process'. */
async function converse(
  exec: Dockerode.Exec,
  connection: Duplex,
  { stdin, stdout, stderr, terminal }: Exec,
  signal: AbortSignal,
): Promise<string> {
  const close = (): void => void connection.destroy();
  // Who cannot be read any more has said all.
  const endInput = (): void => void connection.end();
  const letGo = terminal ? keepSize(exec, terminal) : () => {};
  signal.addEventListener('abort', close, { once: true });
  stdin?.on('error', endInput).pipe(connection);
  let refusal = '';
  try {
    for await (const { stream, bytes } of terminal ? undivided(connection) : piecesOf(connection)) {
      if (refusal !== '' || isRefusal(bytes)) refusal += bytes;
      else await write(stream === 'stdout' ? stdout : stderr, bytes, signal);
    }
  } catch (thrown) {
    // A process that ended before it had read all: what it said has come.
    if (!['EPIPE', 'ECONNRESET'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
  } finally {
    letGo();
    signal.removeEventListener('abort', close);
    stdin?.off('error', endInput).unpipe(connection);
    connection.on('error', () => {}).destroy();
  }
  return refusal;
}

async function* undivided(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  for await (const bytes of chunks) yield { stream: 'stdout', bytes };
}

async function write(target: NodeJS.WritableStream, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (!target.write(bytes)) await once(target, 'drain', { signal });
}

/** Gives what lets go of the terminal. */
function keepSize(exec: Dockerode.Exec, terminal: Terminal): () => void {
  let over = false;
  const tell = (): Promise<unknown> => exec.resize({ h: terminal.rows, w: terminal.columns });
  const tellFirst = async (): Promise<void> => {
    for (let attempt = 1; attempt <= SIZE_ATTEMPTS && !over; attempt++) {
      const told = await tell().then(
        () => true,
        () => false,
      );
      if (told) return;
      await after(attempt * 10);
    }
  };
  const changed = (): void => void tell().catch(() => {});
  void tellFirst();
  terminal.on('resize', changed);
  return () => {
    over = true;
    terminal.off('resize', changed);
  };
}

/** The last words may have come before the engine has noticed the end. */
async function exitCodeOf(exec: Dockerode.Exec, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { Running, ExitCode } = await exec.inspect({ abortSignal: signal });
    if (!Running && ExitCode !== null) return ExitCode;
    await after(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** As every engine begins that runs containers by the OCI's rules. */
function isRefusal(bytes: Buffer): boolean {
  return bytes.toString('latin1').startsWith('OCI runtime exec failed: ');
}

function refusalOf([program = '']: string[], said: string): MinimesosError {
  const [, reason = said] = /: exec: ".*?": (.*?)(?:: unknown)?\s*$/s.exec(said) ?? [];
  const missing = /executable file not found|no such file or directory/.test(reason);
  return missing
    ? new MinimesosError('NO_COMMAND', `the container has no command "${program}"`)
    : new MinimesosError('COMMAND_REFUSED', `"${program}" cannot be run in the container: ${reason.trim()}`);
}
