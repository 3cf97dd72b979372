import { describe, expect, it, vi } from 'vitest';
import type { Labels, VolumeSummary } from '../../src/docker/docker.js';
import { MinimesosError } from '../../src/errors.js';
import { acquire, type Lock, type LockHolder, type LockOptions } from '../../src/lock.js';
import { markerLabels } from '../../src/observed/labels.js';
import { FakeDocker } from '../support/fake-docker.js';
import {
  asking,
  CLUSTER,
  FOR_EVER,
  holdAs,
  jumpingClock,
  LOCK,
  NO_SUCH_PID,
  names,
  volumes,
} from '../support/locks.js';

async function failureOf(promise: Promise<unknown>): Promise<MinimesosError> {
  const thrown = await promise.then(() => undefined).catch((error: unknown) => error);
  if (!(thrown instanceof MinimesosError)) throw new Error(`not rejected with an error of ours: ${String(thrown)}`);
  return thrown;
}

describe('a lock', () => {
  it('must be a volume that bears the labels of the cluster and says who holds it', async () => {
    const docker = new FakeDocker();
    await acquire(asking(docker, { command: 'apply --watch' }));
    const [volume] = await volumes(docker);
    expect(volume?.name).toBe(LOCK);
    expect(volume?.labels).toMatchObject(markerLabels(CLUSTER, '0.0.0', 'lock'));
    expect(volume?.labels['org.minimesos.lock.holder']).toMatch(/^apply --watch, pid \d+ of .+@.+$/);
    expect(volume?.labels['org.minimesos.lock.pid']).toBe(String(process.pid));
  });

  it('must leave nothing behind when it is released, and may be released twice', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker));
    await Promise.all([lock.release(), lock.release()]);
    expect(await volumes(docker)).toEqual([]);
    const next = await acquire(asking(docker));
    await lock.release();
    expect(await names(docker)).toEqual([LOCK]);
    await next.release();
  });

  it('must not keep other clusters waiting', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker));
    const other = await acquire(asking(docker, { cluster: { ...CLUSTER, id: 'c0ffee0000-lock' }, timeoutMs: 0 }));
    await lock.release();
    expect(await names(docker)).toEqual(['minimesos-c0ffee0000-lock-lock']);
    await other.release();
    expect(await volumes(docker)).toEqual([]);
  });

  it('that was broken by force must leave alone whoever has it now', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker));
    await docker.removeVolume(LOCK);
    await acquire(asking(docker, { timeoutMs: 0 }));
    const [before] = await volumes(docker);
    await lock.release();
    expect(await volumes(docker)).toEqual([before]);
  });
});

describe('an engine that fails', () => {
  it('must be told, with nothing left of a call that had its effect', async () => {
    const docker = new FakeDocker();
    const cut = new MinimesosError('DOCKER_UNREACHABLE', 'connection reset');
    const createVolume = async (name: string, labels: Labels): Promise<VolumeSummary> => {
      await docker.createVolume(name, labels);
      throw cut;
    };
    const { listVolumes, removeVolume } = bound(docker);
    expect(await failureOf(acquire(asking({ createVolume, listVolumes, removeVolume })))).toBe(cut);
    expect(await volumes(docker)).toEqual([]);
  });

  it('for a moment must be asked again', async () => {
    const docker = new FakeDocker();
    const failed = new MinimesosError('DOCKER_FAILED', 'server error');
    const gone = new MinimesosError('DOCKER_NOT_FOUND', 'no such volume');
    for (const error of [failed, gone]) docker.failNext('createVolume', error);
    const lock = await acquire(asking(docker));
    docker.failNext('listVolumes', failed);
    docker.failNext('removeVolume', failed);
    await lock.release();
    expect(await volumes(docker)).toEqual([]);
  });

  it('must keep nobody from waiting on', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker));
    const away = new MinimesosError('DOCKER_UNREACHABLE', 'restarting');
    const failing = vi.fn(() => docker.failNext('createVolume', away));
    const second = acquire(asking(docker, { timeoutMs: FOR_EVER, onWait: failing }));
    await vi.waitFor(() => expect(failing).toHaveBeenCalled());
    await lock.release();
    await (await second).release();
    expect(await volumes(docker)).toEqual([]);
  });

  it('must not make a release reject', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker));
    docker.failNext('listVolumes', new MinimesosError('DOCKER_UNREACHABLE', 'away'));
    await lock.release();
    expect(await names(docker)).toEqual([LOCK]);
  });
});

