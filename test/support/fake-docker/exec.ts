import type { Exec } from '../../../src/docker/process.js';
import { MinimesosError } from '../../../src/errors.js';
import type { FakeContainer } from './container.js';
import { conflict } from './refusals.js';

/** Plays a command in a container and gives its exit code; undefined where the container has no such program. */
export type Program = (exec: Exec, container: FakeContainer) => Promise<number> | undefined;

export async function runIn(
  container: FakeContainer,
  exec: Exec,
  program: Program,
  signal: AbortSignal,
): Promise<number> {
  if (container.state !== 'running') throw conflict(`Container ${container.id} is not running`);
  const code = program(exec, container);
  if (code === undefined) {
    throw new MinimesosError('NO_COMMAND', `the container has no command "${exec.command[0]}"`);
  }
  return Promise.race([code, interrupted(signal)]);
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new MinimesosError('INTERRUPTED', 'interrupted'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
