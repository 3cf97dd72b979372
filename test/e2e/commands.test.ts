/** The commands as their users type them. */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped, removeLabelled } from '../support/engine.js';
import { type MasterState, Project } from '../support/project.js';

const FILE = 'minimesos {\n  distribution = "simulator"\n  agent { name = "gpu" }\n  marathon { }\n}\n';

async function project(minimesosFile?: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

describe.skipIf(dockerSkipped)('init, up and destroy', () => {
  it('need nothing but an engine', async () => {
    const made = await project();
    expect(await made.run(['init'])).toMatchObject({ exit: 0, stdout: expect.stringContaining('wrote minimesosFile') });
    const before = await readFile(join(made.folder, 'minimesosFile'), 'utf8');
    expect(await made.run(['init'])).toMatchObject({ exit: 1, stderr: expect.stringContaining('exists already') });
    expect(await readFile(join(made.folder, 'minimesosFile'), 'utf8')).toBe(before);

    const up = await made.run(['up']);
    expect(up.exit).toBe(0);
    expect(up.stdout).toMatch(INFO);
    expect((await made.status()).components.map(({ id, phase }) => `${id} ${phase}`)).toEqual(
      ['zookeeper', 'master', 'agent', 'marathon', 'consul', 'registrator', 'mesos-dns', 'scope'].map(
        (kind) => `${kind}-0 ready`,
      ),
    );
    const again = await made.run(['up']);
    expect(again).toMatchObject({ exit: 0, stdout: up.stdout });
    expect(again.stderr).toContain('left 8 alone');
    expect(await made.run([])).toMatchObject({ exit: 0, stdout: up.stdout });
  });
});

/** What 0.13 printed and scripts evaluate, and one line of ours. */
const INFO = new RegExp(
  [
    '^Minimesos cluster is running: [0-9a-f]{10}',
    'Mesos version: 1\\.0\\.0',
    'Distribution: simulator',
    'export MINIMESOS_NETWORK_GATEWAY=[\\d.]+',
    'export MINIMESOS_ZOOKEEPER=zk://([\\d.]+):2181/mesos; export MINIMESOS_ZOOKEEPER_IP=\\1',
    'export MINIMESOS_MASTER=http://([\\d.]+):5050; export MINIMESOS_MASTER_IP=\\2',
    'export MINIMESOS_AGENT=http://([\\d.]+):5051; export MINIMESOS_AGENT_IP=\\3',
    'export MINIMESOS_MARATHON=http://([\\d.]+):8080; export MINIMESOS_MARATHON_IP=\\4',
  ].join('\n'),
);

describe.skipIf(dockerSkipped)('a running cluster', () => {
  it('tells its state, and the state of one agent', async () => {
    const made = await project(FILE);
    const { status } = await made.apply();
    const master = await made.run(['state']);
    expect((JSON.parse(master.stdout) as MasterState).activated_slaves).toBe(1);
    const agent = status.components.find(({ kind }) => kind === 'agent');
    expect(agent).toMatchObject({ id: 'agent-0', name: 'gpu', agentId: expect.stringMatching(/-S0$/) });
    for (const name of ['agent-0', agent?.agentId ?? '']) {
      const state = await made.run(['state', '--agent', name]);
      expect(JSON.parse(state.stdout)).toMatchObject({ id: agent?.agentId });
    }
    const unknown = await made.run(['state', '--agent', 'agent-7']);
    expect(unknown).toMatchObject({ exit: 1, stderr: expect.stringContaining('it runs agent-0') });
  });

  it('tells its status in the shape that scripts rely on, without colours in a pipe', async () => {
    const made = await project(FILE);
    await made.apply();
    expect(await made.status()).toEqual({
      cluster: {
        id: made.id,
        name: `minimesos-${made.id}`,
        file: join(made.folder, 'minimesosFile'),
        phase: 'ready',
        distribution: 'simulator',
        mesosVersion: '1.0.0',
        network: `minimesos-${made.id}`,
        gateway: expect.stringMatching(/^[\d.]+$/),
        observedGeneration: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
      conditions: ['Available', 'Progressing', 'Degraded', 'Paused', 'FileInvalid'].map((type) => ({
        type,
        status: type === 'Available',
        reason: expect.stringMatching(/^\w+$/),
        message: expect.stringMatching(/./),
        since: ['Paused', 'FileInvalid'].includes(type) ? null : expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      })),
      components: expect.arrayContaining([
        {
          id: 'master-0',
          kind: 'master',
          index: 0,
          phase: 'ready',
          reason: 'leads',
          leader: true,
          container: {
            id: expect.stringMatching(/^[0-9a-f]{64}$/),
            name: `minimesos-${made.id}-master-0`,
            image: expect.stringMatching(/^minimesos\/simulator:[0-9a-f]{12}$/),
            ip: expect.stringMatching(/^[\d.]+$/),
            startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          },
          endpoint: expect.stringMatching(/^http:\/\/[\d.]+:5050$/),
        },
      ]),
    });
    const { stdout } = await made.run(['status']);
    expect(stdout).toContain(`cluster ${made.id} (minimesos-${made.id}) is ready`);
    expect(stdout).toMatch(/^agent-0 \(gpu\) +ready +http:\/\/\S+ +active at the leading master$/m);
  });

  it('is found from a folder above, where no minimesosFile is', async () => {
    const made = await project();
    const file = join('below', 'minimesosFile');
    await mkdir(join(made.folder, 'below'));
    await made.write(FILE, file);
    const { status } = await made.apply('--file', file);
    onTestFinished(() => removeLabelled(made.docker, { 'org.minimesos.cluster': status.cluster.id }));
    const found = await made.run(['status', '--output', 'json']);
    expect(JSON.parse(found.stdout)).toMatchObject({ cluster: { id: status.cluster.id, phase: 'ready' } });
    expect(found.stderr).toContain('no minimesosFile here: this is cluster');
    expect(await made.run(['plan'])).toMatchObject({ exit: 65 });
  });

  it('plans before it applies, and says with its exit code whether there is something to do', async () => {
    const made = await project(FILE);
    const plan = await made.json<{ cluster: { id: string }; steps: { verb: string; component: string }[] }>(
      ['plan', '--detailed-exitcode'],
      2,
    );
    expect(plan.cluster).toEqual({ id: made.id });
    expect(plan.steps.at(-1)).toMatchObject({ verb: 'create', component: 'marathon-0' });
    expect(await made.run(['apply', '--dry-run'])).toMatchObject({ exit: 0 });
    expect(await made.leftovers()).toEqual([]);
    await made.apply();
    expect(await made.run(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
  });

  it('has as many agents as the command line says', async () => {
    const made = await project(FILE);
    expect((await made.apply('--agents', '3')).status.components.filter(({ kind }) => kind === 'agent')).toHaveLength(
      3,
    );
    expect((await made.masterState()).activated_slaves).toBe(3);
    expect((await made.apply()).steps.map(({ verb, component }) => `${verb} ${component}`).sort()).toEqual([
      'drain agent-1',
      'drain agent-2',
      'remove agent-1',
      'remove agent-2',
    ]);
  });

  it('bears the id that the command line gives it', async () => {
    const made = await project(FILE);
    const id = `named-${made.id}`;
    onTestFinished(() => removeLabelled(made.docker, { 'org.minimesos.cluster': id }));
    const { status } = await made.apply('--cluster', id);
    expect(status.cluster).toMatchObject({ id, network: `minimesos-${id}` });
    expect(await made.leftovers()).toEqual([]);
    expect(await made.run(['destroy', '--cluster', id])).toMatchObject({ exit: 0 });
  });
});
