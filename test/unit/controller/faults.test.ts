/** An engine in trouble, and two controllers at one cluster. */

import { describe, expect, it } from 'vitest';
import { converge, follow } from '../../../src/controller.js';
import { nothingOf } from '../../../src/desired.js';
import { MinimesosError } from '../../../src/errors.js';
import type { StepResult } from '../../../src/executor.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../../support/fake-world.js';
import { following } from '../../support/following.js';
import { clusterSpec, desiredFrom } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const name = (id: string) => `minimesos-${desired.cluster.id}-${id}`;
const options = { timeoutMs: 600_000, listener: NOBODY };
const failure = () => new MinimesosError('DOCKER_FAILED', 'connection reset');

describe('L32 an engine that goes away in the middle', () => {
  /** A convergence under which the engine goes when the master is there; back after so many milliseconds. */
  function interrupted(awayMs: number) {
    const docker = new FakeDocker();
    const world = fakeWorld(desired, docker);
    const told: string[] = [];
    const never = new AbortController().signal;
    const listener = {
      ...NOBODY,
      done: ({ step }: StepResult) => {
        if (step.component !== 'master-0' || step.verb !== 'create') return;
        docker.stopEngine();
        void world.clock.wait(awayMs, never).then(() => docker.startEngine({ exitCode: 137 }));
      },
      engineLost: ({ code }: MinimesosError) => void told.push(`lost ${code}`),
      engineBack: () => void told.push('back'),
    };
    return { world, told, end: converge(world, { ...options, listener }) };
  }

  it('is waited for, and what it stopped is started again', async () => {
    const { end, told } = interrupted(10_000);
    expect(await end).toMatchObject({ converged: true });
    expect(told).toEqual(['lost DOCKER_UNREACHABLE', 'back']);
  });

  it('is given up after half a minute by one who is to come to an end', async () => {
    const { end, told, world } = interrupted(3_600_000);
    await expect(end).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE', exit: 69 });
    expect(told).toEqual(['lost DOCKER_UNREACHABLE']);
    expect(world.clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.now()).toBeLessThan(40_000);
  });

  it('is waited for by one who watches, for as long as it takes', async () => {
    const watched = following(desired);
    const { docker, world } = watched;
    await watched.converged();
    docker.stopEngine();
    const back = world.clock
      .wait(3_600_000, new AbortController().signal)
      .then(() => docker.startEngine({ exitCode: 137 }));
    watched.started.length = 0;
    watched.poke();
    await back;
    await watched.converged();
    expect(watched.told.slice(0, 2)).toEqual(['engineLost DOCKER_UNREACHABLE', 'engineBack']);
    expect(watched.started.map(({ step }) => `${step.verb} ${step.component}`)).toEqual([
      'start zookeeper-0',
      'start master-0',
      'start agent-0',
    ]);
  });

  it('is no engine at all where it was away before anything began', async () => {
    const docker = new FakeDocker();
    docker.stopEngine();
    await expect(converge(fakeWorld(desired, docker), options)).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    await expect(following(desired, docker).ended).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });

  it('is waited for to the last look of a destroy', async () => {
    const docker = new FakeDocker();
    await converge(fakeWorld(desired, docker), options);
    const done = ({ step }: StepResult) => {
      if (step.component === 'network') docker.failNext('listContainers', failure());
    };
    const world = fakeWorld(nothingOf(desired.cluster), docker);
    expect(await converge(world, { ...options, listener: { ...NOBODY, done } })).toMatchObject({ converged: true });
  });
});

