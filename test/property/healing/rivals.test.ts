import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converge, follow } from '../../../src/controller.js';
import { NOBODY } from '../../support/fake-world.js';
import { connect } from '../../support/faulty-docker.js';
import { FakeMesos, faultyWorld, OpenDocker, withoutHost } from '../../support/faulty-world.js';
import { bystandersOf, settleBystanders } from './bystanders.js';
import { flawsOf, trespass } from './flaws.js';
import { Hands } from './hands.js';
import { type Leftovers, leave, leftovers } from './leftovers.js';
import { CLUSTER, type Wish, Wishes, wish } from './wishes.js';

const RUNS = 500;
const PATIENCE = { timeout: 300_000 };
const wishes = new Wishes();

/** How many turns of the event loop the calls of a controller take, one after the other, and from the start again. */
const pace = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 });

let withHost = () => {};
beforeAll(() => {
  withHost = withoutHost();
});
afterAll(() => withHost());

/** A cluster, and those who are at it at once. */
class Rivalry {
  readonly #engine = new OpenDocker();
  readonly #mesos = new FakeMesos(this.#engine, CLUSTER);
  readonly #flaws: string[] = [];
  #bystanders = '';

  constructor(private readonly wish: Wish) {}

  async begin(left: Leftovers): Promise<void> {
    await settleBystanders(this.#engine);
    await leave(this.#engine, left);
    new Hands(this.#engine, this.#mesos).rest();
    this.#bystanders = bystandersOf(this.#engine);
  }

  async apply(turns: number[]): Promise<boolean> {
    const { converged } = await converge(this.#world(turns), { timeoutMs: 60_000, listener: NOBODY });
    return converged;
  }

  async watch(turns: number[], until: Promise<unknown>): Promise<void> {
    const abort = new AbortController();
    const { ended } = follow(this.#world(turns, abort.signal), { listener: NOBODY });
    await until;
    abort.abort();
    await ended;
  }

  async flaws(): Promise<string[]> {
    if (bystandersOf(this.#engine) !== this.#bystanders) this.#flaws.push('something of others is not as it was');
    return [...this.#flaws, ...(await flawsOf(this.#engine, this.#mesos, wishes.means(this.wish)))];
  }

  #world(turns: number[], signal?: AbortSignal) {
    let calls = 0;
    const connection = connect(this.#engine, (method, target) => {
      const flaw = trespass(this.#engine, method, target);
      if (flaw) this.#flaws.push(flaw);
      calls++;
      return { takes: turns[calls % turns.length] ?? 0, when: calls % 2 === 0 ? 'before' : 'after' };
    });
    const desired = () => wishes.means(this.wish);
    return faultyWorld({ connection, mesos: this.#mesos, desired, ...(signal ? { signal } : {}) });
  }
}

describe('two at once on one cluster, with the lock broken', () => {
  it('L19 end with what the file wants, nothing doubled and nothing orphaned', PATIENCE, async () => {
    const property = fc.asyncProperty(leftovers, wish, pace, pace, async (left, wanted, one, other) => {
      const rivalry = new Rivalry(wanted);
      await rivalry.begin(left);
      // One may take what the other has just stopped for something that failed by itself, and end with that.
      expect(await Promise.all([rivalry.apply(one), rivalry.apply(other)])).toContain(true);
      expect(await rivalry.flaws()).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('L19 come to the same where one of them watches', PATIENCE, async () => {
    const property = fc.asyncProperty(leftovers, wish, pace, pace, async (left, wanted, one, other) => {
      const rivalry = new Rivalry(wanted);
      await rivalry.begin(left);
      await rivalry.watch(other, rivalry.apply(one));
      expect(await rivalry.apply([0])).toBe(true);
      expect(await rivalry.flaws()).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
