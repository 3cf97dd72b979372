/** The library as its users import it: built, on a real engine. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type * as library from '../../src/api/minimesos.js';
import { dockerSkipped, engine, removeLabelled } from '../support/engine.js';
import { testImage } from '../support/image.js';

type Cluster = library.MesosCluster;
type StartOptions = library.StartOptions;

const DIST = resolve(import.meta.dirname, '../../dist');
const docker = engine();

const { MesosCluster } = (await import(join(DIST, 'api.js'))) as typeof library;

const TEXT = 'minimesos {\n  agent { }\n}\n';

/** Goes with the test, whatever becomes of it. */
async function start(options: StartOptions = {}): Promise<Cluster> {
  const cluster = await MesosCluster.start({ distribution: 'simulator', ...options });
  onTestFinished(() => removeLabelled(docker, { 'org.minimesos.cluster': cluster.id }));
  onTestFinished(() => cluster.destroy().catch(() => {}));
  return cluster;
}

async function folder(): Promise<string> {
  const made = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-library-')));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function leftovers(label: Record<string, string>): Promise<string[]> {
  const all = await Promise.all([docker.listContainers(label), docker.listNetworks(label), docker.listVolumes(label)]);
  return all.flat().map(({ name }) => name);
}

const leftOf = (id: string) => leftovers({ 'org.minimesos.cluster': id });

