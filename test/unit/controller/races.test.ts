/** What happens at an awkward moment: in the middle of a look, of a pull, of a start. */

import { expect, it } from 'vitest';
import { Engine } from '../../../src/api/engine.js';
import { converge } from '../../../src/controller.js';
import { MinimesosError } from '../../../src/errors.js';
import type { StepResult } from '../../../src/executor.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { following, linesFrom } from '../../support/following.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

const racks = ['a', 'b', 'c'].map((rack) => agentSpec({ attributes: `rack:${rack}` }));
const desired = desiredFrom(clusterSpec({ agents: racks }));
const name = (id: string) => `minimesos-${desired.cluster.id}-${id}`;
const options = { timeoutMs: 600_000, listener: NOBODY };

it('L17 a step that fails while a look goes on is tried again', async () => {
  const docker = new FakeDocker();
  await converge(fakeWorld(desired, docker), options);
  docker.crash(name('agent-0'), 137);
  docker.failNext('startContainer', new MinimesosError('DOCKER_FAILED', 'connection reset'));
  const world = fakeWorld(desired, docker);
  let failed = () => {};
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  let looks = 0;
  const observe: typeof world.observe = async (...look) => {
    const seen = await world.observe(...look);
    looks++;
    if (looks === 2) await failure;
    return seen;
  };
  // The failure is told while the second look is on its way.
  const start = docker.startContainer.bind(docker);
  docker.startContainer = async (id) => {
    await new Promise(setImmediate);
    return start(id);
  };
  const done = ({ error }: StepResult) => void (error && failed());
  const outcome = await converge({ ...world, observe }, { ...options, listener: { ...NOBODY, done } });
  expect(outcome.converged).toBe(true);
  expect(outcome.steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual(['start agent-0']);
});

it('L23 a stray that is named like a component does the component no harm', async () => {
  const watched = following(desired);
  const { docker } = watched;
  await watched.converged();
  const spec = docker.container(name('agent-2'))?.spec;
  if (!spec) throw new Error('there is no agent-2');
  watched.started.length = 0;
  await docker.startContainer(await docker.createContainer({ ...spec, name: 'agent-2', network: 'host' }));
  watched.poke();
  await watched.until(() => docker.container('agent-2') === undefined);
  await watched.converged();
  expect(linesFrom(watched.started)).toEqual(['remove container agent-2']);
});

it('L32 an engine that goes away under a component on its way is not the component’s fault', async () => {
  const docker = new FakeDocker();
  const world = fakeWorld(desired, docker);
  const never = new AbortController().signal;
  const done = ({ step }: StepResult) => {
    if (step.component !== 'zookeeper-0' || step.verb !== 'create') return;
    docker.stopEngine();
    void world.clock.wait(2_000, never).then(() => docker.startEngine({ exitCode: 137 }));
  };
  const outcome = await converge(world, { ...options, listener: { ...NOBODY, done } });
  expect(outcome).toMatchObject({ converged: true });
});

it('L12 an old container that stops while its new image cannot be had is started, and serves on', async () => {
  const custom = clusterSpec({ agents: racks, distribution: 'custom' });
  const watched = following(desiredFrom(custom));
  const { docker, world } = watched;
  await watched.converged();
  docker.unavailable.set('containersol/mesos-agent:9.9-0.1.0', 'no such host');
  docker.unavailable.set('containersol/mesos-master:9.9-0.1.0', 'no such host');
  world.want(desiredFrom({ ...custom, mesosVersion: '9.9' }));
  watched.poke();
  await watched.until(({ component }) => component('agent-1')?.phase === 'backoff');
  docker.crash(name('agent-1'), 137);
  watched.poke();
  await watched.until(() => docker.container(name('agent-1'))?.state === 'running');
  expect(linesFrom(watched.started)).toContain('start agent-1');
});

it('L24 nobody is restarted because there is no network to be had', async () => {
  const watched = following(desired);
  const { docker } = watched;
  await watched.converged();
  watched.started.length = 0;
  docker.failWith('createNetwork', new MinimesosError('SUBNETS_TAKEN', 'no free subnet'));
  docker.loseNetwork(`minimesos-${desired.cluster.id}`);
  watched.poke();
  const from = watched.world.clock.now();
  await watched.until(({ at }) => at > from + 100_000);
  expect(new Set(linesFrom(watched.started))).toEqual(new Set(['create network']));
});

it('L28 a lock that could not be had is asked for again', async () => {
  const docker = new FakeDocker();
  const world = fakeWorld(desired, docker);
  const engine = new Engine(desired.cluster.id, docker, { clock: world.clock, version: '0.0.0' });
  const claim = engine.claim(desired.cluster, { lockTimeout: 0 });
  docker.failWith('createVolume', new MinimesosError('DOCKER_REFUSED', 'no'));
  await expect(claim.hold()).rejects.toMatchObject({ code: 'DOCKER_REFUSED' });
  docker.failWith('createVolume', undefined);
  expect(await claim.hold()).toBe(true);
  expect(await claim.hold()).toBe(false);
  await claim.release();
  expect(await docker.listVolumes({})).toEqual([]);
});
