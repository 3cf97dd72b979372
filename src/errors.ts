/**
 * Every error that minimesos reports: one class, one table. Inside, errors are values; only `cli/main.ts` turns one
 * into an exit code. The table is the documentation too (`specs/cli.md` lists it).
 */

import { withoutCredentials } from './secrets.js';

interface ErrorKind {
  /** Exit code of the process, as promised in `specs/cli.md`. */
  exit: number;
  /** What to do, where the error itself does not know better. */
  hint?: string;
  /** Whether looking again may help. */
  retryable?: boolean;
}

export const ERRORS = {
  USAGE: { exit: 64, hint: 'minimesos --help' },
  FILE_MISSING: { exit: 65, hint: 'minimesos init writes one' },
  FILE_INVALID: { exit: 65 },
  FILE_EXISTS: { exit: 1 },
  DOCKER_UNREACHABLE: { exit: 69, retryable: true },
  IMAGE_UNAVAILABLE: {
    exit: 69,
    hint: '--distribution simulator needs no image; else name one that this engine can reach, or docker load it',
  },
  DOCKER_CONFLICT: { exit: 1, retryable: true },
  DOCKER_NOT_FOUND: { exit: 1, retryable: true },
  DOCKER_FAILED: { exit: 1, retryable: true },
  DOCKER_REFUSED: { exit: 1 },
  NETWORK_IN_USE: { exit: 1 },
  SUBNETS_TAKEN: { exit: 1, hint: 'remove unused networks with docker network prune' },
  PORT_TAKEN: { exit: 1, hint: 'mapPortsToHost publishes it: stop who has it, or leave mapPortsToHost out' },
  FOLDER_UNWRITABLE: {
    exit: 1,
    hint: 'make the folder of the minimesosFile writable, or leave mapAgentSandboxVolume out',
  },
  COMPONENT_EXITED: { exit: 1 },
  PROGRESS_DEADLINE: { exit: 1, hint: '--progress-deadline SECONDS gives it longer' },
  CLUSTER_LOCKED: { exit: 75, hint: 'wait for it, or give --lock-timeout SECONDS more' },
  CLUSTER_PAUSED: { exit: 1, hint: 'minimesos resume takes the pause away' },
  MESOS_UNREACHABLE: { exit: 1, retryable: true },
  NO_CLUSTER: { exit: 1, hint: 'minimesos up starts one' },
  /** Marathon will not have an app: its JSON is not what Marathon takes. */
  APP_REFUSED: { exit: 1 },
  APP_EXISTS: { exit: 1, hint: '--update changes it' },
  NO_APP: { exit: 1 },
  /** Another deployment is changing it. */
  APP_LOCKED: { exit: 1, retryable: true },
  /** A URL that the minimesosFile names gives no answer. */
  APP_UNREACHABLE: { exit: 1, hint: 'apply again, or name a file in its place' },
  NO_TASK: { exit: 1, hint: 'minimesos ps lists the tasks' },
  SANDBOX_GONE: { exit: 1 },
  /** A program that was to be run is not there; as a shell says it. */
  NO_COMMAND: { exit: 127 },
  /** It is there, and cannot be run. */
  COMMAND_REFUSED: { exit: 126 },
  NOT_SETTLED: { exit: 124 },
  INTERRUPTED: { exit: 130 },
  UNEXPECTED: { exit: 1, hint: 'run again with --debug and report what it prints' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails {
  hint?: string | undefined;
  cause?: unknown;
  /** More lines for people: the diagnostics of a file, the last lines of a log. */
  details?: string[] | undefined;
}

export class MinimesosError extends Error {
  override readonly name = 'MinimesosError';
  readonly hint: string | undefined;
  readonly details: string[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    { hint, cause, details = [] }: ErrorDetails = {},
  ) {
    super(withoutCredentials(message), { cause });
    const kind: ErrorKind = ERRORS[code];
    this.hint = hint ?? kind.hint;
    this.details = details.map(withoutCredentials);
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }

  get retryable(): boolean {
    const kind: ErrorKind = ERRORS[this.code];
    return kind.retryable ?? false;
  }
}

/** Whatever was thrown, as one of ours. */
export function asMinimesosError(thrown: unknown): MinimesosError {
  if (thrown instanceof MinimesosError) return thrown;
  return new MinimesosError('UNEXPECTED', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
