/** What a master counts of its agents, for its metrics. */
export interface AgentCounters {
  registrations: number;
  reregistrations: number;
  removals: number;
  removalsUnhealthy: number;
  removalsReplaced: number;
  removalsUnregistered: number;
}

export function noneCounted(): AgentCounters {
  return {
    registrations: 0,
    reregistrations: 0,
    removals: 0,
    removalsUnhealthy: 0,
    removalsReplaced: 0,
    removalsUnregistered: 0,
  };
}
