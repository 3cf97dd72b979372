/** A cluster as predicates see it. */

import type { Status } from '../status.js';
import { type MasterState, masterState } from './mesos-state.js';
import { unready } from './outcome.js';

export interface View {
  status: Status;
  /** Of the one that leads; undefined while none does. */
  master: MasterState | undefined;
}

export async function viewOf(status: Status): Promise<View> {
  const leader = status.components.find(({ kind, leader, endpoint }) => kind === 'master' && leader && endpoint);
  const master = leader?.endpoint ? await masterState(leader.endpoint).catch(() => undefined) : undefined;
  return { status, master };
}

/** For people, a line a fact. */
export function describeView({ status, master }: View): string[] {
  return [`the cluster is ${status.cluster.phase}`, ...unready(status), describeMaster(master)];
}

function describeMaster(master: MasterState | undefined): string {
  if (!master) return 'no master leads';
  const frameworks = master.frameworks.map(({ name, tasks }) => `${name} (${tasks.length} tasks)`);
  return `the master knows ${master.activated_slaves} active agents, and frameworks: ${frameworks.join(', ') || 'none'}`;
}
