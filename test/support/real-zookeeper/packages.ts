/** Debian's packages: which ones a program needs, fetched as files. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What to do where it cannot be had. */
export const NOT_HERE = `Real ZooKeeper is made of Debian's packages, and this machine cannot give them.
Run the tests on Debian 12, with the archives of its apt in reach (no root is needed),
or set MINIMESOS_SKIP_DOCKER=1 to skip all tests that need Docker.`;

/** The machine's own apt, which is only read; what that does not know is kept in a folder of the caller's. */
export class Archive {
  #options = ['-o', 'Dir::State::status=/dev/null', '-o', 'APT::Sandbox::User=root'];

  constructor(private readonly folder: string) {}

  /** Which versions of these an installation would take: a text that changes when they do. */
  candidates(names: readonly string[]): Promise<string> {
    return this.#twice(async () => {
      const policy = await this.#run('apt-cache', ['policy', ...names]);
      const found = [...policy.matchAll(/^(\S+):\n.*\n {2}Candidate: (\S+)/gm)].filter(
        ([, , version]) => version !== '(none)',
      );
      if (found.length < names.length) throw new Error(`${NOT_HERE}\nof ${names.join(' ')} it knows ${found.length}`);
      return found.map(([, name, version]) => `${name} ${version}`).join('\n');
    });
  }

  /** These and all that they need, as if nothing were installed: so it is the same on every machine with this archive. */
  async closure(names: readonly string[]): Promise<string[]> {
    const solved = await this.#run('apt-get', ['install', '--simulate', '--no-install-recommends', ...names]);
    return [...solved.matchAll(/^Inst (\S+) /gm)].map(([, name = '']) => name);
  }

  /** Gives the files. */
  fetch(names: readonly string[]): Promise<string[]> {
    return this.#twice(async () => {
      const folder = await mkdtemp(join(this.folder, 'packages-'));
      await this.#run('apt-get', ['download', ...names], folder);
      return (await readdir(folder)).map((file) => join(folder, file));
    });
  }

  /** What the machine knows of the archives may be nothing, or of yesterday. */
  async #twice<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch {
      await this.#refresh();
      return attempt();
    }
  }

  async #refresh(): Promise<void> {
    const [lists, cache] = [join(this.folder, 'lists'), join(this.folder, 'cache')] as const;
    for (const each of [lists, cache]) await mkdir(join(each, 'partial'), { recursive: true });
    this.#options.push('-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`);
    await this.#run('apt-get', ['update']);
  }

  async #run(program: string, args: readonly string[], cwd?: string): Promise<string> {
    try {
      const env = { ...process.env, LC_ALL: 'C' };
      return (await run(program, [...args, ...this.#options], { cwd, env, maxBuffer: 1 << 24 })).stdout;
    } catch (cause) {
      const { stderr = '', message } = cause as Error & { stderr?: string };
      throw new Error(`${NOT_HERE}\n${program} ${args[0]}: ${stderr.trim() || message}`, { cause });
    }
  }
}
