import { EventEmitter, on } from 'node:events';
import type { EngineEvent, Labels } from '../../../src/docker/docker.js';
import { bears } from './container.js';

/** An event with the name of what it is about. */
interface Told {
  name: string;
  event: EngineEvent;
}

/** Tells events to those who listen, each from the moment on when it subscribed. */
export class Events {
  readonly #containers = new EventEmitter();
  readonly #named = new EventEmitter();

  tell(event: EngineEvent, name: string): void {
    const emitter = event.type === 'container' ? this.#containers : this.#named;
    emitter.emit('told', { name, event } satisfies Told);
  }

  ofContainers(labels: Labels, signal: AbortSignal): AsyncIterable<EngineEvent> {
    return listen(this.#containers, ({ event }) => bears(event.labels, labels), signal);
  }

  named(names: readonly string[], signal: AbortSignal): AsyncIterable<EngineEvent> {
    return listen(this.#named, (told) => names.includes(told.name), signal);
  }

  /** Cut the connection of all who listen now. */
  loseContainers(error: Error): void {
    lose(this.#containers, error);
  }

  loseNamed(error: Error): void {
    lose(this.#named, error);
  }
}

function lose(emitter: EventEmitter, error: Error): void {
  if (emitter.listenerCount('error') > 0) emitter.emit('error', error);
}

function listen(
  emitter: EventEmitter,
  accepts: (told: Told) => boolean,
  signal: AbortSignal,
): AsyncIterable<EngineEvent> {
  return signal.aborted ? nothing() : accepted(on(emitter, 'told', { signal }), accepts, signal);
}

async function* nothing(): AsyncGenerator<EngineEvent> {}

async function* accepted(
  all: AsyncIterable<Told[]>,
  accepts: (told: Told) => boolean,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const [told] of all) {
      if (told && accepts(told)) yield told.event;
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
