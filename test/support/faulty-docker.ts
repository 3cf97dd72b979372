/** Connections of controllers to a fake engine: calls are slow, fail before or after their effect, or kill the controller. */

import type { Docker } from '../../src/docker/docker.js';
import type { FakeDocker } from './fake-docker.js';

export type Method = keyof Docker;

/** Those that change the engine. */
export const WRITES: readonly Method[] = [
  'createContainer',
  'startContainer',
  'unpauseContainer',
  'stopContainer',
  'restartContainer',
  'removeContainer',
  'connectContainer',
  'pullImage',
  'createNetwork',
  'removeNetwork',
  'createVolume',
  'removeVolume',
];

/** What becomes of a call: before its effect, which then need not come about, or after it, in place of the answer. */
export type Fate = ({ fails: Error } | { kills: true } | { takes: number }) & { when: When };
export type When = 'before' | 'after';

/** `target`: the id or the name that the call is about, or its other first argument. */
export type FateOf = (method: Method, target: unknown) => Fate | undefined;

/** One controller's way to the engine. Once that is killed, none of its calls does anything or is answered. */
export interface Connection {
  docker: FakeDocker;
  /** Resolves when the controller is killed. */
  killed: Promise<'killed'>;
  /** `busy` while a slow call is not answered, so that no time may pass for the controller; `cut` when it is dead. */
  state(): 'idle' | 'busy' | 'cut';
}

export function connect(engine: FakeDocker, fateOf: FateOf): Connection {
  const line = new Line(engine, fateOf);
  return { docker: line.docker, killed: line.killed, state: () => line.state };
}

type Call = (...args: unknown[]) => Promise<unknown>;

const PORT: ReadonlySet<string> = new Set<Method>([
  ...WRITES,
  ...(['info', 'listContainers', 'inspectContainer', 'tailLogs', 'presentImages'] as const),
  ...(['importImage', 'buildImage', 'listNetworks', 'listVolumes'] as const),
]);

class Line {
  readonly docker: FakeDocker;
  readonly killed: Promise<'killed'>;
  readonly #calls = new Map<string, Call>();
  #cut = false;
  #slow = 0;
  #kill = (_: 'killed') => {};

  constructor(
    private readonly engine: FakeDocker,
    private readonly fateOf: FateOf,
  ) {
    this.docker = new Proxy(engine, { get: (_, name) => this.#member(name) });
    this.killed = new Promise((resolve) => {
      this.#kill = resolve;
    });
  }

  get state(): 'idle' | 'busy' | 'cut' {
    if (this.#cut) return 'cut';
    return this.#slow > 0 ? 'busy' : 'idle';
  }

  #member(name: string | symbol): unknown {
    const member: unknown = Reflect.get(this.engine, name, this.engine);
    if (typeof name !== 'string' || typeof member !== 'function') return member;
    if (!PORT.has(name)) return member.bind(this.engine);
    const call = this.#calls.get(name) ?? this.#call(name as Method, member.bind(this.engine));
    this.#calls.set(name, call);
    return call;
  }

  #call(method: Method, effect: Call): Call {
    return async (...args) => {
      if (this.#cut) return NEVER;
      const fate = this.fateOf(method, args[0]);
      if (fate?.when === 'before') await this.#meet(fate);
      if (this.#cut) return NEVER;
      const answer = effect(...args);
      if (fate?.when === 'after') {
        await answer.catch(() => {});
        await this.#meet(fate);
      }
      return answer.finally(() => (this.#cut ? NEVER : undefined));
    };
  }

  async #meet(fate: Fate): Promise<void> {
    if ('fails' in fate) throw fate.fails;
    if ('takes' in fate) return this.#take(fate.takes);
    this.#cut = true;
    this.#kill('killed');
  }

  async #take(turns: number): Promise<void> {
    this.#slow++;
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.#slow--;
  }
}

const NEVER = new Promise<never>(() => {});
