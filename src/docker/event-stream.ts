/** The engine's events as an async iterable. */

import type Dockerode from 'dockerode';
import { MinimesosError } from '../errors.js';
import type { EngineEvent, Labels } from './docker.js';
import { failureOf } from './failure.js';
import { jsonLines } from './streams.js';
import { labelFilter } from './wire.js';
import { namedEvent } from './wire-events.js';

/** What events are about. */
export interface Topic {
  filters: { type: ['container']; label: string[] } | { type: ['network', 'volume'] };
  /** Any, where none are given. */
  names?: readonly string[];
}

export function containersBearing(labels: Labels): Topic {
  return { filters: { type: ['container'], label: labelFilter(labels) } };
}

/** By name here: the engine's filters cannot ask for a network or a volume, and take the beginning of a name for the name. */
export function networksAndVolumes(names: readonly string[]): Topic {
  return { filters: { type: ['network', 'volume'] }, names };
}

/** `since` (milliseconds) makes the engine tell again what happened while the connection was being made. */
export function openEvents(
  engine: Dockerode,
  { filters }: Topic,
  since: number,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  return engine.getEvents({ since: since / 1000, filters, abortSignal: signal });
}

/** Ends with the signal; throws when the stream ends by itself. Leaving the loop closes the connection. */
export async function* eventsOf(
  opened: Promise<NodeJS.ReadableStream>,
  { names }: Topic,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of jsonLines(await unlessAborted(opened, signal))) {
      if (signal.aborted) return;
      const told = namedEvent(line);
      if (told && (names?.includes(told.name) ?? true)) yield told.event;
    }
  } catch (thrown) {
    if (signal.aborted) return;
    throw failureOf(thrown, host);
  }
  if (!signal.aborted) throw new MinimesosError('DOCKER_FAILED', `the Docker engine at ${host} ended its events`);
}

/** An engine may take its time to be reached; who has been told to stop does not wait for it. */
export function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
