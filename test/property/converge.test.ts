import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { converge } from '../../src/controller.js';
import { nothingOf } from '../../src/desired.js';
import type { Docker } from '../../src/docker/docker.js';
import { type ErrorCode, MinimesosError } from '../../src/errors.js';
import type { Desired, Step } from '../../src/model.js';
import { FakeDocker } from '../support/fake-docker.js';
import { fakeWorld, NOBODY } from '../support/fake-world.js';
import { clusterSpec, desiredFrom } from '../support/worlds.js';
import { type Edit, edited, edits, type File, file, wanted } from './plan-arbitraries.js';
import { expectSafe } from './plan-safety.js';

type Method = keyof Docker;
const WRITES: Method[] = [
  'createContainer',
  'startContainer',
  'stopContainer',
  'removeContainer',
  'createVolume',
  'removeVolume',
  'createNetwork',
  'removeNetwork',
  'pullImage',
];
const CODES: ErrorCode[] = ['DOCKER_FAILED', 'DOCKER_CONFLICT', 'DOCKER_NOT_FOUND', 'DOCKER_UNREACHABLE'];
const fault = fc.record({ method: fc.constantFrom(...WRITES), code: fc.constantFrom(...CODES) });
/** No more than a component is tried again. */
const faults = fc.array(fault, { maxLength: 4 });
const RUNS = 30;
/** What fails has to be shrunk. */
const PATIENCE = { timeout: 60_000 };

const { cluster } = desiredFrom(clusterSpec());
const nothing = nothingOf(cluster);

// Two blocks that swap their names are left out until their images are looked for: they would be pulled for ever.
const change = edits.map((list) => list.filter(({ what }) => what !== 'names'));
/** Null: the cluster goes. */
const history = fc.array(fc.option(change, { freq: 5 }), { maxLength: 2 });

function wishes(first: File, changes: (Edit[] | null)[]): Desired[] {
  let now = first;
  const later = changes.map((each) => {
    if (each === null) return nothing;
    now = edited(now, each);
    return wanted(now);
  });
  return [wanted(first), ...later];
}

/** Fails at the first pass that is not safe, and where passes come to no end. */
function watched(): Parameters<typeof converge>[1] {
  const started: Step[] = [];
  const done = new Set<Step>();
  let passes = 0;
  return {
    // By the clock that jumps: as long as real files take to go.
    timeoutMs: 3_600_000,
    listener: {
      ...NOBODY,
      done: ({ step }) => done.add(step),
      passed: (pass) => {
        passes++;
        if (passes > 1_000) throw new Error('this comes to no end');
        expectSafe(
          pass,
          started.filter((step) => !done.has(step)),
        );
        started.push(...pass.steps);
      },
    },
  };
}

/** All that the file wants, once, and nothing else. */
async function expectExactly(desired: Desired, docker: FakeDocker): Promise<void> {
  const ours = { 'org.minimesos.cluster': cluster.id };
  const containers = await docker.listContainers(ours);
  const hashes = containers.map(({ labels }) => labels['org.minimesos.spec-hash']);
  expect(hashes.sort()).toEqual(desired.components.map(({ hash }) => hash).sort());
  expect(containers.filter(({ state }) => state !== 'running')).toEqual([]);
  const stored = new Set(desired.components.filter(({ volume }) => volume).map(({ kind }) => kind as string));
  const withVolume = containers.filter(({ labels }) => stored.has(labels['org.minimesos.component'] ?? ''));
  const volumes = await docker.listVolumes(ours);
  expect(volumes.map(({ name }) => name).sort()).toEqual(withVolume.map(({ name }) => name).sort());
  expect(await docker.listNetworks(ours)).toHaveLength(desired.components.length > 0 ? 1 : 0);
}

/** An engine whose user is killed at a write; `hard`: nothing is done or answered from there on. */
function lastSeenAt(write: number, docker: FakeDocker, kill: () => void, hard: boolean): FakeDocker {
  let left = write;
  return new Proxy(docker, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!WRITES.some((each) => each === name)) return member.bind(target);
      return (...args: unknown[]) => {
        left--;
        if (left < 0) kill();
        return left < 0 && hard ? new Promise(() => {}) : member.apply(target, args);
      };
    },
  });
}

describe('converge', () => {
  it(
    'brings about each file in turn, whatever the engine fails to do now and then, in safe passes',
    PATIENCE,
    async () => {
      await fc.assert(
        fc.asyncProperty(file, history, faults, async (first, changes, failures) => {
          const docker = new FakeDocker();
          for (const { method, code } of failures) docker.failNext(method, new MinimesosError(code, 'for once'));
          for (const desired of wishes(first, changes)) {
            const { converged } = await converge(fakeWorld(desired, docker), watched());
            expect(converged).toBe(true);
            await expectExactly(desired, docker);
          }
        }),
        { numRuns: RUNS },
      );
    },
  );

  it('carries on where a process was killed, at whichever write', PATIENCE, async () => {
    await fc.assert(
      fc.asyncProperty(file, history, fc.nat(30), fc.boolean(), async (first, changes, write, hard) => {
        const docker = new FakeDocker();
        for (const desired of wishes(first, changes)) {
          const abort = new AbortController();
          const engine = lastSeenAt(write, docker, () => abort.abort(), hard);
          await converge(fakeWorld(desired, engine, abort.signal), watched()).catch((error) =>
            expect(error).toMatchObject({ code: 'INTERRUPTED' }),
          );
        }
        const last = wishes(first, changes).at(-1) ?? nothing;
        const { converged } = await converge(fakeWorld(last, docker), watched());
        expect(converged).toBe(true);
        await expectExactly(last, docker);
      }),
      { numRuns: RUNS },
    );
  });
});
