/** A folder with a minimesosFile, and the built command line run in it as a user would. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { identify } from '../../src/api/identity.js';
import type { Docker } from '../../src/docker/docker.js';
import type { Step } from '../../src/model.js';
import type { Status } from '../../src/status.js';
import { engine, removeLabelled } from './engine.js';

export interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
}

export interface Applied {
  converged: boolean;
  steps: Step[];
  elapsedMs: number;
  status: Status;
}

const END_WITHIN_MS = 5_000;
/** The built command line. */
export const BIN = resolve(import.meta.dirname, '../../bin/minimesos.js');

/** What each test project starts from; `env` comes on top of the process' own. */
interface Setting {
  env?: Record<string, string>;
  /** What is piped in; else nothing ever is. */
  stdin?: string;
}

/** An engine that is not the one which the environment names. */
export interface Elsewhere {
  docker: Docker;
  /** What each command line is put behind. */
  via: readonly string[];
  env: Record<string, string>;
}

export class Project implements AsyncDisposable {
  /** Those that run. */
  readonly #children = new Map<ChildProcess, Promise<unknown>>();

  private constructor(
    readonly folder: string,
    readonly id: string,
    private readonly at: Elsewhere,
  ) {}

  get docker(): Docker {
    return this.at.docker;
  }

  /** In a new folder, hence a cluster that no other test and no other run has. */
  static async create(
    minimesosFile?: string,
    at: Elsewhere = { docker: engine(), via: [], env: {} },
  ): Promise<Project> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-e2e-')));
    const { id } = await identify(join(folder, 'minimesosFile'));
    const project = new Project(folder, id, at);
    if (minimesosFile !== undefined) await project.write(minimesosFile);
    return project;
  }

  write(text: string, name = 'minimesosFile'): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  spawn(args: string[], { env = {} }: Setting = {}): ChildProcess {
    const [program = '', ...rest] = [...this.at.via, process.execPath, BIN, ...args];
    const child = spawn(program, rest, { cwd: this.folder, env: { ...process.env, ...this.at.env, ...env } });
    const ended = new Promise((done) => child.on('close', done).on('error', done));
    this.#children.set(child, ended);
    void ended.then(() => this.#children.delete(child));
    return child;
  }

  run(args: string[], setting: Setting = {}): Promise<Ran> {
    const child = this.spawn(args, setting);
    if (setting.stdin !== undefined) child.stdin?.end(setting.stdin);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (exit) => done({ exit, stdout, stderr }));
    });
  }

  /** With `--output json`; fails with what was printed where the exit code is another. */
  async json<T>(args: string[], exit = 0): Promise<T> {
    const ran = await this.run([...args, '--output', 'json']);
    if (ran.exit !== exit) throw new Error(`${args.join(' ')} exited with ${ran.exit}\n${ran.stdout}\n${ran.stderr}`);
    return JSON.parse(ran.stdout) as T;
  }

  apply(...args: string[]): Promise<Applied> {
    return this.json(['apply', ...args]);
  }

  status(): Promise<Status> {
    return this.json(['status']);
  }

  /** The leading master's `/state`. */
  async masterState(): Promise<MasterState> {
    const { components } = await this.status();
    const master = components.find(({ kind }) => kind === 'master');
    const reply = await fetch(`${master?.endpoint}/state`);
    return (await reply.json()) as MasterState;
  }

  /** Container ids by component. */
  async containers(): Promise<Map<string, string>> {
    const { components } = await this.status();
    return new Map(components.flatMap(({ id, container }) => (container ? [[id, container.id]] : [])));
  }

  /** Everything on the engine that bears this cluster's label. */
  async leftovers(): Promise<string[]> {
    const labels = { 'org.minimesos.cluster': this.id };
    const [containers, networks, volumes] = await Promise.all([
      this.docker.listContainers(labels),
      this.docker.listNetworks(labels),
      this.docker.listVolumes(labels),
    ]);
    return [...containers, ...networks, ...volumes].map(({ name }) => name);
  }

  /** With a moment to end what they are at: what the engine is still making for them would be left over. */
  async #endChildren(): Promise<void> {
    const all = (signal: NodeJS.Signals) => {
      for (const child of this.#children.keys()) child.kill(signal);
    };
    all('SIGTERM');
    all('SIGCONT');
    const late = setTimeout(all, END_WITHIN_MS, 'SIGKILL');
    await Promise.all(this.#children.values());
    clearTimeout(late);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#endChildren();
    try {
      await removeLabelled(this.docker, { 'org.minimesos.cluster': this.id });
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

export interface MasterState {
  version: string;
  activated_slaves: number;
  slaves: {
    id: string;
    pid: string;
    active: boolean;
    resources: Record<string, number | string>;
    attributes: Record<string, unknown>;
  }[];
}
