import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseJson } from '../../json.js';
import type { Files } from '../../mesos/files.js';
import type { AllocatedResource } from '../../mesos/shapes.js';
import { writeWhole } from '../whole-file.js';
import type { ExecutorEntry } from './book.js';
import { metaFrameworks, sandboxFrameworks } from './layout.js';
import { latestOf } from './sandbox.js';
import { after } from './time.js';

export interface SandboxesOptions {
  files: Files;
  workDirectory: string;
  agentId(): string;
  /** How long a sandbox stays after its executor. */
  delayMs: number;
}

/** So many wait at most; of more than that, the oldest go early, as Mesos does where the disk is short. */
const MAX_WAITING = 2000;

/** Shows the sandboxes under `/files`, and removes them when their time is over. */
export class Sandboxes {
  readonly #options: SandboxesOptions;
  /** The oldest first; times in ms. */
  readonly #waiting: { directory: string; at: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SandboxesOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  show({ framework, info, directory }: ExecutorEntry): void {
    const { files } = this.#options;
    files.attach(directory, directory);
    files.attach(latestOf(directory), directory);
    files.attach(virtualPath(framework.id, info.executor_id.value), directory);
  }

  /** The executor is listed no more; a newer run of the same one stays. */
  forget({ framework, info, directory }: ExecutorEntry): void {
    const { files } = this.#options;
    files.detach(directory);
    for (const path of [latestOf(directory), virtualPath(framework.id, info.executor_id.value)]) {
      if (files.attached.get(path) === directory) files.detach(path);
    }
  }

  collectLater({ directory }: Pick<ExecutorEntry, 'directory'>): void {
    this.#wait(directory, Date.now() + this.#options.delayMs);
  }

  /** What an earlier life of this agent left, without those of `live`. */
  collectLeft(live: ReadonlySet<string>): void {
    const { workDirectory, agentId, delayMs } = this.#options;
    const left = runsIn(sandboxFrameworks(workDirectory, agentId())).filter((directory) => !live.has(directory));
    const ages = left.map((directory) => ({ directory, at: statSync(directory).mtimeMs + delayMs }));
    for (const { directory, at } of ages.sort((a, b) => a.at - b.at)) this.#wait(directory, at);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  keepResources(resources: AllocatedResource[]): void {
    writeWhole(this.#resourcesFile(), JSON.stringify(resources));
  }

  keptResources(): AllocatedResource[] | undefined {
    try {
      const kept = parseJson(readFileSync(this.#resourcesFile(), 'utf8'));
      return Array.isArray(kept) ? (kept as unknown as AllocatedResource[]) : undefined;
    } catch {
      return undefined;
    }
  }

  #resourcesFile(): string {
    return join(dirname(metaFrameworks(this.#options.workDirectory, this.#options.agentId())), 'resources.info');
  }

  #wait(directory: string, at: number): void {
    this.#waiting.push({ directory, at });
    while (this.#waiting.length > MAX_WAITING) this.#removeFirst();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#timer = after(first.at - Date.now(), () => this.#collect());
    this.#timer.unref();
  }

  #collect(): void {
    while ((this.#waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= Date.now()) this.#removeFirst();
    this.#schedule();
  }

  #removeFirst(): void {
    const first = this.#waiting.shift();
    // What cannot go now, because somebody writes there, is looked for in the agent's next life.
    if (first !== undefined) remove(first.directory).catch(() => {});
  }
}

function virtualPath(frameworkId: string, executorId: string): string {
  return `/frameworks/${frameworkId}/executors/${executorId}/runs/latest`;
}

/** With the folders above that have nothing else in them. */
async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const runs = dirname(directory);
  // At one go, or a new run might begin in between.
  if (names(runs).some((name) => name !== 'latest')) return;
  rmSync(dirname(runs), { recursive: true, force: true });
}

function runsIn(frameworks: string): string[] {
  return names(frameworks).flatMap((framework) => {
    const executors = join(frameworks, framework, 'executors');
    return names(executors).flatMap((executor) => {
      const runs = join(executors, executor, 'runs');
      return names(runs)
        .filter((run) => run !== 'latest')
        .map((run) => join(runs, run));
    });
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => basename(name));
  } catch {
    return [];
  }
}
