import type { Agent } from '../../api/members.js';
import { MinimesosError } from '../../errors.js';
import type { Status } from '../../status.js';
import { runningCluster } from '../cluster.js';
import type { Command } from '../context.js';
import { masterState } from '../master-state.js';

/** What the master, or one agent, says of itself, pretty-printed. */
export const state: Command<{ agent?: string }> = async (context, { agent }) => {
  const { status } = await runningCluster(context);
  const said = agent === undefined ? masterState(status) : (await agentNamed(agent, status)).state();
  context.print(JSON.stringify(await said, null, 2));
  return 0;
};

/** By the id of its component, Mesos' id of it, or the name of its block where only one agent has it. */
async function agentNamed(wanted: string, status: Status): Promise<Agent> {
  const { agentsOf } = await import('../../api/members.js');
  const agents = agentsOf(status);
  const byId = agents.find(({ id, agentId }) => id === wanted || agentId === wanted);
  const named = agents.filter(({ name }) => name === wanted);
  const [agent = named[0]] = byId ? [byId] : [];
  if (agent && (byId || named.length === 1)) return agent;
  const what = named.length > 0 ? `${named.length} agents named "${wanted}"` : `no agent "${wanted}"`;
  const candidates = named.length > 0 ? named : agents;
  const known = candidates.map(({ id, name, agentId }) => `${id} (${[name, agentId].filter(Boolean).join(', ')})`);
  throw new MinimesosError('NO_CLUSTER', `cluster ${status.cluster.id} runs ${what}`, {
    hint: known.length > 0 ? `${named.length > 0 ? 'name one by its id:' : 'it runs'} ${known.join(', ')}` : undefined,
  });
}
