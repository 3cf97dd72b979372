/** A shell in a folder of its own, in which what a document shows is done, one command after the other. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Of a command in the foreground. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 10;

export class Shell {
  readonly #child: ChildProcess;
  #output = '';

  /** `setup` is done first: a shell function, a variable. */
  constructor(cwd: string, env: NodeJS.ProcessEnv, setup: string) {
    this.#child = spawn('bash', ['--norc'], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child.stdin?.write(`exec 2>&1\n${setup}\n`);
  }

  /** What it printed on stdout and stderr, and its exit code. */
  async run(command: string): Promise<{ lines: string[]; exit: number }> {
    const end = `end ${randomUUID()}`;
    this.#output = '';
    this.#child.stdin?.write(`{ ${command}\n} </dev/null\nprintf '\\n%s %d\\n' '${end}' $?\n`);
    const over = () => new RegExp(`\\n${end} (\\d+)\\n`).exec(this.#output);
    const found = await this.#until(over, () => `${command} has not ended; it printed:\n${this.#output}`);
    return { lines: linesOf(this.#output.slice(0, found.index)), exit: Number(found[1]) };
  }

  async #until<Found>(find: () => Found | null, failure: () => string): Promise<Found> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = find();
      if (found !== null) return found;
      if (performance.now() > end || this.#child.exitCode !== null) throw new Error(failure());
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** With all that it started. */
  end(): void {
    this.#child.stdin?.end();
    if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(-this.#child.pid, 'SIGTERM');
  }
}

export function linesOf(output: string): string[] {
  const lines = output.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  return lines;
}
