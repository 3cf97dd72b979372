import { AGENT_CAPABILITIES } from '../../mesos/agent-protocol.js';
import { plainAttributes, plainResources } from '../../mesos/resources.js';
import { reservedBy, unreserved, withRole } from '../../mesos/shown-resources.js';
import { type Generation, isAtLeast } from '../../mesos/version.js';
import { type Agent, agentPid, isActive, totalOf } from '../agents/agent.js';
import { drainInfoJson } from '../agents/standing.js';
import type { MasterView } from '../view.js';
import type { Usage } from './usage.js';

/** An agent as `/state` and `/state-summary` show it. */
export function agentJson(agent: Agent, view: MasterView, usage: Usage, generation: Generation): object {
  return generation === 'modern' ? modernAgent(agent, view, usage) : classicAgent(agent, usage);
}

/** An agent as `/slaves` shows it. */
export function fullAgentJson(agent: Agent, view: MasterView, usage: Usage): object {
  const resources = totalOf(agent);
  return {
    ...modernAgent(agent, view, usage),
    reserved_resources_full: reservedBy(resources, (reserved) => reserved.map(withRole)),
    unreserved_resources_full: unreserved(resources).map(withRole),
    used_resources_full: usage.used(agent.id).map(withRole),
    offered_resources_full: usage.offered(agent.id).map(withRole),
  };
}

function allocations(agent: Agent, usage: Usage) {
  const { id } = agent;
  const resources = totalOf(agent);
  return {
    resources: plainResources(resources),
    used_resources: plainResources(usage.used(id)),
    offered_resources: plainResources(usage.offered(id)),
    reserved_resources: reservedBy(resources, plainResources),
    unreserved_resources: plainResources(unreserved(resources)),
  };
}

function times(agent: Agent) {
  const again = agent.reregisteredTime === undefined ? {} : { reregistered_time: agent.reregisteredTime };
  return { registered_time: agent.registeredTime, ...again };
}

function classicAgent(agent: Agent, usage: Usage): object {
  const { id, info, version } = agent;
  return {
    id,
    pid: agentPid(agent),
    hostname: info.hostname,
    ...times(agent),
    ...allocations(agent, usage),
    attributes: plainAttributes(info.attributes),
    active: isActive(agent),
    version,
  };
}

function modernAgent(agent: Agent, { self }: MasterView, usage: Usage): object {
  const { id, info, version, drain } = agent;
  const started = drain?.startedAt;
  return {
    id,
    hostname: info.hostname,
    port: info.port,
    attributes: plainAttributes(info.attributes),
    pid: agentPid(agent),
    ...times(agent),
    ...allocations(agent, usage),
    active: isActive(agent),
    ...(isAtLeast(self.version, '1.9.0') ? { deactivated: agent.deactivated } : {}),
    version,
    capabilities: isAtLeast(version, '1.2.0') ? AGENT_CAPABILITIES : [],
    ...(drain === undefined ? {} : { drain_info: drainInfoJson(drain) }),
    ...(started === undefined ? {} : { estimated_drain_start_time_seconds: started }),
  };
}
