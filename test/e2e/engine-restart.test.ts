/** An engine that is stopped, or killed, and comes back: the cluster comes back with it, without help. */

import { expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';
import { SecondEngine } from '../support/second-engine.js';
import { Watcher } from '../support/watcher.js';

const FILE = 'minimesos {\n  distribution = "simulator"\n  agent { }\n  agent { }\n}\n';

it.skipIf(dockerSkipped)(
  'L32 a watched cluster is ready again after its engine was stopped, and after it was killed',
  async () => {
    const engine = await SecondEngine.start();
    onTestFinished(() => engine[Symbol.asyncDispose]());
    const project = await Project.create(FILE, engine.place);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const watcher = Watcher.of(project);
    await watcher.converged();
    const { agentIds } = watcher;
    const ids = Object.keys(watcher.lives);

    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const [lines, heard] = [watcher.lines.length, watcher.stderr.length];
      await engine.stop(signal);
      await watcher.says('asked again', heard);
      await engine.start();
      const began = performance.now();
      await watcher.says('the engine answers again', heard);
      const { at } = await watcher.healed(lines);
      console.log(`engine ended with ${signal}: the cluster is ready ${Math.round(at - began)} ms after it is back`);
      expect(Object.keys(watcher.lives)).toEqual(ids);
      expect(watcher.agentIds).toEqual(agentIds);
      expect((await project.status()).cluster.phase).toBe('ready');
    }
    expect(await watcher.end('SIGINT')).toMatchObject({ exit: 0 });
  },
);
