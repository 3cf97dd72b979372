import { MinimesosError } from '../../errors.js';
import type { ComponentStatus, Status } from '../../status.js';
import { openCluster } from '../cluster.js';
import type { Command } from '../context.js';

const TIMEOUT_MS = 10_000;

/** What the master, or one agent, says of itself, pretty-printed. */
export const state: Command<{ agent?: string }> = async (context, { agent }) => {
  const cluster = await openCluster(context, { find: true });
  const status = await cluster.status();
  const component = agent === undefined ? masterOf(status) : agentOf(status, agent);
  const path = agent === undefined ? '/state' : '/slave(1)/state';
  const { get } = await import('../../mesos/http.js');
  const reply = await get(`${component.endpoint}${path}`, TIMEOUT_MS);
  if (reply.status !== 200) {
    throw new MinimesosError('MESOS_UNREACHABLE', `${component.id} answers ${reply.status}: ${reply.body.trim()}`);
  }
  context.print(JSON.stringify(JSON.parse(reply.body), null, 2));
  return 0;
};

function masterOf({ cluster, components }: Status): ComponentStatus {
  const masters = components.filter(({ kind, endpoint }) => kind === 'master' && endpoint);
  const master = masters.find(({ leader }) => leader) ?? masters[0];
  if (!master) throw new MinimesosError('NO_CLUSTER', `no master of cluster ${cluster.id} is running`);
  return master;
}

function agentOf({ cluster, components }: Status, wanted: string): ComponentStatus {
  const agents = components.filter(({ kind, endpoint }) => kind === 'agent' && endpoint);
  const agent = agents.find(({ id, agentId }) => id === wanted || agentId === wanted);
  if (agent) return agent;
  const known = agents.map(({ id, agentId }) => (agentId ? `${id} (${agentId})` : id));
  throw new MinimesosError('NO_CLUSTER', `cluster ${cluster.id} runs no agent "${wanted}"`, {
    hint: known.length > 0 ? `it runs ${known.join(', ')}` : undefined,
  });
}
