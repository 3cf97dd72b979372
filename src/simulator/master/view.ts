import type { Flags } from '../flags.js';
import type { MasterInfo } from '../mesos/master-info.js';
import type { Agent } from './agents/agent.js';
import type { AgentCounters } from './agents/counters.js';
import type { Framework } from './frameworks/framework.js';

/** A master as its JSON shows it, taken at one moment; times in seconds since the epoch. */
export interface MasterView {
  self: MasterInfo;
  leader: MasterInfo | null;
  flags: Flags;
  startTime: number;
  /** Null while it does not lead. */
  electedTime: number | null;
  now: number;
  agents: readonly Agent[];
  unreachableCount: number;
  counters: AgentCounters;
  frameworks: readonly Framework[];
  /** Torn down, or their failover timeout went by; the oldest go first when there are too many. */
  completedFrameworks: readonly Framework[];
}