describe.skipIf(dockerSkipped)('MesosCluster', () => {
  it('A1 must be ready when it is started, and leave nothing when it is disposed of', async () => {
    const cluster = await start({ text: TEXT });
    const { components } = await cluster.status();
    expect(components.map(({ id, phase }) => `${id} ${phase}`)).toEqual([
      'zookeeper-0 ready',
      'master-0 ready',
      'agent-0 ready',
    ]);
    await cluster[Symbol.asyncDispose]();
    await cluster.destroy();
    expect(await leftOf(cluster.id)).toEqual([]);
    expect(existsSync(dirname(cluster.file))).toBe(false);
    await expect(cluster.status()).rejects.toMatchObject({ code: 'NO_CLUSTER' });
  });

  it('A2 must be another one at each start, of the same file at the same time too', async () => {
    const file = join(await folder(), 'minimesosFile');
    await writeFile(file, TEXT);
    const [first, second] = await Promise.all([start({ file }), start({ file, agents: 2 })]);
    expect((await first.master.state()).activated_slaves).toBe(1);
    expect((await second.master.state()).activated_slaves).toBe(2);
    await first.destroy();
    expect((await second.status()).cluster.phase).toBe('ready');
    expect(await readFile(file, 'utf8')).toBe(TEXT);
  });

  it('A3 must say which component failed and why, and leave nothing then', async () => {
    const begun = new Set<string>();
    const listener = {
      passed: ({ desired }: { desired: { cluster: { id: string } } }) => void begun.add(desired.cluster.id),
    };
    const spec = { agents: [{}, { env: { MESOS_RESOURCES: 'nonsense' } }] };
    await expect(MesosCluster.start({ distribution: 'simulator', spec, listener })).rejects.toMatchObject({
      code: 'COMPONENT_EXITED',
      message: expect.stringMatching(/^cluster test-\S+ did not start: agent-1: stopped with exit code 1/),
      details: expect.arrayContaining([expect.stringContaining('Failed to determine agent resources')]),
    });
    expect(begun.size).toBe(1);
    for (const id of begun) expect(await leftOf(id)).toEqual([]);
  });

  it('A4 must end when it is interrupted, and leave nothing then', async () => {
    const abort = new AbortController();
    const begun = new Set<string>();
    const listener = {
      passed: ({ desired }: { desired: { cluster: { id: string } } }) => void begun.add(desired.cluster.id),
      done: () => abort.abort(),
    };
    const started = MesosCluster.start({ distribution: 'simulator', text: TEXT, signal: abort.signal, listener });
    await expect(started).rejects.toMatchObject({ code: 'INTERRUPTED', exit: 130 });
    expect(begun.size).toBe(1);
    for (const id of begun) expect(await leftOf(id)).toEqual([]);
  });

  it('A5 A6 A9 A11 must show its members, run apps and tell what was seen last', async () => {
    const cluster = await start({ spec: { agents: [{ name: 'ssd', attributes: 'disk:ssd' }], marathon: {} } });
    const state = await cluster.master.state();
    expect(state.slaves.map(({ attributes }) => attributes)).toEqual([{ disk: 'ssd' }]);
    const [agent] = cluster.agents;
    expect(agent).toMatchObject({ id: 'agent-0', name: 'ssd', agentId: state.slaves[0]?.id });
    expect(await agent?.state()).toMatchObject({ id: agent?.agentId, attributes: { disk: 'ssd' } });
    const variables = await cluster.variables();
    expect(variables).toMatchObject({
      MINIMESOS_MASTER: cluster.master.url,
      MINIMESOS_ZOOKEEPER: cluster.zookeeper.url,
    });

    const { marathon } = cluster;
    const cmd = 'echo $ZK; sleep 1000';
    await marathon.deploy({ id: '/web', cmd, cpus: 0.1, mem: 16, env: { ZK: '${MINIMESOS_ZOOKEEPER}' } });
    const [app] = await marathon.apps();
    expect(app).toMatchObject({ id: '/web', tasksRunning: 1, env: { ZK: cluster.zookeeper.url } });
    expect(await marathon.tasks('web')).toEqual([expect.objectContaining({ appId: '/web' })]);
    const tooLarge = marathon.deploy({ id: '/large', cmd, cpus: 100 }, { timeout: 1 });
    await expect(tooLarge).rejects.toMatchObject({
      code: 'NOT_SETTLED',
      message: expect.stringContaining('no agent offers 100 cpus'),
    });
    await marathon.remove('/large', { force: true });
    await marathon.remove('/web');
    expect(await marathon.apps()).toEqual([]);
    await expect(marathon.remove('/web')).rejects.toMatchObject({ code: 'NO_APP' });

    await expect(
      cluster.waitFor(({ master }) => master?.activated_slaves === 7, { timeout: 0.5 }),
    ).rejects.toMatchObject({
      code: 'NOT_SETTLED',
      message: expect.stringContaining('the master knows 1 active agents, and frameworks: marathon (0 tasks)'),
    });
    expect(await cluster.logs('master-0')).toContain('Registered agent');
    expect(await cluster.events()).toContainEqual(expect.objectContaining({ kind: 'step', component: 'agent-0' }));
  });

  it('A7 A8 A10 must become what is said over its file, and leave alone a container of the user’s', async () => {
    const file = join(await folder(), 'minimesosFile');
    await writeFile(file, TEXT);
    const cluster = await start({ file });
    const image = await testImage(docker);
    const mine = await cluster.addContainer({ name: 'mine', image, command: ['run'], env: { A: '1' } });

    await cluster.scale(3);
    expect(cluster.agents).toHaveLength(3);
    const { steps } = await cluster.apply({ consul: {} });
    expect(steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual(['create consul-0']);
    await expect(cluster.apply({ agents: [{ portNumber: 0 }] })).rejects.toMatchObject({ code: 'FILE_INVALID' });
    await cluster.apply({ agents: [{}], consul: null });
    const { components } = await cluster.status();
    expect(components.map(({ id }) => id)).toEqual(['zookeeper-0', 'master-0', 'agent-0']);
    expect(await readFile(file, 'utf8')).toBe(TEXT);

    const [found] = (await docker.listContainers({ 'org.minimesos.component': 'added' })).filter(
      ({ id }) => id === mine.id,
    );
    expect(found).toMatchObject({ state: 'running', addresses: { [`minimesos-${cluster.id}`]: mine.ip } });
    await cluster.destroy();
    expect(await leftOf(cluster.id)).toEqual([]);
  });
});

/** A program of somebody's own, and the ids of the clusters that it has started. */
async function program(source: string): Promise<{ child: ReturnType<typeof spawn>; ids: string[] }> {
  const path = join(await folder(), 'program.mjs');
  await writeFile(path, `import { MesosCluster } from ${JSON.stringify(join(DIST, 'api.js'))};\n${source}`);
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ids = line.split(' ');
  for (const id of ids) onTestFinished(() => removeLabelled(docker, { 'org.minimesos.cluster': id }));
  return { child, ids };
}

const ONE = `const one = await MesosCluster.start({ distribution: 'simulator', text: 'minimesos { agent { } }' });`;

describe.skipIf(dockerSkipped)('a process that started clusters', () => {
  it('A12 must have them removed by the next start when it was killed, and not before', async () => {
    const { child, ids } = await program(`${ONE} console.log(one.id); setInterval(() => {}, 1000);`);
    const [id = ''] = ids;
    await start({ text: TEXT });
    expect(await leftOf(id)).not.toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await start({ text: TEXT });
    expect(await leftOf(id)).toEqual([]);
  });

  it('A13 must take them along when it is terminated, and still die of the signal', async () => {
    const two = ONE.replace('one', 'two');
    const { child, ids } = await program(`${ONE} ${two} console.log(one.id, two.id); setInterval(() => {}, 1000);`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    expect(ids).toHaveLength(2);
    for (const id of ids) expect(await leftOf(id)).toEqual([]);
  });

  it('A13 must take them along when it comes to its end', async () => {
    const { child, ids } = await program(`${ONE} console.log(one.id);`);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    for (const id of ids) expect(await leftOf(id)).toEqual([]);
  });
});

describe.skipIf(dockerSkipped)('A14 minimesos/testing', () => {
  it('must give the tests of node:test a cluster, and take it away after them', async () => {
    const path = join(await folder(), 'cluster.test.mjs');
    await writeFile(
      path,
      `import { after, before, test } from 'node:test';
       import { equal } from 'node:assert/strict';
       import { useCluster } from ${JSON.stringify(join(DIST, 'testing.js'))};
       const mesos = useCluster({ before, after }, { distribution: 'simulator', spec: { agents: [{}, {}] } });
       test('two agents', async () => {
         console.log('id ' + mesos.cluster.id);
         equal((await mesos.cluster.master.state()).activated_slaves, 2);
       });`,
    );
    // Within a test of node:test another one would take itself for a part of it.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', path], { env });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [exit] = await once(child, 'close');
    expect(said).toMatch(/^# pass 1$/m);
    expect(exit).toBe(0);
    const [, id = ''] = /id (test-\S+)/.exec(said) ?? [];
    expect(id).not.toBe('');
    expect(await leftOf(id)).toEqual([]);
  });
});
