import { describe, expect, it } from 'vitest';
import { converge, type Outcome } from '../../src/controller.js';
import { nothingOf } from '../../src/desired.js';
import { MinimesosError } from '../../src/errors.js';
import type { StepResult } from '../../src/executor.js';
import type { Desired } from '../../src/model.js';
import { FakeDocker } from '../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../support/fake-world.js';
import { agentSpec, clusterSpec, desiredFrom, lines } from '../support/worlds.js';

const racks = ['a', 'b', 'c'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const desired = desiredFrom(clusterSpec({ agents: racks }));
const options = { timeoutMs: 3_600_000, listener: NOBODY };
const name = (id: string) => `minimesos-${desired.cluster.id}-${id}`;

async function run(wanted: Desired, docker: FakeDocker): Promise<Outcome> {
  return converge(fakeWorld(wanted, docker), options);
}

describe('converge', () => {
  it('L3 brings a cluster up, and calls nothing that writes when run again', async () => {
    const docker = new FakeDocker();
    expect(await run(desired, docker)).toMatchObject({ converged: true, timedOut: false });
    docker.writes.length = 0;
    const again = await run(desired, docker);
    expect(again).toMatchObject({ converged: true, steps: [] });
    expect(docker.writes).toEqual([]);
  });

  it('L9 pulls an image once for all who wait for it', async () => {
    const docker = new FakeDocker();
    await run(desired, docker);
    expect(docker.writes.filter((call) => call.startsWith('pullImage'))).toHaveLength(1);
  });

  it('N2 L20 destroys what is labelled and nothing else', async () => {
    const docker = new FakeDocker();
    await run(desired, docker);
    const other = { ...desired, cluster: { ...desired.cluster, id: 'other' } };
    await run(other, docker);
    const gone = await run(nothingOf(desired.cluster), docker);
    expect(gone.converged).toBe(true);
    expect(docker.container(name('agent-0'))).toBeUndefined();
    expect(docker.container('minimesos-other-agent-0')?.state).toBe('running');
    expect(await docker.listNetworks({ 'org.minimesos.cluster': desired.cluster.id })).toEqual([]);
    expect(await docker.listVolumes({ 'org.minimesos.cluster': desired.cluster.id })).toEqual([]);
  });

  it('L14 C5 reports a component that exits at once with its last words, and converges the rest', async () => {
    const docker = new FakeDocker({
      onStart: ({ spec }, engine) => {
        if (spec.name === name('agent-1')) engine.crash(spec.name, 1, ['Failed to load unknown flag']);
      },
    });
    const { converged, failures, pass } = await run(desired, docker);
    expect(converged).toBe(false);
    expect([...failures.keys()]).toEqual(['agent-1']);
    expect(failures.get('agent-1')).toMatchObject({
      code: 'COMPONENT_EXITED',
      details: ['Failed to load unknown flag'],
    });
    expect(pass.components.filter(({ phase }) => phase === 'ready').map(({ id }) => id)).toEqual([
      'zookeeper-0',
      'master-0',
      'agent-0',
      'agent-2',
    ]);
  });

  it('C5 ends as soon as it is known that the last component has failed', async () => {
    const docker = new FakeDocker({
      onStart: ({ spec }, engine) => {
        if (spec.name === name('zookeeper-0')) engine.crash(spec.name, 1, []);
      },
    });
    const { failures, elapsedMs } = await run(desired, docker);
    expect([...failures.keys()]).toEqual(['zookeeper-0']);
    expect(elapsedMs).toBeLessThan(5_000);
  });

  it('L21 waits for nobody who only waits for a component that failed', async () => {
    const docker = new FakeDocker({
      onStart: ({ spec }, engine) => {
        if (spec.name === name('master-0')) engine.crash(spec.name, 1);
      },
    });
    const outcome = await run(desired, docker);
    expect(outcome).toMatchObject({ converged: false, timedOut: false });
    expect(outcome.elapsedMs).toBeLessThan(options.timeoutMs);
    expect(outcome.pass.components.find(({ id }) => id === 'agent-0')).toMatchObject({
      phase: 'starting',
      waitsFor: 'master-0',
    });
  });

  it('L13 starts a component again that stopped before this run', async () => {
    const docker = new FakeDocker();
    await run(desired, docker);
    docker.crash(name('agent-1'), 137);
    const { converged, steps } = await run(desired, docker);
    expect(converged).toBe(true);
    expect(steps).toEqual([{ verb: 'start', component: 'agent-1', cause: 'stopped with exit code 137' }]);
  });

  it('L12 leaves a running cluster as it is when an image cannot be had', async () => {
    const docker = new FakeDocker();
    const custom = clusterSpec({ agents: racks, distribution: 'custom' });
    await run(desiredFrom(custom), docker);
    docker.unavailable.set('containersol/mesos-master:9.9-0.1.0', 'no such host');
    docker.unavailable.set('containersol/mesos-agent:9.9-0.1.0', 'no such host');
    docker.writes.length = 0;
    const { failures, converged } = await run(desiredFrom({ ...custom, mesosVersion: '9.9' }), docker);
    expect(converged).toBe(false);
    expect(failures.get('master-0')).toMatchObject({ code: 'IMAGE_UNAVAILABLE', exit: 69 });
    expect(docker.writes.filter((call) => !call.startsWith('pullImage'))).toEqual([]);
  });

  it('L21 C6 gives up after its time with what is still missing', async () => {
    const world = fakeWorld(desired, new FakeDocker());
    world.silent.add('agent');
    const { converged, timedOut, pass } = await converge(world, { ...options, timeoutMs: 5_000 });
    expect({ converged, timedOut }).toEqual({ converged: false, timedOut: true });
    expect(pass.components.find(({ id }) => id === 'agent-0')).toMatchObject({
      phase: 'starting',
      reason: 'not registered yet',
    });
  });

  it('L17 tries again what the engine failed to do', async () => {
    const docker = new FakeDocker();
    docker.failNext('createContainer', new MinimesosError('DOCKER_FAILED', 'connection reset'));
    docker.failNext('startContainer', new MinimesosError('DOCKER_CONFLICT', 'removal in progress'));
    const { converged, steps } = await run(desired, docker);
    expect(converged).toBe(true);
    expect(lines(steps).filter((line) => line.endsWith('zookeeper-0'))).toEqual([
      'pull zookeeper-0',
      'start zookeeper-0',
    ]);
  });

  it('L18 ends when it is interrupted, and the next run carries on', async () => {
    const docker = new FakeDocker();
    const abort = new AbortController();
    const listener = { ...NOBODY, done: () => abort.abort() };
    await expect(converge(fakeWorld(desired, docker, abort.signal), { ...options, listener })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(await run(desired, docker)).toMatchObject({ converged: true });
  });

  it('begins a change of images only when it has them all', async () => {
    const docker = new FakeDocker();
    const custom = clusterSpec({ agents: racks, distribution: 'custom' });
    await run(desiredFrom(custom), docker);
    docker.unavailable.set('containersol/mesos-agent:9.9-0.1.0', 'no such host');
    docker.writes.length = 0;
    const { failures, converged } = await run(desiredFrom({ ...custom, mesosVersion: '9.9' }), docker);
    expect({ converged, failed: [...failures.keys()] }).toEqual({
      converged: false,
      failed: ['agent-0', 'agent-1', 'agent-2'],
    });
    expect(docker.writes.filter((call) => !call.startsWith('pullImage'))).toEqual([]);
  });

  it('starts stopped components in the order of their needs', async () => {
    const docker = new FakeDocker();
    const wanted = desiredFrom(clusterSpec({ consul: { env: {} }, registrator: { env: {} } }));
    await run(wanted, docker);
    for (const id of ['zookeeper-0', 'master-0', 'agent-0', 'consul-0', 'registrator-0']) docker.crash(name(id), 137);
    const { converged, steps } = await run(wanted, docker);
    expect(converged).toBe(true);
    const order = lines(steps);
    expect(order.indexOf('start zookeeper-0')).toBeLessThan(order.indexOf('start master-0'));
    expect(order.indexOf('start consul-0')).toBeLessThan(order.indexOf('start registrator-0'));
  });

  it('does not count the time of pulls', async () => {
    const docker = new FakeDocker();
    const release = docker.hold('pullImage');
    let passes = 0;
    const passed = () => {
      passes++;
      if (passes === 100) release();
    };
    const outcome = await converge(fakeWorld(desired, docker), { timeoutMs: 5_000, listener: { ...NOBODY, passed } });
    expect(outcome).toMatchObject({ converged: true, timedOut: false });
    expect(outcome.elapsedMs).toBeGreaterThan(5_000);
  });

  it('does eight things at once, and not more', async () => {
    const docker = new FakeDocker();
    const many = desiredFrom(clusterSpec({ agents: Array.from({ length: 20 }, () => agentSpec()) }));
    await run({ ...many, components: many.components.filter(({ kind }) => kind === 'zookeeper') }, docker);
    const release = docker.hold('createContainer');
    docker.calls.length = 0;
    let passes = 0;
    let atOnce = 0;
    const passed = () => {
      passes++;
      if (passes !== 10) return;
      atOnce = docker.calls.filter((call) => call.startsWith('createContainer')).length;
      release();
    };
    const outcome = await converge(fakeWorld(many, docker), { ...options, listener: { ...NOBODY, passed } });
    expect(outcome.converged).toBe(true);
    expect(atOnce).toBe(8);
  });

  it('gives up a removal that fails again and again, and tells so once', async () => {
    const docker = new FakeDocker();
    await run(desired, docker);
    const failure = new MinimesosError('FOLDER_UNWRITABLE', 'permission denied');
    docker.failNext('removeVolume', failure);
    const told: string[][] = [];
    const failed = (components: string[]) => told.push(components);
    const outcome = await converge(fakeWorld(nothingOf(desired.cluster), docker), {
      ...options,
      listener: { ...NOBODY, failed },
    });
    expect(outcome).toMatchObject({ converged: false, timedOut: false });
    expect(told).toHaveLength(1);
    expect(await run(nothingOf(desired.cluster), docker)).toMatchObject({ converged: true });
  });

  it('makes stopped containers anew whose network is gone, since the engine starts them on no other', async () => {
    const docker = new FakeDocker();
    await run(desired, docker);
    const ids = ['agent-0', 'agent-1', 'agent-2', 'master-0', 'zookeeper-0'];
    for (const id of ids) docker.crash(name(id), 137);
    await docker.removeNetwork(`minimesos-${desired.cluster.id}`);
    const { converged, steps } = await run(desired, docker);
    expect(converged).toBe(true);
    const removed = steps.filter(({ verb }) => verb === 'remove');
    expect(removed.map(({ component }) => component).sort()).toEqual(ids);
    expect(removed[0]).toMatchObject({ cause: 'its network is gone', volume: 'keep' });
  });

  it('looks again where the engine fails a look in mid-run', async () => {
    const docker = new FakeDocker();
    const failure = new MinimesosError('DOCKER_FAILED', 'cut');
    const done = ({ step }: StepResult) => {
      if (step.component === 'master-0') docker.failNext('listContainers', failure);
    };
    const outcome = await converge(fakeWorld(desired, docker), { ...options, listener: { ...NOBODY, done } });
    expect(outcome.converged).toBe(true);
    docker.failNext('listContainers', new MinimesosError('DOCKER_UNREACHABLE', 'no engine'));
    await expect(run(desired, docker)).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });

  it('L19 does nothing twice when two run at once', async () => {
    const docker = new FakeDocker();
    const outcomes = await Promise.all([run(desired, docker), run(desired, docker)]);
    expect(outcomes.map(({ converged }) => converged)).toEqual([true, true]);
    const containers = await docker.listContainers({ 'org.minimesos.cluster': desired.cluster.id });
    expect(containers).toHaveLength(5);
  });
});
