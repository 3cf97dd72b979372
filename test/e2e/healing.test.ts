/** Whatever is done to a watched cluster is undone, and nothing else is touched. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { eventually } from '../support/mesos-cluster.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const FILE = `minimesos {
  distribution = "simulator"
  agent { attributes = "rack:a" }
  agent { attributes = "rack:b" }
}
`;
const ALL = ['zookeeper-0', 'master-0', 'agent-0', 'agent-1'];

/** Whose container is another one, or was started anew. */
function touched(before: Record<string, string>, after: Record<string, string>): string[] {
  return ALL.filter((id) => before[id] !== after[id]);
}

/** Some faults are several calls: the watcher finds all of it done, for it would be quick enough to come in between. */
async function unseen(watcher: Watcher, fault: () => Promise<void>): Promise<void> {
  watcher.child.kill('SIGSTOP');
  await fault().finally(() => watcher.child.kill('SIGCONT'));
}

/** Not what Docker adds by itself: the id of the container that it is. */
const isName = (alias: string): boolean => !/^[0-9a-f]{12}$/.test(alias);

describe.skipIf(dockerSkipped)('a watched cluster', () => {
  let project: Project;
  let watcher: Watcher;
  let faults: Faults;
  beforeAll(async () => {
    project = await Project.create(FILE);
    watcher = Watcher.of(project, '--health', 'agent=1/3', '--health', 'zookeeper=1/120');
    faults = await Faults.of(project);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  let lives: Record<string, string>;
  let agentIds: Record<string, string | undefined>;
  let lines: number;
  beforeEach(async () => {
    await watcher.converged();
    [lives, agentIds, lines] = [watcher.lives, watcher.agentIds, watcher.lines.length];
  });

  it.each([
    ['agent-1', 'killed', ['start'], true],
    ['agent-1', 'stopped', ['start'], true],
    ['agent-1', 'removed', ['create'], true],
    ['agent-1', 'paused', ['unpause'], false],
    ['agent-1', 'disconnected', ['start'], false],
    ['master-0', 'unnamed', ['start'], false],
    ['agent-1', 'impersonated', ['remove', 'create'], true],
  ] as const)('L22 L23 mends %s when it was %s, alone and with all agent ids: %j', async (id, fault, verbs, anew) => {
    const names = await faults.aliases(id);
    await unseen(watcher, () => faults[fault](id));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(verbs.map((verb) => `${verb} ${id}`));
    expect(touched(lives, watcher.lives)).toEqual(anew ? [id] : []);
    expect(watcher.agentIds).toEqual(agentIds);
    expect((await faults.aliases(id)).filter(isName).sort()).toEqual(names.filter(isName).sort());
  });

  it('L23 brings back an agent whose work directory was removed too, under a new id', async () => {
    await unseen(watcher, () => faults.erased('agent-1'));
    await watcher.healed(lines);
    expect(touched(lives, watcher.lives)).toEqual(['agent-1']);
    expect(watcher.agentIds['agent-0']).toBe(agentIds['agent-0']);
    expect(watcher.agentIds['agent-1']).not.toBe(agentIds['agent-1']);
  });

  it('L24 restarts an agent that does not answer, after it was degraded for a while', async () => {
    await faults.frozen('agent-1');
    await watcher.until('agent-1 to be degraded', () => watcher.component('agent-1')?.phase === 'degraded');
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['restart agent-1']);
    expect(touched(lives, watcher.lives)).toEqual(['agent-1']);
    expect(watcher.agentIds).toEqual(agentIds);
  });

  it('L24 restarts nobody for a ZooKeeper that does not answer for a while, and says whose fault it is', async () => {
    await faults.frozen('zookeeper-0');
    onTestFinished(() => faults.thawed('zookeeper-0'));
    await watcher.until('zookeeper-0 to be degraded', () => watcher.component('zookeeper-0')?.phase === 'degraded');
    await watcher.until('the master to wait for it', () =>
      /zookeeper-0/.test(watcher.component('master-0')?.reason ?? ''),
    );
    await faults.thawed('zookeeper-0');
    await watcher.converged();
    // A master that was away from ZooKeeper for too long ends by itself; nobody is ended for it.
    expect(watcher.stepsSince(lines).filter((step) => step !== 'start master-0')).toEqual([]);
    expect(touched(lives, watcher.lives).filter((id) => id !== 'master-0')).toEqual([]);
    expect(watcher.agentIds).toEqual(agentIds);
  });

  it('L22 has its agents active again soon after the master was killed', async () => {
    const began = performance.now();
    await faults.killed('master-0');
    const { at } = await watcher.healed(lines);
    console.log(`a killed master: its agents are active again after ${Math.round(at - began)} ms`);
    expect(touched(lives, watcher.lives)).toEqual(['master-0']);
    expect(watcher.agentIds).toEqual(agentIds);
  });

  it('L23 stands on its network again after that was removed, all of it', async () => {
    await unseen(watcher, () => faults.isolated());
    await watcher.healed(lines);
    expect(Object.keys(watcher.lives)).toEqual(ALL);
    expect(watcher.agentIds).toEqual(agentIds);
    // The processes run on, and what they are connected to may still turn out to be gone.
    await eventually('both agents to be active, and the cluster ready', async () => {
      const { activated_slaves } = await project.masterState();
      const { cluster } = await project.status();
      return (activated_slaves === 2 && cluster.phase === 'ready') || undefined;
    });
  });

  it('L23 has nothing left over of all that', async () => {
    const name = `minimesos-${project.id}`;
    const volumes = ['zookeeper-0', 'agent-0', 'agent-1', 'lock'].map((id) => `${name}-${id}`);
    expect((await project.leftovers()).sort()).toEqual([...ALL.map((id) => `${name}-${id}`), name, ...volumes].sort());
  });
});

describe.skipIf(dockerSkipped)('an agent that stops again and again', () => {
  it('L22 is tried again ever more seldom, and slows down nobody else', async () => {
    const project = await Project.create(FILE);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const watcher = Watcher.of(project);
    await watcher.converged();
    const loops = '  agent { attributes = "rack:c"; env { MESOS_RECONFIGURATION_POLICY = "sometimes" } }\n}\n';
    await project.write(FILE.replace(/\}\n$/, loops));
    const backoff = await watcher.until('agent-2 to rest', () => {
      const component = watcher.component('agent-2');
      return component?.phase === 'backoff' ? component : undefined;
    });
    expect(backoff.reason).toContain('stopped with exit code 1');
    await watcher.says('Unknown reconfiguration policy: sometimes');
    const [lines, lives] = [watcher.lines.length, watcher.lives];
    const faults = await Faults.of(project);
    await faults.killed('agent-1');
    await watcher.until(
      'agent-1 to run anew',
      () => watcher.component('agent-1')?.phase === 'ready' && watcher.lives['agent-1'] !== lives['agent-1'],
    );
    expect(watcher.stepsSince(lines)).toContain('start agent-1');
    const phases = watcher.lines.slice(lines).map(({ status }) => status.components.find(({ id }) => id === 'agent-1'));
    expect(phases.filter((each) => each?.phase === 'backoff')).toEqual([]);
    expect(touched(lives, watcher.lives)).toEqual(['agent-1']);
  });
});
