/** A cluster's life under controllers that come and go while all kinds of things happen, until nothing happens any more. */

import { converge, follow, type Listener } from '../../../src/controller.js';
import { MinimesosError } from '../../../src/errors.js';
import { type Desired, KINDS, type Kind, NETWORK } from '../../../src/model.js';
import { strayId } from '../../../src/observed/labels.js';
import { DEFAULT_POLICY, type KindPolicy, type Policy } from '../../../src/policy.js';
import { NOBODY } from '../../support/fake-world.js';
import { type Connection, connect, type Fate, type Method } from '../../support/faulty-docker.js';
import { FakeMesos, faultyWorld, OpenDocker } from '../../support/faulty-world.js';
import { bystandersOf, settleBystanders } from './bystanders.js';
import { flawsOf, trespass } from './flaws.js';
import { Hands } from './hands.js';
import { type Leftovers, leave } from './leftovers.js';
import type { Mishap, Timed } from './mishaps.js';
import { CLUSTER, type Wish, Wishes } from './wishes.js';

export interface Story {
  leftovers: Leftovers;
  /** Null: that all goes. */
  wish: Wish | null;
  mishaps: Timed[];
}

/** So many passes after the last mishap, and it has converged. */
const PASSES = 100;
const MOST_PASSES = 3_000;
const LIVES = 30;

const HASTY: KindPolicy = { maxUnavailable: 1, degradedAfterMs: 200, restartAfterMs: 1_000 };
const hasty = (progressDeadlineMs: number): Policy => ({
  ...DEFAULT_POLICY,
  kinds: Object.fromEntries(KINDS.map((kind) => [kind, HASTY])) as Record<Kind, KindPolicy>,
  progressDeadlineMs,
});

const wishes = new Wishes();

export class Life {
  readonly #engine = new OpenDocker();
  readonly #mesos = new FakeMesos(this.#engine, CLUSTER);
  readonly #hands = new Hands(this.#engine, this.#mesos);
  readonly #mishaps: Timed[];
  readonly #flaws = new Set<string>();
  #desired: Desired;
  #bystanders = '';
  #away: { calls: number; fatal: boolean } | undefined;
  #peace = false;
  /** Whether the last look began in peace. */
  #peaceful = false;
  /** Since peace, of the controllers since then. */
  passes = 0;
  #allPasses = 0;
  #poke = () => {};

  constructor(private readonly story: Story) {
    this.#desired = wishes.means(story.wish);
    this.#mishaps = story.mishaps.map((each) => ({ ...each }));
  }

  /** Under one `apply` after the other. Gives what was wrong. */
  async applied(): Promise<string[]> {
    await this.#begin();
    for (let lives = 0; lives < LIVES; lives++) {
      const peaceful = this.#peace;
      const outcome = await this.#applyOnce();
      if (peaceful) {
        if (outcome !== 'converged') this.#flaws.add(`in peace: ${outcome}`);
        return this.#end();
      }
      this.#hurry();
    }
    return ['it comes to no end'];
  }

  /** Under `apply --watch`, begun anew where it died. */
  async watched(): Promise<string[]> {
    await this.#begin();
    for (let lives = 0; lives < LIVES; lives++) {
      const done = await this.#watchOnce();
      if (done) return this.#end();
    }
    return ['it comes to no end'];
  }

