/** What the leading master says of its cluster. */

import { MinimesosError } from '../errors.js';
import type { Status } from '../status.js';

const TIMEOUT_MS = 10_000;

/** Its `/state`. Rejects with `NO_CLUSTER` where no master runs, with `MESOS_UNREACHABLE` where it does not answer so. */
export async function masterState({ cluster, components }: Status): Promise<Record<string, unknown>> {
  const masters = components.filter(({ kind, endpoint }) => kind === 'master' && endpoint);
  const master = masters.find(({ leader }) => leader) ?? masters[0];
  if (!master) throw new MinimesosError('NO_CLUSTER', `no master of cluster ${cluster.id} is running`);
  const { get, jsonOf } = await import('../mesos/http.js');
  const reply = await get(`${master.endpoint}/state`, TIMEOUT_MS);
  const state = reply.status === 200 ? jsonOf(reply) : undefined;
  if (state) return state;
  throw new MinimesosError('MESOS_UNREACHABLE', `${master.id} answers ${reply.status}: ${reply.body.trim()}`, {
    hint: 'minimesos status tells how the cluster stands',
  });
}
