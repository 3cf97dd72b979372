import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { EngineSaid, failureOf, greetingFailureOf, imageFailureOf } from '../../../src/docker/failure.js';
import { MinimesosError } from '../../../src/errors.js';

const HOST = 'unix:///var/run/docker.sock';

/** As dockerode rejects. */
function replied(statusCode: number, message: string, phrase = 'unexpected'): Error {
  const error = new Error(`(HTTP code ${statusCode}) ${phrase} - ${message} `);
  return Object.assign(error, { statusCode, json: { message } });
}

function broke(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('a reply', () => {
  test.each([
    [400, 'DOCKER_REFUSED'],
    [403, 'DOCKER_REFUSED'],
    [404, 'DOCKER_NOT_FOUND'],
    [409, 'DOCKER_CONFLICT'],
    [500, 'DOCKER_FAILED'],
    [503, 'DOCKER_FAILED'],
  ])('of %i is a %s in the words of the engine', (status, code) => {
    expect(failureOf(replied(status, 'Conflict. The name is in use'), HOST)).toMatchObject({
      code,
      message: 'Conflict. The name is in use',
    });
  });

  test('loses dockerode’s prefix where the reply was a stream', () => {
    const error = Object.assign(new Error('(HTTP code 500) server error - no space - left '), { statusCode: 500 });
    expect(failureOf(error, HOST).message).toBe('no space - left');
  });

  test.each([
    [403, 'Address already in use'],
    [403, 'error while removing network: network a id b has active endpoints'],
  ])('of %i that says "%s" may go away, and so is a conflict', (status, message) => {
    expect(failureOf(replied(status, message), HOST)).toMatchObject({ code: 'DOCKER_CONFLICT', retryable: true });
  });
});

describe('a port of the host that somebody has', () => {
  test.each([
    'driver failed programming external connectivity on endpoint x (0af): Bind for 127.0.0.1:5050 failed: port is already allocated',
    'driver failed programming external connectivity on endpoint x (0af): Error starting userland proxy: listen tcp4 127.0.0.1:5050: bind: address already in use',
  ])('is told in few words, and not waited for: %s', (message) => {
    const failure = failureOf(replied(500, message), HOST);
    expect(failure).toMatchObject({
      code: 'PORT_TAKEN',
      message: 'port 5050 of this machine is taken',
      retryable: false,
    });
    expect(failure.hint).toContain('mapPortsToHost');
  });
});

describe('an engine out of reach', () => {
  test.each([
    ['ENOENT', `there is no Docker engine at ${HOST}`, 'start Docker, or set DOCKER_HOST'],
    ['ECONNREFUSED', `no Docker engine listens at ${HOST}`, 'start Docker, or set DOCKER_HOST'],
    ['EACCES', `no permission to use the Docker engine at ${HOST}`, 'usermod -aG docker'],
    ['ENOTFOUND', `the host of ${HOST} is not known`, 'check DOCKER_HOST'],
    ['ETIMEDOUT', `the Docker engine at ${HOST} does not answer`, 'firewall'],
  ])('%s: %s', (code, message, hint) => {
    const failure = failureOf(broke(code), HOST);
    expect(failure).toMatchObject({ code: 'DOCKER_UNREACHABLE', exit: 69, message });
    expect(failure.hint).toContain(hint);
  });

  test('a connection that breaks later is another matter: the call may have had its effect', () => {
    expect(failureOf(broke('ECONNRESET', 'socket hang up'), HOST)).toMatchObject({
      code: 'DOCKER_FAILED',
      message: `the connection to the Docker engine at ${HOST} broke: socket hang up`,
    });
  });

  test('whatever goes wrong at the first call, no engine was reached', () => {
    expect(greetingFailureOf(broke('ENOENT'), HOST).message).toBe(`there is no Docker engine at ${HOST}`);
    for (const code of ['TIMEOUT', 'ECONNRESET']) {
      const failure = greetingFailureOf(broke(code), HOST);
      expect(failure).toMatchObject({
        code: 'DOCKER_UNREACHABLE',
        message: `the Docker engine at ${HOST} does not answer`,
      });
    }
    expect(greetingFailureOf(broke('HPE_INVALID_CONSTANT', 'Parse Error'), HOST)).toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      message: `what answers at ${HOST} is no Docker engine: Parse Error`,
    });
  });
});

describe('an error of another realm, as within Jest those of Node are', () => {
  test('is told apart as one of this realm', () => {
    const foreign = runInNewContext(`Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' })`);
    expect(foreign).not.toBeInstanceOf(Error);
    expect(greetingFailureOf(foreign, HOST)).toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      message: `there is no Docker engine at ${HOST}`,
    });
  });
});

describe('an image that cannot be had', () => {
  test('is unavailable for the reason that the registry gave', () => {
    for (const thrown of [replied(404, 'manifest unknown'), new EngineSaid('manifest unknown')]) {
      const failure = imageFailureOf(thrown, HOST, 'the image a:1 cannot be pulled');
      const message = 'the image a:1 cannot be pulled: manifest unknown';
      expect(failure).toMatchObject({ code: 'IMAGE_UNAVAILABLE', exit: 69, message });
    }
  });

  test('is not to blame where the engine is out of reach', () => {
    expect(imageFailureOf(broke('ECONNREFUSED'), HOST, 'x').code).toBe('DOCKER_UNREACHABLE');
  });

  test('keeps an error that is ours', () => {
    const error = new MinimesosError('IMAGE_UNAVAILABLE', 'no such file');
    expect(imageFailureOf(error, HOST, 'x')).toBe(error);
    expect(failureOf(error, HOST)).toBe(error);
  });
});