  async #begin(): Promise<void> {
    await settleBystanders(this.#engine);
    await leave(this.#engine, this.story.leftovers);
    this.#bystanders = bystandersOf(this.#engine);
    this.#makePeace();
  }

  async #applyOnce(): Promise<string> {
    const desired = this.#desired;
    const connection = this.#connect();
    const world = faultyWorld({ connection, mesos: this.#mesos, desired: () => desired });
    const run = converge(world, { timeoutMs: 20_000, listener: this.#listener(() => {}), policy: hasty(3_000) });
    try {
      const outcome = await Promise.race([run, connection.killed]);
      if (outcome === 'killed') return outcome;
      const { converged, timedOut, failures, pass } = outcome;
      if (converged) return 'converged';
      const left = pass.components.map(({ id, phase, reason }) => `${id} is ${phase}: ${reason}`);
      if (!timedOut && failures.size === 0) this.#flaws.add(`ended for no reason: ${left}`);
      return `${timedOut ? 'timed out' : 'gave up'}: ${left}; ${[...failures].map(([id, { message }]) => `${id}: ${message}`)}`;
    } catch (thrown) {
      if (!(thrown instanceof MinimesosError) || thrown.code === 'UNEXPECTED') throw thrown;
      return `${thrown.code} ${thrown.message}`;
    }
  }

  /** Gives whether it came to its end. */
  async #watchOnce(): Promise<boolean> {
    const connection = this.#connect();
    const abort = new AbortController();
    const world = faultyWorld({ connection, mesos: this.#mesos, desired: () => this.#desired, signal: abort.signal });
    const listener = this.#listener((settled) => {
      if (this.#peaceful && settled === 'converged') abort.abort();
    });
    const watch = follow(world, { listener, policy: hasty(1e9) });
    this.#poke = watch.poke;
    try {
      const ended = await Promise.race([watch.ended, connection.killed]);
      return ended !== 'killed';
    } catch (thrown) {
      if (!(thrown instanceof MinimesosError) || !thrown.retryable) throw thrown;
      return false;
    } finally {
      this.#poke = () => {};
    }
  }

  #listener(passed: (settled: string) => void): Listener {
    return {
      ...NOBODY,
      passed: ({ components, observed, steps }, settled) => {
        this.#count();
        const strays = (observed.strays ?? []).map(strayId);
        const known = new Set([NETWORK, ...components.map(({ id }) => id), ...strays]);
        for (const { component } of steps) if (!known.has(component)) this.#flaws.add(`a step for ${component}`);
        if (new Set(steps.map(({ component }) => component)).size < steps.length) this.#flaws.add('two steps for one');
        passed(settled);
      },
    };
  }

  /** Throws where passes come to no end, which nothing else would end. */
  #count(): void {
    if (this.#peace) this.passes++;
    this.#allPasses++;
    if (this.passes > PASSES || this.#allPasses > MOST_PASSES) throw new Error('these passes come to no end');
  }

  #connect(): Connection {
    return connect(this.#engine, (method, target) => this.#fateOf(method, target));
  }

  #fateOf(method: Method, target: unknown): Fate | undefined {
    const trespassed = trespass(this.#engine, method, target);
    if (trespassed) this.#flaws.add(trespassed);
    if (method === 'listContainers') this.#peaceful = this.#peace;
    if (this.#away) return this.#missAnswer(this.#away);
    const [next] = this.#mishaps;
    if (!next) return undefined;
    if (next.after > 0) {
      next.after--;
      return undefined;
    }
    this.#mishaps.shift();
    const fate = this.#happen(next.mishap);
    this.#makePeace();
    return fate;
  }

  #happen(mishap: Mishap): Fate | undefined {
    switch (mishap.what) {
      case 'failure':
        return { fails: new MinimesosError(mishap.code, 'for once'), when: mishap.when };
      case 'death':
        return { kills: true, when: mishap.when };
      case 'slowness':
        return { takes: mishap.turns, when: mishap.when };
      case 'outage':
        this.#away = { ...mishap };
        return this.#missAnswer(this.#away);
      case 'edit':
        this.#desired = wishes.means(mishap.wish);
        return undefined;
      case 'deed':
        this.#hands.do(mishap.deed, mishap.whose);
        if (mishap.told) this.#poke();
        return undefined;
    }
  }

  #missAnswer(away: { calls: number; fatal: boolean }): Fate {
    away.calls--;
    if (away.calls <= 0) {
      this.#away = undefined;
      if (away.fatal) this.#hands.endAll();
      this.#makePeace();
    }
    return { fails: new MinimesosError('DOCKER_UNREACHABLE', 'no engine'), when: 'before' };
  }

  /** What waits for a call of a controller that has ended happens now. */
  #hurry(): void {
    const next = this.#mishaps.shift();
    if (next && next.mishap.what !== 'outage') this.#happen(next.mishap);
    this.#makePeace();
  }

  #makePeace(): void {
    if (this.#peace || this.#away || this.#mishaps.length > 0) return;
    this.#peace = true;
    this.#hands.rest();
    this.#poke();
  }

  async #end(): Promise<string[]> {
    const same = bystandersOf(this.#engine) === this.#bystanders;
    return [
      ...this.#flaws,
      ...(await flawsOf(this.#engine, this.#mesos, this.#desired)),
      ...(same ? [] : ['something of others is not as it was']),
    ];
  }
}
