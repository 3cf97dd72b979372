import { MinimesosError } from '../../../src/errors.js';

/** What the engine answers with 409, or means so. */
export function conflict(message: string): MinimesosError {
  return new MinimesosError('DOCKER_CONFLICT', message);
}

/** 404. */
export function notFound(message: string): MinimesosError {
  return new MinimesosError('DOCKER_NOT_FOUND', message);
}

/** 400 and 403. */
export function refused(message: string): MinimesosError {
  return new MinimesosError('DOCKER_REFUSED', message);
}

/** 500. */
export function failed(message: string): MinimesosError {
  return new MinimesosError('DOCKER_FAILED', message);
}

/** 500 too, in a long sentence. */
export function portTaken(port: string): MinimesosError {
  return new MinimesosError('PORT_TAKEN', `port ${port} of this machine is taken`);
}

/** Nothing listens any more. */
export function unreachable(): MinimesosError {
  return new MinimesosError('DOCKER_UNREACHABLE', 'no Docker engine listens at fake://engine');
}

/** What a stream of events ends with. */
export function eventsLost(): MinimesosError {
  return failed('the Docker engine at fake://engine ended its events');
}
