import { shownFlags } from '../flags.js';
import { AGENT_CAPABILITIES } from '../mesos/agent-protocol.js';
import { MASTER_CAPABILITIES, masterPid } from '../mesos/master-info.js';
import {
  byRole,
  fullResource,
  plainAttributes,
  plainResources,
  type Resource,
  reservedBy,
  scalarTotal,
  unreserved,
} from '../mesos/resources.js';
import { type Generation, generationOf, isAtLeast, versionInfo } from '../mesos/version.js';
import { type Agent, agentPid, isActive } from './agent.js';
import { drainInfoJson } from './standing.js';
import type { MasterView } from './view.js';

const NO_RESOURCES = { disk: 0, mem: 0, gpus: 0, cpus: 0 };

/** The master's older JSON endpoints, in the shape of one generation. */
export interface MasterJson {
  state(view: MasterView): object;
  slaves(view: MasterView): object;
  stateSummary(view: MasterView): object;
  roles(view: MasterView): object;
}

export function masterJson(version: string): MasterJson {
  return generations[generationOf(version)];
}

function allocations(agent: Agent) {
  const { resources } = agent.info;
  return {
    resources: plainResources(resources),
    used_resources: NO_RESOURCES,
    offered_resources: NO_RESOURCES,
    reserved_resources: reservedBy(resources, plainResources),
    unreserved_resources: plainResources(unreserved(resources)),
  };
}

function times(agent: Agent) {
  const again = agent.reregisteredTime === undefined ? {} : { reregistered_time: agent.reregisteredTime };
  return { registered_time: agent.registeredTime, ...again };
}

function classicAgent(agent: Agent): object {
  const { id, info, version } = agent;
  return {
    id,
    pid: agentPid(agent),
    hostname: info.hostname,
    ...times(agent),
    ...allocations(agent),
    attributes: plainAttributes(info.attributes),
    active: isActive(agent),
    version,
  };
}

function modernAgent(agent: Agent, { self }: MasterView): object {
  const { id, info, version, drain } = agent;
  const started = drain?.startedAt;
  const draining = {
    ...(drain === undefined ? {} : { drain_info: drainInfoJson(drain) }),
    ...(started === undefined ? {} : { estimated_drain_start_time_seconds: started }),
  };
  return {
    id,
    hostname: info.hostname,
    port: info.port,
    attributes: plainAttributes(info.attributes),
    pid: agentPid(agent),
    ...times(agent),
    ...allocations(agent),
    active: isActive(agent),
    ...(isAtLeast(self.version, '1.9.0') ? { deactivated: agent.deactivated } : {}),
    version,
    capabilities: isAtLeast(version, '1.2.0') ? AGENT_CAPABILITIES : [],
    ...draining,
  };
}

function fullAgent(agent: Agent, view: MasterView): object {
  const { resources } = agent.info;
  return {
    ...modernAgent(agent, view),
    reserved_resources_full: reservedBy(resources, (reserved) => reserved.map(fullResource)),
    unreserved_resources_full: unreserved(resources).map(fullResource),
    used_resources_full: [],
    offered_resources_full: [],
  };
}

const TASK_STATES = [
  'STAGING',
  'STARTING',
  'RUNNING',
  'KILLING',
  'FINISHED',
  'KILLED',
  'FAILED',
  'LOST',
  'ERROR',
  'UNREACHABLE',
];

function summarized(agent: object, generation: Generation): object {
  const left = generation === 'classic' ? ['KILLING', 'UNREACHABLE'] : [];
  const counts = TASK_STATES.filter((state) => !left.includes(state)).map((state) => [`TASK_${state}`, 0]);
  return { ...agent, ...Object.fromEntries(counts), framework_ids: [] };
}

function settings({ flags }: MasterView): object {
  const shown = ['cluster', 'log_dir', 'external_log_file'].map((name) => [name, flags.get(name)]);
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
}

function state(view: MasterView, generation: Generation): object {
  const { self, leader, agents } = view;
  const modern = generation === 'modern';
  const active = agents.filter(isActive).length;
  return {
    ...versionInfo(self.version),
    start_time: view.startTime,
    ...(view.electedTime === null ? {} : { elected_time: view.electedTime }),
    id: self.id,
    pid: masterPid(self),
    hostname: self.hostname,
    ...(modern ? { capabilities: MASTER_CAPABILITIES } : {}),
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    ...(modern ? { unreachable_slaves: view.unreachableCount } : {}),
    ...settings(view),
    ...(leader === null ? {} : { leader: masterPid(leader) }),
    ...(leader === null || !modern
      ? {}
      : { leader_info: { id: leader.id, pid: masterPid(leader), port: leader.port, hostname: leader.hostname } }),
    flags: shownFlags(view.flags),
    slaves: agents.map((agent) => (modern ? modernAgent(agent, view) : classicAgent(agent))),
    ...(modern ? { recovered_slaves: [] } : {}),
    frameworks: [],
    completed_frameworks: [],
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}

function stateSummary(view: MasterView, generation: Generation): object {
  const show = generation === 'modern' ? modernAgent : classicAgent;
  const { cluster } = shownFlags(view.flags);
  return {
    hostname: view.self.hostname,
    ...(cluster === undefined ? {} : { cluster }),
    slaves: view.agents.map((agent) => summarized(show(agent, view), generation)),
    frameworks: [],
  };
}

/** A role's sums as numbers: ports count. */
function quantities(resources: readonly Resource[]): { [name: string]: number } {
  const sums: { [name: string]: number } = {};
  for (const resource of resources) {
    const { name } = resource;
    if (resource.type === 'SCALAR') sums[name] = scalarTotal(resources, name);
    else if (resource.type === 'RANGES') {
      const count = resource.ranges.range.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
      sums[name] = (sums[name] ?? 0) + count;
    } else sums[name] = (sums[name] ?? 0) + resource.set.item.length;
  }
  return sums;
}

function modernRoles({ agents }: MasterView): object {
  const reserved = byRole(agents.flatMap(({ info }) => info.resources));
  return {
    roles: [...reserved].map(([name, resources]) => ({
      name,
      weight: 1,
      quota: { role: name, guarantee: {}, limit: {}, consumed: quantities(resources) },
      resources: {},
      allocated: {},
      offered: {},
      reserved: quantities(resources),
      frameworks: [],
    })),
  };
}

const generations: { readonly [generation in Generation]: MasterJson } = {
  modern: {
    state: (view) => state(view, 'modern'),
    slaves: (view) => ({ slaves: view.agents.map((agent) => fullAgent(agent, view)), recovered_slaves: [] }),
    stateSummary: (view) => stateSummary(view, 'modern'),
    roles: modernRoles,
  },
  classic: {
    state: (view) => state(view, 'classic'),
    slaves: ({ agents }) => ({ slaves: agents.map(classicAgent) }),
    stateSummary: (view) => stateSummary(view, 'classic'),
    roles: () => ({ roles: [{ name: '*', weight: 1, resources: NO_RESOURCES, frameworks: [] }] }),
  },
};
