import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, type JsonObject, parseJson } from '../../json.js';
import type { ExecutorInfo, FrameworkInfo, Task, TaskInfo } from '../../mesos/shapes.js';
import { writeWhole } from '../whole-file.js';
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
  id: string;
  /** Null where it cannot be read. */
  info: FrameworkInfo | null;
  runs: KeptRun[];
  /** The folders of runs that cannot be read. */
  broken: string[];
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
export function dropRun(meta: string): void {
  // Retried, because a wrapper that was not seen to end may still write there.
  rmSync(meta, { recursive: true, force: true, maxRetries: 3 });
  // The folders `runs` and that of the executor, unless another run is in them.
  for (const folder of [dirname(meta), dirname(dirname(meta))]) {
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

/** All that is kept. A machine that went down, or somebody else, may have left what cannot be read. */
export function readKept(folder: string): KeptFramework[] {
  return names(folder).map((id): KeptFramework => {
    const info = readJson(join(folder, id, FRAMEWORK)) as FrameworkInfo | null;
    const lives = runFolders(join(folder, id, 'executors')).map((life) => ({ life, run: readRun(join(life, RUN)) }));
    const readable = info === null ? [] : lives.flatMap(({ run }) => run ?? []);
    const broken = lives.filter(({ run }) => info === null || run === null).map(({ life }) => life);
    return { id, info, runs: readable, broken };
  });
}

function runFolders(executors: string): string[] {
  return names(executors).flatMap((id) => {
    const runs = join(executors, id, 'runs');
    return names(runs).map((containerId) => join(runs, containerId));
  });
}

function readRun(file: string): KeptRun | null {
  const json = readJson(file);
  return isObject(json?.info) && Array.isArray(json.tasks) ? (json as unknown as KeptRun) : null;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(file: string): JsonObject | null {
  try {
    const json = parseJson(readFileSync(file, 'utf8'));
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}