describe('L17 what the engine fails to do', () => {
  it('once is done after a pause, by any method', async () => {
    for (const method of ['createNetwork', 'createVolume', 'createContainer', 'startContainer', 'pullImage'] as const) {
      const docker = new FakeDocker();
      docker.failNext(method, failure());
      expect(await converge(fakeWorld(desired, docker), options), method).toMatchObject({ converged: true });
    }
  });

  it('always is given up with its error, be it the network', async () => {
    const docker = new FakeDocker();
    docker.failWith('createNetwork', failure());
    const world = fakeWorld(desired, docker);
    const error = await converge(world, { ...options, timeoutMs: 60_000 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MinimesosError);
    expect(docker.calls.filter((call) => call.startsWith('createNetwork'))).toHaveLength(5);
    expect(world.clock.now()).toBeLessThan(60_000);
  });

  it('for a stray container is no reason to leave the components alone', async () => {
    const docker = new FakeDocker();
    await converge(fakeWorld(desired, docker), options);
    const spec = docker.container(name('agent-0'))?.spec;
    if (spec) await docker.createContainer({ ...spec, name: 'a-copy', ports: [] });
    docker.crash(name('agent-0'), 1);
    docker.failNext('removeContainer', new MinimesosError('DOCKER_REFUSED', 'it may not be removed'));
    const { steps } = await converge(fakeWorld(desired, docker), options);
    expect(steps).toContainEqual(expect.objectContaining({ verb: 'start', component: 'agent-0' }));
  });

  it('is tried for ever by one who watches', async () => {
    const watched = following(desired);
    await watched.converged();
    watched.docker.failWith('startContainer', failure());
    watched.docker.crash(name('agent-0'), 1);
    watched.poke();
    const { at } = await watched.until(({ component }) => component('agent-0')?.phase === 'backoff');
    await watched.until((seen) => seen.at - at > 600_000);
    watched.docker.failWith('startContainer', undefined);
    await watched.converged();
  });
});

describe('L31 one who watches', () => {
  it('ends when it is interrupted while all is well, and leaves the cluster running', async () => {
    const watched = following(desired);
    await watched.converged();
    await watched.end();
    expect(watched.docker.container(name('agent-0'))?.state).toBe('running');
  });

  it('ends when it is interrupted in the middle of a look', async () => {
    const abort = new AbortController();
    const world = fakeWorld(desired, new FakeDocker(), abort.signal);
    // As an engine that is interrupted while it is asked.
    const observe = () => {
      abort.abort();
      return Promise.reject(new MinimesosError('INTERRUPTED', 'interrupted'));
    };
    await follow({ ...world, observe }, { listener: NOBODY }).ended;
  });
});

describe('L28 the right to change the cluster', () => {
  /** Counts how often it is asked for; what happens meanwhile. */
  function claiming(docker: FakeDocker, meanwhile: () => unknown = () => {}) {
    const world = fakeWorld(desired, docker);
    const writesBefore: number[] = [];
    const claim = async () => {
      writesBefore.push(docker.writes.length);
      if (writesBefore.length > 1) return false;
      await meanwhile();
      return true;
    };
    return { world: { ...world, claim }, writesBefore };
  }

  it('is asked for before the first step', async () => {
    const { world, writesBefore } = claiming(new FakeDocker());
    expect(await converge(world, options)).toMatchObject({ converged: true });
    expect(writesBefore[0]).toBe(0);
  });

  it('is not asked for where nothing is to be done', async () => {
    const docker = new FakeDocker();
    await converge(fakeWorld(desired, docker), options);
    const { world, writesBefore } = claiming(docker);
    expect(await converge(world, options)).toMatchObject({ converged: true });
    expect(writesBefore).toEqual([]);
  });

  it('L19 is followed by another look: whoever had it may have done all that is to be done', async () => {
    const docker = new FakeDocker();
    const { world, writesBefore } = claiming(docker, () => converge(fakeWorld(desired, docker), options));
    const { converged, steps } = await converge(world, options);
    expect({ converged, steps, claims: writesBefore.length }).toEqual({ converged: true, steps: [], claims: 1 });
  });

  it('takes nothing of the time that the cluster has', async () => {
    const docker = new FakeDocker();
    const { world } = claiming(docker, () => world.clock.wait(30_000, world.signal));
    const { converged, timedOut } = await converge(world, { ...options, timeoutMs: 10_000 });
    expect({ converged, timedOut }).toEqual({ converged: true, timedOut: false });
  });

  it('that is refused ends it before anything was done', async () => {
    const docker = new FakeDocker();
    const locked = new MinimesosError('CLUSTER_LOCKED', 'another minimesos is changing this cluster');
    const world = { ...fakeWorld(desired, docker), claim: () => Promise.reject(locked) };
    await expect(converge(world, options)).rejects.toMatchObject({ code: 'CLUSTER_LOCKED', exit: 75 });
    expect(docker.writes).toEqual([]);
  });
});

describe('L18 an interrupted convergence', () => {
  it('waits for the steps under way, also where it is interrupted in the middle of a look', async () => {
    const abort = new AbortController();
    const docker = new FakeDocker();
    const world = fakeWorld(desired, docker, abort.signal);
    const { createNetwork } = FakeDocker.prototype;
    docker.createNetwork = async (...args) => {
      await world.clock.wait(1_000, new AbortController().signal);
      return createNetwork.apply(docker, args);
    };
    let looks = 0;
    const observe: typeof world.observe = (...args) => {
      looks += 1;
      if (looks === 1) return world.observe(...args);
      abort.abort();
      return Promise.reject(new MinimesosError('INTERRUPTED', 'interrupted'));
    };
    await expect(converge({ ...world, observe }, options)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect((await docker.listNetworks(null)).map(({ name: each }) => each)).toContain(
      `minimesos-${desired.cluster.id}`,
    );
  });
});
