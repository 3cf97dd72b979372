/** The engine's events as an async iterable. */

import type Dockerode from 'dockerode';
import { MinimesosError } from '../errors.js';
import type { EngineEvent, Labels } from './docker.js';
import { failureOf } from './failure.js';
import { jsonLines } from './streams.js';
import { engineEvent, labelFilter } from './wire.js';

/** `since` (milliseconds) makes the engine tell again what happened while the connection was being made. */
export function openEvents(
  engine: Dockerode,
  labels: Labels,
  since: number,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const filters = { type: ['container' as const], label: labelFilter(labels) };
  return engine.getEvents({ since: since / 1000, filters, abortSignal: signal });
}

/** Ends with the signal; throws when the stream ends by itself. Leaving the loop closes the connection. */
export async function* eventsOf(
  opened: Promise<NodeJS.ReadableStream>,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of jsonLines(await opened)) {
      if (signal.aborted) return;
      const event = engineEvent(line);
      if (event) yield event;
    }
  } catch (thrown) {
    if (signal.aborted) return;
    throw failureOf(thrown, host);
  }
  if (!signal.aborted) throw new MinimesosError('DOCKER_FAILED', `the Docker engine at ${host} ended its events`);
}
