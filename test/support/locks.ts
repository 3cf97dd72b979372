/** Locks on a fake engine: who asks for one, and who left one. */

import type { VolumeSummary } from '../../src/docker/docker.js';
import { type Holder, holderLabels, thisHolder } from '../../src/holder.js';
import type { LockOptions } from '../../src/lock.js';
import type { ClusterIdentity } from '../../src/model.js';
import { markerLabels } from '../../src/observed/labels.js';
import type { FakeDocker } from './fake-docker.js';

export const CLUSTER: ClusterIdentity = {
  id: 'c0ffee0000',
  file: '/project/minimesosFile',
  name: 'test',
  distribution: 'simulator',
  mesosVersion: '1.0.0',
};
/** Of the lock's volume. */
export const LOCK = 'minimesos-c0ffee0000-lock';
export const NO_SUCH_PID = 2 ** 30;
export const FOR_EVER = Number.POSITIVE_INFINITY;

/** Waits take no time, and time is what was waited. */
export function jumpingClock() {
  let now = 0;
  return {
    now: () => now,
    wait: async (ms: number, signal: AbortSignal) => {
      await turns(1);
      if (!signal.aborted) now += ms;
    },
  };
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function asking(docker: LockOptions['docker'], over: Partial<LockOptions> = {}): LockOptions {
  const signal = new AbortController().signal;
  return {
    docker,
    clock: jumpingClock(),
    cluster: CLUSTER,
    version: '0.0.0',
    command: 'apply',
    timeoutMs: 30_000,
    signal,
    ...over,
  };
}

/** As another process left it. */
export async function holdAs(docker: FakeDocker, over: Partial<Holder>, name = LOCK): Promise<Holder> {
  const holder = { ...(await thisHolder('apply --watch')), ...over };
  await docker.createVolume(name, { ...markerLabels(CLUSTER, '0.0.0', 'lock'), ...holderLabels(holder) });
  return holder;
}

export const volumes = async (docker: FakeDocker): Promise<VolumeSummary[]> => docker.listVolumes({});
export const names = async (docker: FakeDocker): Promise<string[]> => (await volumes(docker)).map(({ name }) => name);
