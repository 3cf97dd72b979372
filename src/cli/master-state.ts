import type { MasterState } from '../api/mesos-state.js';
import type { Status } from '../status.js';

/** What the leading master says of its cluster. Rejects with `NO_CLUSTER` where none runs, and with `MESOS_UNREACHABLE`. */
export async function masterState(status: Status): Promise<MasterState> {
  const { masterOf } = await import('../api/members.js');
  return masterOf(status, async () => status).state();
}
