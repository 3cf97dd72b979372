/** A controller that watches a fake world: a test waits for passes, and does things by hand in between. */

import { onTestFinished } from 'vitest';
import { follow } from '../../src/controller.js';
import type { MinimesosError } from '../../src/errors.js';
import type { Desired, PlannedComponent, Step } from '../../src/model.js';
import type { Policy } from '../../src/policy.js';
import type { Pass } from '../../src/reconcile.js';
import type { Settlement } from '../../src/settlement.js';
import { FakeDocker } from './fake-docker.js';
import { type FakeWorld, fakeWorld } from './fake-world.js';

export interface Following {
  world: FakeWorld;
  docker: FakeDocker;
  /** In the order in which they were started, with the time, in milliseconds. */
  started: { step: Step; at: number }[];
  /** `troubled agent-1 COMPONENT_EXITED`, `engineBack`. */
  told: string[];
  /** The errors that were told. */
  errors: MinimesosError[];
  /** Resolves with the first pass from now on for which this holds, before time goes on. */
  until(holds: (seen: Seen) => boolean): Promise<Seen>;
  converged(): Promise<Seen>;
  /** Something happened: look again. */
  poke(): void;
  end(): Promise<void>;
  ended: Promise<void>;
}

export interface Seen extends Pass {
  settled: Settlement;
  at: number;
  component(id: string): PlannedComponent | undefined;
}

const MOST_PASSES = 5_000;

/** It ends with the test. */
export function following(wanted: Desired, docker = new FakeDocker(), policy?: Policy): Following {
  const abort = new AbortController();
  const world = fakeWorld(wanted, docker, abort.signal);
  const waiting = new Set<(seen: Seen) => void>();
  const started: Following['started'] = [];
  const told: string[] = [];
  const errors: MinimesosError[] = [];
  const tell = (what: string, error?: MinimesosError) => {
    told.push([what, ...(error ? [error.code] : [])].join(' '));
    if (error) errors.push(error);
  };
  const listener = {
    started: (step: Step) => started.push({ step, at: world.clock.now() }),
    progress() {},
    done() {},
    passed: (pass: Pass, settled: Settlement) => {
      const component = (id: string) => pass.components.find((each) => each.id === id);
      for (const each of waiting) each({ ...pass, settled, at: world.clock.now(), component });
    },
    troubled: (components: string[], error: MinimesosError) => tell(`troubled ${components}`, error),
    failed: (components: string[], error: MinimesosError) => tell(`failed ${components}`, error),
    engineLost: (error: MinimesosError) => tell('engineLost', error),
    engineBack: () => tell('engineBack'),
  };
  const { poke, ended } = follow(world, { listener, ...(policy ? { policy } : {}) });
  const end = () => {
    abort.abort();
    return ended;
  };
  onTestFinished(() => end().catch(() => {}));

  const until = (holds: (seen: Seen) => boolean): Promise<Seen> => {
    let passes = 0;
    const found = new Promise<Seen>((resolve, reject) => {
      const look = (seen: Seen) => {
        passes++;
        if (!holds(seen) && passes < MOST_PASSES) return;
        waiting.delete(look);
        if (passes < MOST_PASSES) resolve(seen);
        else reject(new Error(`it holds in none of ${MOST_PASSES} passes`));
      };
      waiting.add(look);
    });
    const over = ended.then(() => Promise.reject(new Error('it ended before that')));
    return Promise.race([found, over]);
  };
  const converged = () => until(({ settled }) => settled === 'converged');
  return { world, docker, started, told, errors, until, converged, poke, end, ended };
}

/** `start agent-1`, from this one on. */
export function linesFrom(started: Following['started'], from = 0): string[] {
  return started.slice(from).map(({ step }) => `${step.verb} ${step.component}`);
}
