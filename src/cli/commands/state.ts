import { MinimesosError } from '../../errors.js';
import type { ComponentStatus, Status } from '../../status.js';
import { runningCluster } from '../cluster.js';
import type { Command } from '../context.js';

const TIMEOUT_MS = 10_000;

/** What the master, or one agent, says of itself, pretty-printed. */
export const state: Command<{ agent?: string }> = async (context, { agent }) => {
  const { status } = await runningCluster(context);
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
  const byId = agents.find(({ id, agentId }) => id === wanted || agentId === wanted);
  const named = agents.filter(({ name }) => name === wanted);
  const agent = byId ?? named[0];
  if (agent && (byId || named.length === 1)) return agent;
  const candidates = named.length > 0 ? named : agents;
  const known = candidates.map(({ id, name, agentId }) => `${id} (${[name, agentId].filter(Boolean).join(', ')})`);
  const what = named.length > 0 ? `${named.length} agents named "${wanted}"` : `no agent "${wanted}"`;
  throw new MinimesosError('NO_CLUSTER', `cluster ${cluster.id} runs ${what}`, {
    hint: known.length > 0 ? `${named.length > 0 ? 'name one by its id:' : 'it runs'} ${known.join(', ')}` : undefined,
  });
}
