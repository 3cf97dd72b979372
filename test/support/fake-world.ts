/** A world for controllers under test: a fake engine, a clock that jumps, processes that are ready as soon as they run. */

import type { Listener } from '../../src/controller.js';
import type { Desired, Kind } from '../../src/model.js';
import { observe } from '../../src/observed/observe.js';
import type { Prober } from '../../src/observed/probe.js';
import type { Clock, World } from '../../src/world.js';
import type { FakeDocker } from './fake-docker.js';

export interface FakeWorld extends World {
  docker: FakeDocker;
  want(desired: Desired): void;
  /** Kinds that run and never become ready. */
  silent: Set<Kind>;
}

export function fakeWorld(
  desired: Desired,
  docker: FakeDocker,
  signal: AbortSignal = new AbortController().signal,
): FakeWorld {
  let wanted = desired;
  const silent = new Set<Kind>();
  const prober = fakeProber(docker, silent);
  return {
    docker,
    silent,
    want: (next) => {
      wanted = next;
    },
    desired: () => Promise.resolve(wanted),
    observe: (each, busy) => observe(each.cluster.id, { docker, prober }, { desired: each, busy }),
    provideImage: (reference, onProgress, stop) => docker.pullImage(reference, onProgress, stop),
    clock: jumpingClock(),
    signal,
    version: '0.0.0',
    engineSocket: '/var/run/docker.sock',
  };
}

/** Waits take no time, and time is what was waited. */
function jumpingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wait: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal.aborted) now += ms;
    },
  };
}

function fakeProber(docker: FakeDocker, silent: ReadonlySet<Kind>): Prober {
  return {
    master: async () => {
      if (silent.has('master')) return { leads: false, reason: 'no leader elected' };
      const containers = silent.has('agent') ? [] : await docker.listContainers({ 'org.minimesos.component': 'agent' });
      const agents = containers.flatMap(({ addresses, labels, name }) =>
        Object.values(addresses).map(
          (ip) => [`${ip}:${labels['org.minimesos.port']}`, { id: name, active: true }] as const,
        ),
      );
      return { leads: true, state: { version: '1.0.0', agents: new Map(agents) } };
    },
    component: async (kind) => ({ ready: !silent.has(kind), reason: silent.has(kind) ? 'does not answer' : 'serves' }),
  };
}

export const NOBODY: Listener = { started() {}, progress() {}, done() {}, passed() {}, failed() {} };
