import { describe, expect, it } from 'vitest';
import type { Labels, VolumeSummary } from '../../src/docker/docker.js';
import { holderLabels, readHolder } from '../../src/holder.js';
import { acquire, type LockOptions } from '../../src/lock.js';
import { FakeDocker } from '../support/fake-docker.js';
import { asking, FOR_EVER, holdAs, NO_SUCH_PID, names, turns } from '../support/locks.js';

describe('of many who want the lock', () => {
  it('one at a time must have it, and each in the end, however they are delayed and whoever dies when', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { most, served, left } = await crowd(seed);
      expect({ seed, most, left }).toEqual({ seed, most: 1, left: [] });
      expect(served).toBeGreaterThan(0);
    }
  });
});

interface Crowd {
  /** How many had the lock at once. */
  most: number;
  served: number;
  left: string[];
}

/** Some that ask at once for what a dead one holds; some of them die on their way, in mid-call or with the lock. */
async function crowd(seed: number): Promise<Crowd> {
  const docker = new FakeDocker();
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const dead = new Set<string>();
  const having = new Set<string>();
  let [most, served] = [0, 0];
  await holdAs(docker, { pid: NO_SUCH_PID });

  const visit = (who: string, diesAfter: number): Promise<void> =>
    new Promise((end) => {
      let calls = 0;
      const delay = async (): Promise<void> => {
        await turns(below(4));
        calls++;
        if (calls <= diesAfter) return;
        dead.add(who);
        having.delete(who);
        end();
        await new Promise(() => {});
      };
      const through = async <Reply>(call: () => Promise<Reply>): Promise<Reply> => {
        await delay();
        const reply = await call();
        await delay();
        return reply;
      };
      const seen = (volume: VolumeSummary): VolumeSummary => ({ ...volume, labels: withTheDead(volume.labels, dead) });
      const mine: LockOptions['docker'] = {
        createVolume: (name, labels) => through(async () => seen(await docker.createVolume(name, labels))),
        listVolumes: (labels) => through(async () => (await docker.listVolumes(labels)).map(seen)),
        removeVolume: (name) => through(() => docker.removeVolume(name)),
      };
      const work = async (): Promise<void> => {
        const lock = await acquire(asking(mine, { command: who, timeoutMs: FOR_EVER }));
        having.add(who);
        most = Math.max(most, having.size);
        await delay();
        served++;
        having.delete(who);
        await lock.release();
        end();
      };
      void work();
    });

  const mortal = Array.from({ length: 5 }, (_, at) => visit(`mortal-${at}`, 1 + below(24)));
  await Promise.all([...mortal, visit('survivor', FOR_EVER)]);
  await visit('last', FOR_EVER);
  return { most, served, left: await names(docker) };
}

/** All are this process; those that died look as if their pid was no more. */
function withTheDead(labels: Labels, dead: ReadonlySet<string>): Labels {
  const holder = readHolder(labels);
  const died = dead.has(holder.description.split(',')[0] ?? '');
  return { ...labels, ...holderLabels(died ? { ...holder, pid: NO_SUCH_PID } : holder) };
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
