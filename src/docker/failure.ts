/** Whatever dockerode, the network or the engine throws, as one of our errors. */

import { type ErrorCode, MinimesosError } from '../errors.js';

/** What an error of dockerode or of Node may carry. */
interface Thrown {
  /** Of the engine's reply. */
  statusCode?: number;
  /** The engine's reply, where it was not a stream. */
  json?: { message?: string } | null;
  /** Of the system: `ENOENT`. */
  code?: string;
  message: string;
}

interface Unreachable {
  message(host: string): string;
  hint: string;
}

const LISTENS_ELSEWHERE = 'start Docker, or set DOCKER_HOST to where it listens';
const NO_SUCH_HOST: Unreachable = {
  message: (host) => `the host of ${host} is not known`,
  hint: 'check DOCKER_HOST and the name resolution of this machine',
};
const NO_PERMISSION: Unreachable = {
  message: (host) => `no permission to use the Docker engine at ${host}`,
  hint: 'add yourself to the group docker (sudo usermod -aG docker "$USER") and log in again, or run as root',
};
const NO_ANSWER: Unreachable = {
  message: (host) => `the Docker engine at ${host} does not answer`,
  hint: 'check that the engine runs and that no firewall is in between',
};

/** By Node's error code: no connection was made, so nothing was done. */
const UNREACHABLE: Record<string, Unreachable> = {
  ENOENT: { message: (host) => `there is no Docker engine at ${host}`, hint: LISTENS_ELSEWHERE },
  ENOTSOCK: { message: (host) => `${host} is not a socket`, hint: LISTENS_ELSEWHERE },
  ECONNREFUSED: { message: (host) => `no Docker engine listens at ${host}`, hint: LISTENS_ELSEWHERE },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: NO_SUCH_HOST,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  TIMEOUT: NO_ANSWER,
};

/** By Node's error code: a connection broke. */
const CUT = new Set(['ECONNRESET', 'EPIPE']);

/** A failed call: by the engine's status where it answered, else by what cut the connection. */
export function failureOf(thrown: unknown, host: string): MinimesosError {
  if (thrown instanceof MinimesosError) return thrown;
  const error = detailsOf(thrown);
  if (error.statusCode !== undefined) {
    return new MinimesosError(codeOf(error.statusCode, textOf(thrown)), reasonOf(thrown), { cause: thrown });
  }
  const unreachable = UNREACHABLE[error.code ?? ''];
  if (unreachable) {
    const { message, hint } = unreachable;
    return new MinimesosError('DOCKER_UNREACHABLE', message(host), { hint, cause: thrown });
  }
  return new MinimesosError('DOCKER_FAILED', `the connection to the Docker engine at ${host} broke: ${error.message}`, {
    cause: thrown,
  });
}

/** The first call failed: an endpoint that never spoke Docker is out of reach, however it said so. */
export function greetingFailureOf(thrown: unknown, host: string): MinimesosError {
  // Cut off by an engine that is just starting or stopping.
  const silent = CUT.has(detailsOf(thrown).code ?? '');
  const failure = failureOf(
    silent ? Object.assign(new Error('cut', { cause: thrown }), { code: 'TIMEOUT' }) : thrown,
    host,
  );
  if (failure.code === 'DOCKER_UNREACHABLE') return failure;
  return new MinimesosError('DOCKER_UNREACHABLE', `what answers at ${host} is no Docker engine: ${reasonOf(thrown)}`, {
    hint: LISTENS_ELSEWHERE,
    cause: thrown,
  });
}

/** An image could not be had: the registry's reason where the engine gave one, else as any other failed call. */
export function imageFailureOf(thrown: unknown, host: string, what: string): MinimesosError {
  if (thrown instanceof MinimesosError) return thrown;
  if (!(thrown instanceof EngineSaid) && detailsOf(thrown).statusCode === undefined) return failureOf(thrown, host);
  return new MinimesosError('IMAGE_UNAVAILABLE', `${what}: ${reasonOf(thrown)}`, { cause: thrown });
}

/** An error in the middle of a stream, after the engine had answered 200. */
export class EngineSaid extends Error {
  override readonly name = 'EngineSaid';
}

/** The engine's own words, but for long sentences about a port that it cannot publish. */
export function reasonOf(thrown: unknown): string {
  const text = textOf(thrown);
  const taken = HOST_PORT_TAKEN.exec(text);
  if (taken) return `port ${taken[1] ?? taken[2]} of this machine is taken`;
  const address = NO_SUCH_ADDRESS.exec(text)?.[1];
  return address ? `${address}, which bindAddress names, is no address of this machine` : text;
}

/** dockerode puts `(HTTP code 409) unexpected - ` before what the engine said. */
function textOf(thrown: unknown): string {
  const { json, message } = detailsOf(thrown);
  const text = json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /s, '');
  return text.trim() || 'no reason given';
}

const HOST_PORT_TAKEN =
  /Bind for \S*?:(\d+) failed: port is already allocated|listen \w+ \S*?:(\d+): bind: address already in use/;

const NO_SUCH_ADDRESS = /listen \w+ (\S+):\d+: bind: cannot assign requested address/;

/** The status of the engine's reply; undefined where there was none. */
export function statusOf(thrown: unknown): number | undefined {
  return detailsOf(thrown).statusCode;
}

function codeOf(status: number, reason: string): ErrorCode {
  if (HOST_PORT_TAKEN.test(reason)) return 'PORT_TAKEN';
  if (NO_SUCH_ADDRESS.test(reason)) return 'DOCKER_REFUSED';
  // The engine answers 403 here, but what it means is that somebody still has it.
  if (/address already in use|has active endpoints/i.test(reason)) return 'DOCKER_CONFLICT';
  if (status === 404) return 'DOCKER_NOT_FOUND';
  if (status === 409) return 'DOCKER_CONFLICT';
  return status >= 500 ? 'DOCKER_FAILED' : 'DOCKER_REFUSED';
}

/** By its shape: within Jest an error of Node is no instance of the `Error` that is known here. */
function detailsOf(thrown: unknown): Thrown {
  const { message } = Object(thrown) as Partial<Thrown>;
  return typeof message === 'string' ? (thrown as Thrown) : { message: String(thrown) };
}
