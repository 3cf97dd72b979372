/**
 * An engine of a test's own, to be stopped and started: `dockerd` in namespaces of its own (network, mounts, pids), so that
 * neither its firewall rules nor its mounts meet those of the engine that is there, and whatever it leaves goes with them.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Docker } from '../../src/docker/docker.js';
import { connect } from '../../src/docker/dockerode.js';
import type { Elsewhere } from './project.js';

/** First in the new namespaces; reaps what loses its parent, and lives until it is ended from outside. */
const INIT = 'mount -t tmpfs tmpfs /run && exec docker-init -s -- sleep infinity';
const NAMESPACES = ['--net', '--mount', '--pid'];
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;

export class SecondEngine implements AsyncDisposable {
  readonly docker: Docker;
  readonly #log: string[] = [];
  #dockerd: Daemon | undefined;

  private constructor(
    private readonly folder: string,
    private readonly holder: ChildProcess,
    /** Of the first process in the namespaces, as it is known outside of them. */
    private readonly init: number,
  ) {
    this.docker = connect({ env: { DOCKER_HOST: this.host } });
  }

  /** Runs; fails with what `dockerd` said where it does not. Needs root, `dockerd` and util-linux. */
  static async start(): Promise<SecondEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-engine-'));
    const holder = spawn('unshare', [...NAMESPACES, '--fork', '--kill-child', '--mount-proc', 'sh', '-c', INIT], {
      stdio: 'ignore',
    });
    try {
      const init = await until('the namespaces', () => childNamed(holder, 'docker-init'), [holder]);
      const engine = new SecondEngine(folder, holder, init);
      await engine.start();
      return engine;
    } catch (error) {
      holder.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where minimesos is run to reach the containers of this engine. */
  get place(): Elsewhere {
    const via = ['nsenter', `--net=/proc/${this.init}/ns/net`, '--'];
    return { docker: this.docker, via, env: { DOCKER_HOST: this.host } };
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { folder } = this;
    const child = spawn('nsenter', [
      ...['--target', String(this.init), ...NAMESPACES, '--'],
      ...['dockerd', '--host', this.host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--bridge', 'none', '--log-level', 'warn'],
    ]);
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#log.push(text));
    const ended = new Promise((done) => child.on('close', done).on('error', done));
    const pid = await until('dockerd', () => childNamed(child, 'dockerd'), [child], this.#log);
    this.#dockerd = { child, pid, ended };
    await until('the engine to answer', () => this.docker.info().catch(() => undefined), [child], this.#log);
  }

  /** Resolves when it is no more. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const dockerd = this.#dockerd;
    if (!dockerd) return;
    this.#dockerd = undefined;
    process.kill(dockerd.pid, signal);
    await dockerd.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In good order first: of containers that are just killed, the kernel's groups would stay.
    await this.stop('SIGTERM');
    const ended = new Promise((done) => this.holder.on('close', done));
    this.holder.kill('SIGKILL');
    await ended;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  private get host(): string {
    return `unix://${join(this.folder, 'docker.sock')}`;
  }
}

interface Daemon {
  child: ChildProcess;
  pid: number;
  ended: Promise<unknown>;
}

/** The only child of a process, once it has become this program. */
async function childNamed({ pid }: ChildProcess, program: string): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const child = Number(children.trim());
  const name = child > 0 ? await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '') : '';
  return name.trim() === program ? child : undefined;
}

async function until<Found>(
  what: string,
  find: () => Promise<Found | undefined>,
  processes: ChildProcess[],
  log: readonly string[] = [],
): Promise<Found> {
  const end = performance.now() + PATIENCE_MS;
  let failure: Error | undefined;
  for (const each of processes) each.on('error', (error) => (failure = error));
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    const over = failure ?? processes.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (over || performance.now() > end) {
      const why = failure?.message ?? (over ? 'a process ended' : 'in vain');
      throw new Error(`waited for ${what}: ${why}\n${log.join('').slice(-4_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
