import type { Flags } from '../../flags.js';
import type { MasterInfo } from '../../mesos/master-info.js';
import type { Scheduling } from '../scheduling.js';

/** The leading master that frameworks talk to. */
export interface SchedulerMaster {
  self: MasterInfo;
  flags: Flags;
  scheduling: Scheduling;
}
