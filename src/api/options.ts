/** What the calls of the library take. */

import type { Listener } from '../controller.js';
import type { Docker } from '../docker/docker.js';
import type { LockHolder } from '../lock.js';
import type { Kind } from '../model.js';
import { DEFAULT_POLICY, type KindPolicy, type Policy } from '../policy.js';
import type { Clock } from '../world.js';
import type { Overrides } from './spec.js';

export interface OpenOptions extends Overrides {
  /** Path of the minimesosFile; default `minimesosFile` in the working folder. */
  file?: string | undefined;
  /** An id in place of the one that comes from the file's path. */
  cluster?: string | undefined;
  /** Ends what is under way; it rejects with `INTERRUPTED`, but `follow` just ends. */
  signal?: AbortSignal | undefined;
  /** The environment that names the engine, as DOCKER_HOST does; default the process' own. */
  env?: NodeJS.ProcessEnv | undefined;
  /** The engine; default the one that `env` names. */
  docker?: Docker | undefined;
  clock?: Clock | undefined;
  /** The wall's time, in milliseconds. */
  now?: (() => number) | undefined;
  /** The process that the cluster lives and dies with, as `session.ts` writes it. @internal */
  session?: string | undefined;
}

/** Any part of the default policy, with another value. */
export interface PolicyOptions extends Partial<Omit<Policy, 'kinds'>> {
  kinds?: Partial<Record<Kind, Partial<KindPolicy>>>;
}

export interface ControlOptions {
  listener?: Partial<Listener> | undefined;
  policy?: PolicyOptions | undefined;
  /** Seconds to wait for another minimesos that changes this cluster; default 30. */
  lockTimeout?: number | undefined;
  /** Told once, where it has to wait: for whom. */
  onWait?: ((holder: LockHolder) => void) | undefined;
  /** What others are told who wait for this one. */
  command?: string | undefined;
}

export interface ApplyOptions extends ControlOptions {
  /** Seconds to wait for the cluster, pulls not counted; default the file's `timeout`. */
  timeout?: number | undefined;
}

export function policyOf({ kinds = {}, ...rest }: PolicyOptions = {}): Policy {
  const merged = Object.entries(DEFAULT_POLICY.kinds).map(([kind, usual]) => [
    kind,
    { ...usual, ...kinds[kind as Kind] },
  ]);
  return { ...DEFAULT_POLICY, ...rest, kinds: Object.fromEntries(merged) as Policy['kinds'] };
}

const EVENTS = ['started', 'progress', 'done', 'passed', 'troubled', 'failed', 'engineLost', 'engineBack'] as const;

/** All of them, in this order, as one. */
export function listeners(...all: (Partial<Listener> | undefined)[]): Listener {
  const tell = (event: (typeof EVENTS)[number]) => {
    return (...news: unknown[]) => {
      for (const each of all) (each?.[event] as ((...news: unknown[]) => void) | undefined)?.(...news);
    };
  };
  return Object.fromEntries(EVENTS.map((event) => [event, tell(event)])) as unknown as Listener;
}
