/** How an agent is to be drained. */
export interface DrainConfig {
  /** An upper bound to the grace that a task gets when it is killed; absent: each task's own. */
  maxGraceNanoseconds?: number;
  /** Whether it is gone for good once it is drained. */
  markGone: boolean;
}

export interface DrainInfo {
  state: 'DRAINING' | 'DRAINED';
  config: DrainConfig;
  /** Seconds since the epoch; absent until the agent can be told. */
  startedAt?: number;
}

/** What operators decided about an agent. It holds over a time in which the agent is unreachable. */
export interface Standing {
  deactivated: boolean;
  drain?: DrainInfo;
}

/** DrainInfo as every JSON of the master shows it. */
export function drainInfoJson({ state, config }: DrainInfo): object {
  const { maxGraceNanoseconds, markGone } = config;
  const grace = maxGraceNanoseconds === undefined ? {} : { max_grace_period: { nanoseconds: maxGraceNanoseconds } };
  return { state, config: { ...grace, mark_gone: markGone } };
}
