import type { CommandInfo } from '../../mesos/shapes.js';
import type { Activity } from './activity.js';
import type { ExecutorEntry, TaskEntry } from './book.js';
import { commandEnvironment, type Environment, executorEnvironment } from './environment.js';
import { argv, probeCommand } from './probe.js';
import { type OnEnd, type Supervised, startProcess } from './process.js';
import type { Surroundings } from './surroundings.js';

/** What is to be run, and where. */
export interface Work {
  entry: TaskEntry;
  executor: ExecutorEntry;
  place: Surroundings;
}

/** By this label a status tells that a placeholder runs, and which image it stands for. */
const PLACEHOLDER_LABEL = 'minimesos.simulator.placeholder';

/** Runs a command beside the agent; with an image it is what stands for that. */
export function startCommand(work: Work, command: CommandInfo, onEnd: OnEnd, image?: string): Activity {
  const { directory, meta } = work.entry;
  const shell = command.shell ?? true;
  const [program, args] = shell ? [command.value ?? '', []] : argv(command);
  const env = environmentOf(work);
  return superviseCommand(work, startProcess({ program, args, shell, env, directory, meta }, onEnd), image);
}

export function superviseCommand(work: Work, process: Supervised, image?: string): Activity {
  return {
    pid: process.pid,
    ...(image === undefined ? {} : { placeholder: true, labels: [{ key: PLACEHOLDER_LABEL, value: image }] }),
    signal: (name) => process.signal(name),
    release: () => process.release(),
    probe: (command, timeoutMs) => probeCommand(command, work.entry.directory, environmentOf(work), timeoutMs),
  };
}

function environmentOf({ entry, executor, place }: Work): Environment {
  const { variables } = commandEnvironment(entry.info.command ?? {});
  return { ...executorEnvironment(executor, place, entry.directory), ...variables };
}
