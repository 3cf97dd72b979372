/** What commands in containers of the fake engine do, so that it shows what a real one would. */

import type { Exec, OutputStream } from '../../../src/docker/process.js';
import type { Program } from '../../support/fake-docker/exec.js';

/** `test-program.mjs` with this verb, as a command in a container of the test image. */
export function testProgram(...verb: string[]): string[] {
  return ['/bin/node', '/simulator.mjs', ...verb];
}

export const actOutCommand: Program = (exec) => {
  const [program, ...args] = exec.command;
  if (program === 'cat') return copyInput(exec);
  return program === testProgram()[0] ? actOutTestProgram(exec, args.slice(1)) : undefined;
};

async function copyInput({ stdin, stdout }: Exec): Promise<number> {
  for await (const chunk of stdin ?? []) stdout.write(chunk);
  return 0;
}

async function actOutTestProgram(exec: Exec, [verb, ...args]: string[]): Promise<number> {
  const say = (stream: OutputStream, line: string): void => {
    if (exec.terminal) exec.stdout.write(`${line}\r\n`);
    else exec[stream].write(`${line}\n`);
  };
  switch (verb) {
    case 'exit':
      return Number(args[0]);
    case 'say':
    case 'complain':
      for (const line of args) say(verb === 'say' ? 'stdout' : 'stderr', line);
      return 0;
    case 'environment':
      say('stdout', exec.env?.[args[0] ?? ''] ?? 'undefined');
      return 0;
    case 'size': {
      const tell = (): void => say('stdout', `${exec.terminal?.columns}x${exec.terminal?.rows}`);
      exec.terminal?.on('resize', tell);
      tell();
      return new Promise(() => {});
    }
    default:
      return new Promise(() => {});
  }
}
