/** What a Mesos master and its agents say of themselves, over the JSON endpoints that every version has. */

import { get, jsonOf } from './http.js';

export interface MasterState {
  version: string;
  /** By `IP:PORT`. */
  agents: Map<string, AgentState>;
}

export interface AgentState {
  id: string;
  active: boolean;
  /** Told to take no offers, by a drain or by hand. */
  deactivated: boolean;
  /** When it was told to drain, in milliseconds since 1970. */
  drainedAt?: number | undefined;
  /** Names of the tasks that it runs. */
  tasks: string[];
}

/** `follows`: the `HOST:PORT` of the leader, as one that does not lead knows it. */
export type MasterAnswer =
  | { leads: true; state: MasterState }
  | { leads: false; reason: string; follows?: string | undefined };

/**
 * Asks one master. It leads when its state names itself; a follower redirects (1.0 and later) or names another
 * (before). `/health` proves nothing: it is 200 on anything alive.
 */
export async function askMaster(address: string, timeoutMs: number): Promise<MasterAnswer> {
  const reply = await get(`http://${address}/master/state`, timeoutMs);
  if (reply.status === 307) return following(/^(?:https?:)?\/\/([^/]+)/.exec(String(reply.headers.location))?.[1]);
  if (reply.status === 503) return { leads: false, reason: reply.body.trim() || 'no leader elected' };
  if (reply.status === 401) return { leads: false, reason: 'asks for credentials, so its agents cannot be seen' };
  const json = jsonOf(reply);
  if (reply.status !== 200 || !json) return { leads: false, reason: `answers ${reply.status}` };
  if (!json.leader) return { leads: false, reason: 'no leader elected' };
  if (json.leader !== json.pid) return following(String(json.leader).split('@')[1]);
  return {
    leads: true,
    state: { version: String(json.version), agents: readAgents(json.slaves, readTasks(json.frameworks)) },
  };
}

function following(leader: string | undefined): MasterAnswer {
  return { leads: false, reason: `follows ${leader ?? 'nobody'}`, follows: leader };
}

function readAgents(slaves: unknown, tasks: ReadonlyMap<string, string[]>): MasterState['agents'] {
  const agents: MasterState['agents'] = new Map();
  for (const slave of objects(slaves)) {
    const [, address] = String(slave.pid).split('@');
    // The same address twice: an old agent that is not forgotten yet beside its successor.
    if (address && (slave.active === true || !agents.has(address))) {
      const id = String(slave.id);
      const deactivated = slave.deactivated === true;
      const drainedAt = slave.drain_info ? Number(slave.estimated_drain_start_time_seconds) * 1000 : undefined;
      agents.set(address, { id, active: slave.active === true, deactivated, drainedAt, tasks: tasks.get(id) ?? [] });
    }
  }
  return agents;
}

/** The names of the tasks that frameworks run, by the id of their agent. `tasks` of a framework are those not ended. */
export function readTasks(frameworks: unknown): Map<string, string[]> {
  const byAgent = new Map<string, string[]>();
  for (const { tasks } of objects(frameworks)) {
    for (const { slave_id, name, id } of objects(tasks)) {
      const names = byAgent.get(String(slave_id)) ?? [];
      names.push(String(name || id));
      byAgent.set(String(slave_id), names);
    }
  }
  return byAgent;
}

/** The objects of a JSON list; none where it is missing. */
export function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
