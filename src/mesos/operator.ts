/** What a Mesos master and its agents say of themselves, over the JSON endpoints that every version has. */

import { get, jsonOf } from './http.js';

export interface MasterState {
  version: string;
  /** By `IP:PORT`. */
  agents: Map<string, { id: string; active: boolean }>;
}

export type MasterAnswer = { leads: true; state: MasterState } | { leads: false; reason: string };

/**
 * Asks one master. It leads when its state names itself; a follower redirects (1.0 and later) or names another
 * (before). `/health` proves nothing: it is 200 on anything alive.
 */
export async function askMaster(address: string, timeoutMs: number): Promise<MasterAnswer> {
  const reply = await get(`http://${address}/master/state`, timeoutMs);
  if (reply.status === 307) return { leads: false, reason: `follows ${String(reply.headers.location)}` };
  if (reply.status === 503) return { leads: false, reason: reply.body.trim() || 'no leader elected' };
  if (reply.status === 401) return { leads: false, reason: 'asks for credentials, so its agents cannot be seen' };
  const json = jsonOf(reply);
  if (reply.status !== 200 || !json) return { leads: false, reason: `answers ${reply.status}` };
  if (!json.leader) return { leads: false, reason: 'no leader elected' };
  if (json.leader !== json.pid) return { leads: false, reason: `follows ${String(json.leader)}` };
  return { leads: true, state: { version: String(json.version), agents: readAgents(json.slaves) } };
}

function readAgents(slaves: unknown): MasterState['agents'] {
  const agents: MasterState['agents'] = new Map();
  if (!Array.isArray(slaves)) return agents;
  for (const slave of slaves as Record<string, unknown>[]) {
    const [, address] = String(slave.pid).split('@');
    // The same address twice: an old agent that is not forgotten yet beside its successor.
    if (address && (slave.active === true || !agents.has(address))) {
      agents.set(address, { id: String(slave.id), active: slave.active === true });
    }
  }
  return agents;
}
