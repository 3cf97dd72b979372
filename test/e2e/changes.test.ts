/** A running cluster is changed in place: only what must change changes. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped, eventsBetween } from '../support/engine.js';
import { type MasterState, Project } from '../support/project.js';
import { lines } from '../support/worlds.js';

const agent = (rack: string, more = '') => `  agent { attributes = "rack:${rack}"; ${more} }\n`;
const file = (agents: string[], more = '') =>
  `minimesos {\n  distribution = "simulator"\n${more}\n${agents.join('')}}\n`;

async function running(minimesosFile: string): Promise<Project> {
  const project = await Project.create(minimesosFile);
  onTestFinished(() => project[Symbol.asyncDispose]());
  await project.apply();
  return project;
}

/** Agent ids as Mesos gave them, by component. */
async function agentIds(project: Project): Promise<Map<string, string | undefined>> {
  const { components } = await project.status();
  return new Map(components.filter(({ kind }) => kind === 'agent').map(({ id, agentId }) => [id, agentId]));
}

/** What the master says of its version and its agents, over and over; while there is none, nothing. */
function sampleAgents(url: string): { end(): Promise<{ version: string; agents: number }[]> } {
  const samples: { version: string; agents: number }[] = [];
  let ended = false;
  const sampling = (async () => {
    while (!ended) {
      const state = await fetch(url)
        .then((reply) => reply.json() as Promise<MasterState>)
        .catch(() => undefined);
      if (state?.version) samples.push({ version: state.version, agents: state.activated_slaves });
      await new Promise(setImmediate);
    }
  })();
  return {
    end: async () => {
      ended = true;
      await sampling;
      return samples;
    },
  };
}

describe.skipIf(dockerSkipped)('apply', () => {
  it('L3 C11 again does nothing, and calls nothing that writes', async () => {
    const project = await running(file([agent('a'), agent('b')], 'marathon { }'));
    const begin = Date.now();
    expect(await project.apply()).toMatchObject({ converged: true, steps: [] });
    expect(await eventsBetween(begin, Date.now(), project.id)).toEqual([]);
    const start = Date.now();
    await project.run(['destroy']);
    expect(await eventsBetween(start, Date.now(), project.id)).not.toEqual([]);
  });

  it('L5 from three agents to five creates exactly two containers and restarts nothing', async () => {
    const three = ['a', 'b', 'c'].map((rack) => agent(rack));
    const project = await running(file(three));
    const before = await project.containers();
    await project.write(file([...three, agent('d'), agent('e')]));
    const { steps } = await project.apply();
    expect(lines(steps).sort()).toEqual(['create agent-3', 'create agent-4']);
    const after = await project.containers();
    expect([...after].filter(([id]) => before.has(id))).toEqual([...before]);
    expect((await project.masterState()).activated_slaves).toBe(5);
  });

  it('L5 without the second of five agent blocks removes exactly that container', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((rack) => agent(rack));
    const project = await running(file(five));
    const [containers, ids] = [await project.containers(), await agentIds(project)];
    await project.write(file(five.filter((_, at) => at !== 1)));
    const { steps } = await project.apply();
    expect(lines(steps)).toEqual(['drain agent-1', 'remove agent-1']);
    for (const each of [containers, ids]) each.delete('agent-1');
    expect(await project.containers()).toEqual(containers);
    expect(await agentIds(project)).toEqual(ids);
  });

  it('L6 L7 with one agent changed leaves the master and the other agents untouched', async () => {
    const project = await running(file([agent('a'), agent('b')]));
    const [containers, ids] = [await project.containers(), await agentIds(project)];
    await project.write(file([agent('a'), agent('b', 'resources { cpu { value = 8 } }')]));
    const { steps, status } = await project.apply();
    expect(lines(steps)).toEqual(['remove agent-1', 'create agent-1']);
    expect(await agentIds(project)).toEqual(ids);
    const after = await project.containers();
    expect([...after].filter(([id, container]) => containers.get(id) !== container).map(([id]) => id)).toEqual([
      'agent-1',
    ]);
    expect(status.cluster.phase).toBe('ready');
    const { slaves } = await project.masterState();
    expect(slaves.find(({ id }) => id === ids.get('agent-1'))?.resources.cpus).toBe(8);
  });

  it('L8 with less for an agent gives it a new id, and says so', async () => {
    const project = await running(file([agent('a'), agent('b')]));
    const ids = await agentIds(project);
    await project.write(file([agent('a'), agent('b', 'resources { cpu { value = 1 } }')]));
    const { steps } = await project.apply();
    expect(steps[0]?.cause).toContain(
      'cpus(*) goes from 4 to 1: its work directory is reset, and Mesos gives it a new id',
    );
    const after = await agentIds(project);
    expect(after.get('agent-0')).toBe(ids.get('agent-0'));
    expect(after.get('agent-1')).not.toBe(ids.get('agent-1'));
  });

  it('L6 with a component block added or taken out touches nothing else', async () => {
    const project = await running(file([agent('a')]));
    const before = await project.containers();
    await project.write(file([agent('a')], 'consul { }\nregistrator { }\nmesosdns { }\nscope { }\nmarathon { }'));
    const added = await project.apply();
    expect(lines(added.steps).sort()).toEqual(
      ['consul-0', 'marathon-0', 'mesos-dns-0', 'registrator-0', 'scope-0'].map((id) => `create ${id}`),
    );
    expect(added.status.components.every(({ phase }) => phase === 'ready')).toBe(true);
    await project.write(file([agent('a')]));
    const removed = await project.apply();
    expect(removed.steps.every(({ verb }) => verb === 'remove')).toBe(true);
    expect(await project.containers()).toEqual(before);
  });

  it('L11 L7 with another mesosVersion replaces every Mesos process, agents one at a time, and keeps their ids', async () => {
    const four = ['a', 'b', 'c', 'd'].map((rack) => agent(rack));
    const project = await running(file(four));
    const [containers, ids] = [await project.containers(), await agentIds(project)];
    await project.write(file(four, 'mesosVersion = "1.11.0"'));
    const { endpoint } = (await project.status()).components.find(({ kind }) => kind === 'master') ?? {};
    const sampler = sampleAgents(`${endpoint}/state`);
    const { steps, converged } = await project.apply();
    const samples = await sampler.end();
    expect(converged).toBe(true);
    expect(lines(steps)).toEqual(
      ['master-0', 'agent-0', 'agent-1', 'agent-2', 'agent-3'].flatMap((id) => [`remove ${id}`, `create ${id}`]),
    );
    // A new master begins with none; from the moment that all are back at it, never more than one is away.
    const allBack = samples.findIndex(({ version, agents }) => version === '1.11.0' && agents === 4);
    expect(allBack).toBeGreaterThan(0);
    expect(Math.min(...samples.slice(allBack).map(({ agents }) => agents))).toBe(3);
    expect(await agentIds(project)).toEqual(ids);
    const after = await project.containers();
    expect(after.get('zookeeper-0')).toBe(containers.get('zookeeper-0'));
    expect([...after.values()].filter((id) => [...containers.values()].includes(id))).toHaveLength(1);
    expect((await project.masterState()).version).toBe('1.11.0');
  });
});
