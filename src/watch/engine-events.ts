/** Docker's events of one cluster, as pokes: that something happened, and nothing of what. */

import type { Docker, EngineEvent, Labels } from '../docker/docker.js';
import { readComponent } from '../observed/labels.js';
import type { Clock } from '../world.js';

export interface Followed {
  docker: Pick<Docker, 'info' | 'events' | 'namedEvents'>;
  /** Of the containers. */
  labels: Labels;
  /** Of the network, and of the volumes that are marks. */
  names: readonly string[];
  clock: Clock;
}

/** For people: `agent-1: die`. */
export type Poke = (reason: string) => void;

/** All others say nothing about where a component stands. */
const ACTIONS = new Set([
  ...['create', 'start', 'die', 'pause', 'unpause', 'rename', 'destroy'],
  ...['connect', 'disconnect'],
]);

/** The engine tells these before its own listing shows them: 20.10 lists a container that died as running for 0.1 s. */
const EARLY = new Set(['die', 'pause', 'unpause']);
/** Pauses before the pokes that follow an early event. */
const ECHOES_MS = [100, 300];

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;

/**
 * Follows the events of the containers, the network and the marks until the signal fires. A stream that is lost is connected
 * again, after a pause that grows; once the engine answers, a poke says so, for what happened meanwhile is not told.
 * Never rejects.
 */
export async function followEngine(followed: Followed, poke: Poke, signal: AbortSignal): Promise<void> {
  const { docker, clock } = followed;
  const echo = new Echo(clock, poke);
  let delayMs = FIRST_DELAY_MS;
  for (let lost = false; !signal.aborted; lost = true) {
    const connectedAt = clock.now();
    const connection = new AbortController();
    const streams = open(followed, AbortSignal.any([signal, connection.signal]), (reason, early) => {
      poke(reason);
      if (early) echo.of(reason);
    });
    try {
      if (lost) await Promise.race([docker.info(), streams]);
      if (lost && !signal.aborted) poke('the engine answers again');
      await streams;
    } catch {
      // Lost, for whatever reason: the pass that looks next meets it too, and reports it.
    } finally {
      connection.abort();
    }
    if (clock.now() - connectedAt > LONGEST_DELAY_MS) delayMs = FIRST_DELAY_MS;
    if (!signal.aborted) await clock.wait(delayMs, signal);
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  }
  echo.end();
}

type Tell = (reason: string, early: boolean) => void;

/** Resolves when the signal has fired; rejects as soon as one of the streams is lost. */
function open({ docker, labels, names }: Followed, signal: AbortSignal, tell: Tell): Promise<unknown> {
  const streams = Promise.all([
    follow(docker.events(labels, signal), tell),
    follow(docker.namedEvents(names, signal), tell),
  ]);
  // Whoever awaits it may do so only after a question to the engine.
  streams.catch(() => {});
  return streams;
}

async function follow(events: AsyncIterable<EngineEvent>, tell: Tell): Promise<void> {
  for await (const event of events) {
    if (ACTIONS.has(event.action)) tell(`${subjectOf(event)}: ${event.action}`, EARLY.has(event.action));
  }
}

function subjectOf({ type, labels }: EngineEvent): string {
  return readComponent(labels)?.id ?? type;
}

/** Pokes again after a while; of several events, after the last. */
class Echo {
  #pending = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly poke: Poke,
  ) {}

  of(reason: string): void {
    this.end();
    this.#pending = new AbortController();
    void this.#repeat(reason, this.#pending.signal);
  }

  end(): void {
    this.#pending.abort();
  }

  async #repeat(reason: string, signal: AbortSignal): Promise<void> {
    for (const ms of ECHOES_MS) {
      await this.clock.wait(ms, signal);
      if (signal.aborted) return;
      this.poke(reason);
    }
  }
}
