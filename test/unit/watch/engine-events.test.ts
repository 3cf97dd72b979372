import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineEvent, Labels } from '../../../src/docker/docker.js';
import { type Followed, followEngine } from '../../../src/watch/engine-events.js';
import type { Clock } from '../../../src/world.js';
import { FakeDocker } from '../../support/fake-docker.js';

const CLUSTER: Labels = { 'org.minimesos.cluster': 'c0ffee0000' };
const NETWORK = 'minimesos-c0ffee0000';
const EAGER = { interval: 1, timeout: 2_000 };
const BACK = 'the engine answers again';

/** Stands still; each wait is over when the test says so. */
class StandingClock implements Clock {
  readonly waits: { ms: number; over: () => void }[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = { ms, over: resolve };
      this.waits.push(wait);
      signal.addEventListener('abort', () => {
        this.#drop(wait);
        resolve();
      });
    });
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Lets the wait of this length that is there, or will be, come to its end. */
  async pass(ms: number): Promise<void> {
    const wait = await vi.waitUntil(() => this.waits.find((each) => each.ms === ms), EAGER);
    this.advance(ms);
    this.#drop(wait);
    wait.over();
  }

  #drop(wait: StandingClock['waits'][number]): void {
    const at = this.waits.indexOf(wait);
    if (at >= 0) this.waits.splice(at, 1);
  }
}

describe('the events of a cluster', () => {
  let docker: FakeDocker;
  let clock: StandingClock;
  let stop: AbortController;
  let pokes: string[];
  let followed: Promise<void>;

  const follow = (over: Partial<Followed> = {}): void => {
    const all = { docker, labels: CLUSTER, names: [NETWORK], clock, ...over };
    followed = followEngine(all, (reason) => pokes.push(reason), stop.signal);
  };
  const poked = (...reasons: string[]) => vi.waitFor(() => expect(pokes).toEqual(reasons), EAGER);
  const connections = () => docker.calls.filter((call) => call === 'events').length;

  const agent = async (index: number, labels = CLUSTER): Promise<string> => {
    const name = `minimesos-${labels['org.minimesos.cluster']}-agent-${index}`;
    await docker.createContainer({
      name,
      image: 'agent',
      hostname: `agent-${index}`,
      env: {},
      labels: { ...labels, 'org.minimesos.component': 'agent', 'org.minimesos.index': String(index) },
      network: { name: NETWORK, ip: `172.30.0.1${index}`, aliases: [] },
      ports: [],
      mounts: [],
      privileged: false,
      hostPid: false,
      stopTimeout: 5,
    });
    await docker.startContainer(name);
    return name;
  };

  beforeEach(async () => {
    docker = new FakeDocker({ images: ['agent'] });
    clock = new StandingClock();
    stop = new AbortController();
    pokes = [];
    await docker.createNetwork(NETWORK, '172.30.0.0/24', CLUSTER);
  });
  afterEach(async () => {
    stop.abort();
    await followed;
  });

  test('poke with who it was and what happened, of containers and of the network', async () => {
    const name = await agent(1);
    follow();
    docker.disconnect(name);
    await poked('network: disconnect');
    docker.remove(name);
    await poked('network: disconnect', 'agent-1: die', 'agent-1: destroy');
  });

  test('of another cluster, poke nobody', async () => {
    const other = await agent(2, { 'org.minimesos.cluster': 'other' });
    const ours = await agent(1);
    docker.disconnect(other);
    follow();
    docker.pause(other);
    docker.pause(ours);
    await poked('agent-1: pause');
  });

  test('that say nothing about where a component stands poke nobody', async () => {
    const idle = ['exec_create: ls', 'exec_start: ls', 'exec_die', 'attach', 'top', 'resize', 'health_status: healthy'];
    async function* events(): AsyncGenerator<EngineEvent> {
      for (const action of [...idle, 'kill', 'start']) yield { type: 'container', action, id: '1', labels: {} };
      await vi.waitUntil(() => stop.signal.aborted, EAGER);
    }
    follow({ docker: { info: () => docker.info(), events, namedEvents: (...all) => docker.namedEvents(...all) } });
    await poked('container: start');
  });

  test('that the engine tells before its listing shows them poke again, twice, after the last of them', async () => {
    const name = await agent(1);
    follow();
    docker.pause(name);
    await poked('agent-1: pause');
    docker.crash(name, 1);
    await poked('agent-1: pause', 'agent-1: die', 'network: disconnect');
    pokes.length = 0;
    await clock.pass(100);
    await poked('agent-1: die');
    await clock.pass(300);
    await poked('agent-1: die', 'agent-1: die');
    expect(clock.waits).toEqual([]);
  });

  test('that are lost are followed again, and what was missed is looked at', async () => {
    const name = await agent(1);
    follow();
    docker.loseEvents();
    await clock.pass(200);
    await poked(BACK);
    docker.crash(name, 1);
    await poked(BACK, 'agent-1: die', 'network: disconnect');
  });

  test.each(['events', 'namedEvents'] as const)('are all followed anew when only %s are lost', async (method) => {
    const name = await agent(1);
    follow();
    docker.failWith(method, new Error('cut'));
    docker.failWith(method, undefined);
    await clock.pass(200);
    await poked(BACK);
    docker.crash(name, 1);
    await poked(BACK, 'agent-1: die', 'network: disconnect');
  });

  test('are asked for more and more rarely while the engine is stopped, and poke once when it is back', async () => {
    follow();
    docker.stopEngine();
    for (const ms of [200, 400, 800, 1600, 3200, 5000, 5000]) await clock.pass(ms);
    expect(pokes).toEqual([]);
    await vi.waitFor(() => expect(clock.waits).toHaveLength(1), EAGER);
    docker.startEngine();
    await clock.pass(5000);
    await poked(BACK);
  });

  test('that were followed for long are connected again soon', async () => {
    follow();
    docker.loseEvents();
    await clock.pass(200);
    await poked(BACK);
    docker.loseEvents();
    await clock.pass(400);
    await poked(BACK, BACK);
    clock.advance(60_000);
    docker.loseEvents();
    await clock.pass(200);
    await poked(BACK, BACK, BACK);
  });

  describe('end with the signal', () => {
    test('while they are followed', async () => {
      follow();
      stop.abort();
      await followed;
      expect(connections()).toBe(1);
    });

    test('while the next attempt is waited for', async () => {
      follow();
      docker.stopEngine();
      await vi.waitFor(() => expect(clock.waits).toHaveLength(1), EAGER);
      stop.abort();
      await followed;
      expect(connections()).toBe(1);
    });

    test('while the engine owes its answer', async () => {
      follow();
      docker.loseEvents();
      const release = docker.hold('info');
      await clock.pass(200);
      await vi.waitFor(() => expect(docker.calls).toContain('info'), EAGER);
      stop.abort();
      await followed;
      expect(pokes).toEqual([]);
      release();
    });

    test('and poke nobody after it', async () => {
      const name = await agent(1);
      follow();
      docker.pause(name);
      await poked('agent-1: pause');
      stop.abort();
      await followed;
      expect(clock.waits).toEqual([]);
      expect(pokes).toEqual(['agent-1: pause']);
    });

    test('that has fired already, before anything is asked', async () => {
      stop.abort();
      follow();
      await followed;
      expect(docker.calls).not.toContain('events');
    });
  });
});
