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
