/** One writer a cluster: who comes second waits, and nobody waits for the dead or for another cluster. */

import type { ChildProcess } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { type Applied, Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const FILE = 'minimesos {\n  distribution = "simulator"\n}\n';
const MORE = 'minimesos {\n  distribution = "simulator"\n  agent { }\n  agent { }\n}\n';

/** A command that is looked at while it runs. */
class Run {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  constructor(made: Project, ...args: string[]) {
    this.child = made.spawn([...args, '--output', 'json']);
    this.#exit = new Promise((done) => this.child.on('close', done));
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.#stderr, { timeout: 30_000, interval: 5 }).toContain(text);
  }

  async applied(): Promise<Applied> {
    expect([await this.#exit, this.#stderr]).toEqual([0, this.#stderr]);
    return JSON.parse(this.#stdout) as Applied;
  }
}

async function project(minimesosFile: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

describe.skipIf(dockerSkipped)('of two that change a cluster', () => {
  it('L28 the second waits for the first, and then finds nothing to do', async () => {
    const made = await project(FILE);
    const first = new Run(made, 'apply');
    // Held up in the middle of its work, so that the second must meet it.
    await first.says('create network');
    first.child.kill('SIGSTOP');
    const second = new Run(made, 'apply');
    await second.says(`waits for apply, pid ${first.child.pid} of `);
    first.child.kill('SIGCONT');
    expect((await first.applied()).steps.map(({ component }) => component).sort()).toEqual([
      'agent-0',
      'master-0',
      'network',
      'zookeeper-0',
    ]);
    expect(await second.applied()).toMatchObject({ converged: true, steps: [] });
  });

  it('L28 C16 the second ends with 75 where it may not wait, and names the first', async () => {
    const made = await project(FILE);
    const watcher = Watcher.of(made);
    await watcher.converged();
    const holder = `apply --watch, pid ${watcher.child.pid} of `;
    // Nothing to do needs no lock.
    expect(await made.run(['apply', '--lock-timeout', '0'])).toMatchObject({ exit: 0 });
    for (const seconds of ['0', '1']) {
      const ran = await made.run(['apply', '--agents', '2', '--lock-timeout', seconds, '--output', 'json']);
      expect(ran.exit).toBe(75);
      expect(ran.stderr).toContain(holder);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        error: { code: 'CLUSTER_LOCKED', message: expect.stringContaining(holder) },
      });
    }
    expect((await made.status()).components).toHaveLength(3);
  });

  it('L28 the second goes ahead as soon as the first was killed', async () => {
    const made = await project(FILE);
    const watcher = Watcher.of(made);
    await watcher.converged();
    await made.write('minimesos {');
    await watcher.says('the last good file counts');
    await made.write(MORE, 'more');
    const second = new Run(made, 'apply', '--cluster', made.id, '--file', 'more');
    await second.says(`waits for apply --watch, pid ${watcher.child.pid} of `);
    await watcher.end('SIGKILL');
    expect((await second.applied()).steps.map(({ component }) => component)).toEqual(['agent-1']);
    expect(await made.leftovers()).not.toContain(`minimesos-${made.id}-lock`);
  });
});

it.skipIf(dockerSkipped)('L28 two clusters never wait for each other', async () => {
  const [one, other] = [await project(FILE), await project(MORE)];
  const watcher = Watcher.of(one);
  await watcher.converged();
  const ran = await other.run(['apply', '--lock-timeout', '0']);
  expect(ran).toMatchObject({ exit: 0, stderr: expect.not.stringContaining('waits for apply') });
});
