/** Marathon's refusals as sentences. */

import { type ErrorCode, MinimesosError } from '../errors.js';
import { type HttpReply, jsonOf } from './http.js';

/** The error of an answer that is none of 2xx. */
export function refusalOf(reply: HttpReply, path: string): MinimesosError {
  const json = jsonOf(reply);
  const message = typeof json?.message === 'string' ? json.message : `Marathon answers ${reply.status}`;
  return new MinimesosError(codeOf(reply, message), `${message} (${path})`);
}

function codeOf({ status }: HttpReply, message: string): ErrorCode {
  if (status === 404) return 'NO_APP';
  if (status === 409) return /already exists/.test(message) ? 'APP_EXISTS' : 'APP_LOCKED';
  return status >= 500 ? 'MESOS_UNREACHABLE' : 'APP_REFUSED';
}
