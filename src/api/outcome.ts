/** How an apply ended, for one who wants a ready cluster or the reason why there is none. */

import { asMinimesosError, MinimesosError } from '../errors.js';
import type { Status } from '../status.js';
import type { ApplyResult } from './cluster.js';

/**
 * Gives it back where it converged. Throws the worst failure, with its components, the last lines of their logs and the
 * other failures as details; or `NOT_SETTLED` with what is missing.
 */
export function convergedOr(what: string, result: ApplyResult): ApplyResult {
  if (result.converged) return result;
  throw result.failures.size > 0 ? failed(what, result) : late(what, result);
}

function failed(what: string, { failures }: ApplyResult): MinimesosError {
  const errors = [...new Set(failures.values())].sort((a, b) => b.exit - a.exit);
  const told = errors.map((error) => {
    const components = [...failures].flatMap(([id, each]) => (each === error ? [id] : []));
    return { error, message: `${components.join(', ')}: ${error.message}` };
  });
  const [worst, ...others] = told;
  const { code, hint, details } = worst?.error ?? new MinimesosError('UNEXPECTED', what);
  return new MinimesosError(code, `${what}: ${worst?.message}`, {
    hint,
    cause: worst?.error,
    details: [...details, ...others.map(({ message }) => message)],
  });
}

function late(what: string, { status, elapsedMs }: ApplyResult): MinimesosError {
  const missing = unready(status);
  return new MinimesosError('NOT_SETTLED', `${what} within ${(elapsedMs / 1000).toFixed(1)} s: ${missing.join('; ')}`, {
    details: missing,
    hint: 'timeout gives it longer',
  });
}

/** With its details in the message: test runners show that, and not all of them the rest. */
export function toldAs(what: string, thrown: unknown): MinimesosError {
  const error = asMinimesosError(thrown);
  const { code, message, hint, details } = error;
  if (code === 'INTERRUPTED') return new MinimesosError(code, `${what}: interrupted`, { cause: error });
  const untold = details.filter((line) => !message.includes(line));
  if (untold.length === 0) return error;
  return new MinimesosError(code, [`${message}:`, ...untold].join('\n  '), { hint, details, cause: error });
}

/** `agent-0 starting: not registered yet` */
export function unready({ components }: Status): string[] {
  return components
    .filter(({ phase }) => phase !== 'ready')
    .map(({ id, phase, reason }) => `${id} ${phase}: ${reason}`);
}