describe('whoever finds the lock taken', () => {
  it('must be told by whom, once, and get it when it is released', async () => {
    const docker = new FakeDocker();
    const lock = await acquire(asking(docker, { command: 'destroy' }));
    const told: LockHolder[] = [];
    let second: Lock | undefined;
    const waiting = acquire(asking(docker, { timeoutMs: FOR_EVER, onWait: (each) => told.push(each) })).then((got) => {
      second = got;
    });
    const holder = { description: expect.stringMatching(/^destroy, pid \d+ of .+@/), since: expect.any(String) };
    await expect.poll(() => told).toEqual([holder]);
    expect(second).toBeUndefined();
    await lock.release();
    await waiting;
    expect(await names(docker)).toEqual([LOCK]);
    expect(told).toHaveLength(1);
  });

  it('must give up after the timeout, naming the holder and since when', async () => {
    const docker = new FakeDocker();
    await acquire(asking(docker, { command: 'apply --watch' }));
    const clock = jumpingClock();
    const error = await failureOf(acquire(asking(docker, { clock, timeoutMs: 30_000 })));
    expect(error.code).toBe('CLUSTER_LOCKED');
    expect(error.message).toMatch(/apply --watch, pid \d+ of .+@.+, since \d{4}-/);
    expect(error.hint).not.toContain('docker volume rm');
    expect(clock.now()).toBe(30_000);
    expect(await names(docker)).toEqual([LOCK]);
  });

  it('must give up at once where it is not to wait', async () => {
    const docker = new FakeDocker();
    await acquire(asking(docker));
    const clock = jumpingClock();
    expect((await failureOf(acquire(asking(docker, { clock, timeoutMs: 0 })))).code).toBe('CLUSTER_LOCKED');
    expect(clock.now()).toBe(0);
  });

  it('must end when it is interrupted, before or while it waits', async () => {
    const docker = new FakeDocker();
    const aborted = AbortSignal.abort();
    expect((await failureOf(acquire(asking(docker, { signal: aborted })))).code).toBe('INTERRUPTED');
    expect(await volumes(docker)).toEqual([]);
    await acquire(asking(docker));
    const abort = new AbortController();
    const waiting = acquire(asking(docker, { signal: abort.signal, onWait: () => abort.abort() }));
    expect((await failureOf(waiting)).code).toBe('INTERRUPTED');
    expect(await names(docker)).toEqual([LOCK]);
  });

  it('must leave nothing when it is interrupted while it is given the lock', async () => {
    const docker = new FakeDocker();
    const abort = new AbortController();
    const { createVolume, listVolumes, removeVolume } = bound(docker);
    const slow = async (name: string, labels: Labels): Promise<VolumeSummary> => {
      const volume = await createVolume(name, labels);
      abort.abort();
      return volume;
    };
    const waiting = acquire(asking({ createVolume: slow, listVolumes, removeVolume }, { signal: abort.signal }));
    expect((await failureOf(waiting)).code).toBe('INTERRUPTED');
    expect(await volumes(docker)).toEqual([]);
  });
});

describe('the lock of a holder', () => {
  it('that is dead must be taken at once', async () => {
    const docker = new FakeDocker();
    await holdAs(docker, { pid: NO_SUCH_PID });
    const lock = await acquire(asking(docker, { timeoutMs: 0, onWait: () => expect.unreachable() }));
    const [volume] = await volumes(docker);
    expect(volume?.labels['org.minimesos.lock.pid']).toBe(String(process.pid));
    await lock.release();
    expect(await volumes(docker)).toEqual([]);
  });

  it('that died while it took the lock of a dead one must be taken, and all that both left be removed', async () => {
    const docker = new FakeDocker();
    const first = await holdAs(docker, { pid: NO_SUCH_PID });
    const second = await holdAs(docker, { pid: NO_SUCH_PID }, `${LOCK}-${first.nonce}`);
    await holdAs(docker, { pid: NO_SUCH_PID }, `${LOCK}-${first.nonce}-${second.nonce}`);
    await holdAs(docker, { pid: NO_SUCH_PID }, `${LOCK}-of-somebody-long-ago`);
    const lock = await acquire(asking(docker, { timeoutMs: 0 }));
    await lock.release();
    expect(await volumes(docker)).toEqual([]);
  });

  it('on another machine, or of nobody known, must be left alone, and the way to break it be told', async () => {
    for (const over of [{ machine: 'another machine', pid: NO_SUCH_PID }, undefined]) {
      const docker = new FakeDocker();
      if (over) await holdAs(docker, over);
      else await docker.createVolume(LOCK, markerLabels(CLUSTER, '0.0.0', 'lock'));
      const error = await failureOf(acquire(asking(docker)));
      expect(error.code).toBe('CLUSTER_LOCKED');
      expect(error.hint).toContain(`docker volume rm ${LOCK}`);
      expect(await names(docker)).toEqual([LOCK]);
    }
  });
});

function bound(docker: FakeDocker): LockOptions['docker'] {
  return {
    createVolume: (name, labels) => docker.createVolume(name, labels),
    listVolumes: (labels) => docker.listVolumes(labels),
    removeVolume: (name) => docker.removeVolume(name),
  };
}
