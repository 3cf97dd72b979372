/** A change goes through the agents a few at a time, stops where it fails, and takes leave of those that go. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { type Applied, Project } from '../support/project.js';
import { lines } from '../support/worlds.js';

const agent = (rack: string, more = '') => `  agent { attributes = "rack:${rack}"; ${more} }\n`;
const file = (version: string, agents: string[]) =>
  `minimesos {\n  distribution = "simulator"\n  mesosVersion = "${version}"\n${agents.join('')}}\n`;
/** Waits for a master that never leads. */
const QUIET = 'loggingLevel = "WARNING"';
const HANGS = 'env { MESOS_MASTER = "zk://zookeeper-0:2181/elsewhere" }';

async function running(minimesosFile: string): Promise<Project> {
  const project = await Project.create(minimesosFile);
  onTestFinished(() => project[Symbol.asyncDispose]());
  await project.apply();
  return project;
}

async function endpointOf(project: Project, component: string): Promise<string> {
  const { components } = await project.status();
  return components.find(({ id }) => id === component)?.endpoint ?? '';
}

async function post(url: string, document: unknown): Promise<number> {
  return (await fetch(url, { method: 'POST', body: JSON.stringify(document) })).status;
}

describe.skipIf(dockerSkipped)('a roll', () => {
  it('L25 stops at an agent that does not become ready, leaves the others as they were, and goes on when it is mended', async () => {
    const project = await running(file('1.0.0', [agent('a'), agent('b'), agent('c')]));
    const before = await project.containers();

    // Without a change of the master, so that the agents go in their order: else one that is not back yet goes first.
    await project.write(file('1.0.0', [agent('a', QUIET), agent('b', HANGS), agent('c', QUIET)]));
    const ran = await project.run(['apply', '--progress-deadline', '3', '--output', 'json']);
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toContain('agent-1: not ready within 3 s: not active at the master');
    expect(ran.stderr).toMatch(/Mesos agent started on \(1\)@/);
    const { converged, steps, status } = JSON.parse(ran.stdout) as Applied;
    expect(converged).toBe(false);
    expect(lines(steps)).toEqual(['agent-0', 'agent-1'].flatMap((id) => [`remove ${id}`, `create ${id}`]));
    expect(status.components.map(({ id, phase }) => `${id} ${phase}`)).toEqual([
      'zookeeper-0 ready',
      'master-0 ready',
      'agent-0 ready',
      'agent-1 failed',
      'agent-2 ready',
    ]);
    expect(status.components.find(({ id }) => id === 'agent-2')?.reason).toContain('waits for agent-1');
    const stopped = await project.containers();
    expect(stopped.get('agent-2')).toBe(before.get('agent-2'));

    await project.write(file('1.0.0', [agent('a', QUIET), agent('b', QUIET), agent('c', QUIET)]));
    const mended = await project.apply();
    expect(mended.converged).toBe(true);
    expect(lines(mended.steps)).toEqual(['agent-1', 'agent-2'].flatMap((id) => [`remove ${id}`, `create ${id}`]));
    expect((await project.containers()).get('agent-0')).toBe(stopped.get('agent-0'));
  });

  it('L11 takes as many agents at once as may be away, and no more', async () => {
    const four = ['a', 'b', 'c', 'd'].map((rack) => agent(rack));
    const project = await running(file('1.11.0', four));
    await project.write(
      file(
        '1.11.0',
        ['a', 'b', 'c', 'd'].map((rack) => agent(rack, QUIET)),
      ),
    );
    const { steps } = await project.apply('--max-unavailable', '2');
    const away = new Set<string>();
    const numbers = steps.map(({ verb, component }) => {
      if (verb === 'remove') away.add(component);
      if (verb === 'create') away.delete(component);
      return away.size;
    });
    expect(Math.max(...numbers)).toBe(2);
    expect(lines(steps).sort()).toEqual(
      [0, 1, 2, 3].flatMap((index) => [`create agent-${index}`, `remove agent-${index}`]).sort(),
    );
  });
});

describe.skipIf(dockerSkipped)('an agent that goes', () => {
  it('L27 is drained and then forgotten by its master, where that knows how', async () => {
    const project = await running(file('1.11.0', [agent('a'), agent('b')]));
    await project.write(file('1.11.0', [agent('a')]));
    const ran = await project.run(['apply', '--output', 'json']);
    expect(lines((JSON.parse(ran.stdout) as Applied).steps)).toEqual(['drain agent-1', 'remove agent-1']);
    expect(ran.stderr).toMatch(/drain agent-1: not in the minimesosFile.*: drained$/m);
    const { slaves } = await project.masterState();
    expect(slaves.map(({ active }) => active)).toEqual([true]);
  });

  it('L27 is put under maintenance where its master knows nothing else, and goes even if that is refused', async () => {
    const project = await running(file('1.0.0', [agent('a'), agent('b'), agent('c')]));
    const master = await endpointOf(project, 'master-0');
    const ip = new URL(await endpointOf(project, 'agent-2')).hostname;
    const schedule = () => fetch(`${master}/maintenance/schedule`).then((reply) => reply.json());

    const others = {
      machine_ids: [{ hostname: 'elsewhere', ip: '192.0.2.1' }],
      unavailability: { start: { nanoseconds: 1 } },
    };
    expect(await post(`${master}/maintenance/schedule`, { windows: [others] })).toBe(200);
    await project.write(file('1.0.0', [agent('a'), agent('c')]));
    const { steps } = await project.apply();
    expect(lines(steps)).toEqual(['drain agent-1', 'remove agent-1']);
    expect(await schedule()).toEqual({ windows: [others] });

    // Somebody else has taken a machine of this address down, and a schedule without it is refused.
    const same = { ...others, machine_ids: [{ hostname: 'elsewhere', ip }] };
    expect(await post(`${master}/maintenance/schedule`, { windows: [same] })).toBe(200);
    expect(await post(`${master}/machine/down`, same.machine_ids)).toBe(200);
    await project.write(file('1.0.0', [agent('a')]));
    const ran = await project.run(['apply']);
    expect(ran.exit).toBe(0);
    expect(ran.stderr).toMatch(/drain agent-2: .*: not drained: the master answers 400 to \/maintenance\/schedule: /);
    expect(ran.stderr).toContain('remove agent-2');
    expect((await project.masterState()).activated_slaves).toBe(1);
  });
});
