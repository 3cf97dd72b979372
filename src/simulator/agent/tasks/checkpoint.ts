import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, parseJson } from '../../json.js';
import type { ExecutorInfo, FrameworkInfo, Task, TaskInfo } from '../../mesos/shapes.js';
import type { ExecutorEntry, ExecutorKind, FrameworkEntry, Update } from './book.js';

/** A task as it is kept. */
export interface KeptTask {
  info: TaskInfo;
  task: Task;
  pending: Update[];
  containerId: string;
  siblings: readonly string[];
  kill: { reason?: string } | null;
}

/** An executor's life as it is kept. */
export interface KeptRun {
  kind: ExecutorKind;
  info: ExecutorInfo;
  containerId: string;
  state: ExecutorEntry['state'];
  tasks: KeptTask[];
}

export interface KeptFramework {
  info: FrameworkInfo;
  runs: KeptRun[];
}

const RUN = 'run.json';
const FRAMEWORK = 'framework.info';

/** Keeps an executor's life with its tasks and the updates that nobody acknowledged. */
export function keepRun(executor: ExecutorEntry): void {
  const { kind, info, containerId, state, meta } = executor;
  const tasks = [...executor.tasks.values()].map((entry): KeptTask => {
    const { pending, kill, task, siblings } = entry;
    return { info: entry.info, task, pending, containerId: entry.containerId, siblings, kill };
  });
  const kept: KeptRun = { kind, info, containerId, state, tasks };
  mkdirSync(meta, { recursive: true });
  writeWhole(join(meta, RUN), JSON.stringify(kept));
}

export function keepFramework(folder: string, { id, info }: FrameworkEntry): void {
  mkdirSync(join(folder, id), { recursive: true });
  writeWhole(join(folder, id, FRAMEWORK), JSON.stringify(info));
}

/** The run is over, and everybody knows. */
export function dropRun(executor: ExecutorEntry): void {
  // Retried, because a wrapper that was not seen to end may still write there.
  rmSync(executor.meta, { recursive: true, force: true, maxRetries: 3 });
  // The folders `runs` and that of the executor, unless another run is in them.
  for (const folder of [dirname(executor.meta), dirname(dirname(executor.meta))]) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

export function dropFramework(folder: string, id: string): void {
  rmSync(join(folder, id), { recursive: true, force: true });
}

/** All that is kept; what cannot be read was written by a life that ended in the middle of it, and is as if it were not there. */
export function readKept(folder: string): KeptFramework[] {
  return names(folder).flatMap((id): KeptFramework[] => {
    const info = readJson(join(folder, id, FRAMEWORK));
    if (info === null) return [];
    const executors = join(folder, id, 'executors');
    const runs = names(executors).flatMap((executorId) => {
      const lives = join(executors, executorId, 'runs');
      return names(lives).flatMap((containerId): KeptRun[] => {
        const run = readJson(join(lives, containerId, RUN));
        return run === null ? [] : [run as unknown as KeptRun];
      });
    });
    return [{ info: info as unknown as FrameworkInfo, runs }];
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(file: string): object | null {
  try {
    const json = parseJson(readFileSync(file, 'utf8'));
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

/** Whoever is killed half-way leaves what was there before. */
function writeWhole(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
