import { EventEmitter, on } from 'node:events';
import type { EngineEvent, Labels } from '../../../src/docker/docker.js';
import { MinimesosError } from '../../../src/errors.js';
import { bears } from './containers.js';

/** Tells events to those who listen, each from the moment on when it subscribed. */
export class Events {
  readonly #emitter = new EventEmitter();

  tell(event: EngineEvent): void {
    this.#emitter.emit('event', event);
  }

  /** Cuts the connection of all who listen now. */
  lose(): void {
    if (this.#emitter.listenerCount('error') === 0) return;
    this.#emitter.emit(
      'error',
      new MinimesosError('DOCKER_FAILED', 'the Docker engine at fake://engine ended its events'),
    );
  }

  subscribe(labels: Labels, signal: AbortSignal): AsyncIterable<EngineEvent> {
    return signal.aborted ? nothing() : matching(labels, on(this.#emitter, 'event', { signal }), signal);
  }
}

async function* nothing(): AsyncGenerator<EngineEvent> {}

async function* matching(
  labels: Labels,
  events: AsyncIterable<EngineEvent[]>,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const [event] of events) {
      if (event && bears(event.labels, labels)) yield event;
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
