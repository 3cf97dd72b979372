import type { Flags } from '../../flags.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import type { Scheduling } from '../scheduling.js';

/** A framework that is subscribed, and the master that it calls. */
export interface Caller {
  framework: FrameworkRecord;
  scheduling: Scheduling;
  flags: Flags;
  /** Which of Mesos' generations is played. */
  modern: boolean;
}
