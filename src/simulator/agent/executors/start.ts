import type { ExecutorEntry } from '../tasks/book.js';
import { commandEnvironment, executorEnvironment } from '../tasks/environment.js';
import { argv } from '../tasks/probe.js';
import { type OnEnd, type Supervised, startProcess } from '../tasks/process.js';
import { sayInSandbox } from '../tasks/sandbox.js';
import type { Surroundings } from '../tasks/surroundings.js';

/** Starts the process of an executor that its framework brought; throws where that cannot be. */
export function startExecutor(entry: ExecutorEntry, place: Surroundings, onEnd: OnEnd): Supervised {
  const { directory, meta } = entry;
  const { command = {}, container } = entry.info;
  const env = { ...executorEnvironment(entry, place, directory), ...commandEnvironment(command).variables };
  const shell = command.shell ?? true;
  const [program, args] = shell ? [command.value ?? '', []] : argv(command);
  if (container !== undefined) {
    sayInSandbox(directory, 'The executor runs beside the agent: its container is not simulated');
  }
  return startProcess({ program, args, shell, env, directory, meta }, onEnd);
}
