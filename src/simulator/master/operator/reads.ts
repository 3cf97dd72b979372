import { AGENT_CAPABILITIES } from '../../mesos/agent-protocol.js';
import { masterInfoJson } from '../../mesos/master-info.js';
import type { AllocatedResource, Offer, Task } from '../../mesos/shapes.js';
import { withReservations, withRole } from '../../mesos/shown-resources.js';
import { isAtLeast } from '../../mesos/version.js';
import { type Agent, agentPid, isActive, totalOf } from '../agents/agent.js';
import { drainInfoJson } from '../agents/standing.js';
import type { Framework } from '../frameworks/framework.js';
import { rolesIn } from '../json/roles.js';
import { offeredTo, type Usage, usageOf, usedBy } from '../json/usage.js';
import type { MasterView } from '../view.js';

/** The v1 API's answers about what a master knows; the same parts are in GET_STATE and in its events. */

export function masterPart(view: MasterView): object {
  const elected = view.electedTime === null ? {} : { elected_time: view.electedTime };
  return { master_info: masterInfoJson(view.self), start_time: view.startTime, ...elected };
}

export function statePart(view: MasterView): object {
  return {
    get_tasks: tasksPart(view),
    get_executors: executorsPart(view),
    get_frameworks: frameworksPart(view),
    get_agents: agentsPart(view),
  };
}

export function tasksPart({ frameworks, completedFrameworks }: MasterView): object {
  const completed = [...frameworks, ...completedFrameworks].flatMap(({ completedTasks }) => completedTasks);
  return {
    tasks: frameworks.flatMap(({ tasks }) => [...tasks.values()]).map(taskV1),
    unreachable_tasks: frameworks.flatMap(({ unreachableTasks }) => [...unreachableTasks.values()]).map(taskV1),
    completed_tasks: completed.map(taskV1),
  };
}

export function executorsPart({ frameworks }: MasterView): object {
  const executors = frameworks.flatMap((framework) => framework.executors);
  return {
    executors: executors.map(({ agentId, info }) => ({ executor_info: info, agent_id: { value: agentId } })),
  };
}

export function frameworksPart({ frameworks, completedFrameworks, self: { version } }: MasterView): object {
  return {
    frameworks: frameworks.map((framework) => frameworkV1(framework, version)),
    completed_frameworks: completedFrameworks.map((framework) => frameworkV1(framework, version)),
  };
}

export function agentsPart(view: MasterView): object {
  const { version } = view.self;
  const usage = usageOf(view.frameworks);
  const recovered = isAtLeast(version, '1.2.0') ? { recovered_agents: [] } : {};
  return { agents: view.agents.map((agent) => agentV1(agent, version, usage)), ...recovered };
}

export function rolesPart(view: MasterView): object {
  const roles = rolesIn(view).map(({ name, frameworkIds, allocated, offered }) => ({
    name,
    weight: 1,
    ...optional(
      'frameworks',
      frameworkIds.map((value) => ({ value })),
    ),
    ...optional('resources', [...allocated, ...offered].map(withRole)),
  }));
  return optional('roles', roles);
}

export function taskV1(task: Task): object {
  return { ...task, resources: task.resources.map(withReservations) };
}

export function frameworkV1(framework: Framework, version: string): object {
  const { info, active, connected, recovered, registeredTime, reregisteredTime, unregisteredTime } = framework;
  return {
    framework_info: info,
    active,
    connected,
    ...(isAtLeast(version, '1.2.0') ? { recovered } : {}),
    registered_time: nanoseconds(registeredTime),
    reregistered_time: nanoseconds(reregisteredTime ?? registeredTime),
    ...(unregisteredTime === 0 ? {} : { unregistered_time: nanoseconds(unregisteredTime) }),
    ...optional('offers', [...framework.offers.values()].map(offerV1)),
    ...optional('allocated_resources', usedBy(framework).map(withRole)),
    ...optional('offered_resources', offeredTo(framework).map(withRole)),
    ...(isAtLeast(version, '1.11.0') ? { offer_constraints: {} } : {}),
  };
}

export function agentV1(agent: Agent, masterVersion: string, usage: Usage): object {
  const { drain } = agent;
  const modern = isAtLeast(agent.version, '1.2.0');
  return {
    agent_info: agentInfoV1(agent),
    active: isActive(agent),
    ...(isAtLeast(masterVersion, '1.9.0') ? { deactivated: agent.deactivated } : {}),
    version: agent.version,
    pid: agentPid(agent),
    registered_time: nanoseconds(agent.registeredTime),
    ...(agent.reregisteredTime === undefined ? {} : { reregistered_time: nanoseconds(agent.reregisteredTime) }),
    total_resources: totalOf(agent).map(withRole),
    ...optional('allocated_resources', usage.used(agent.id).map(withRole)),
    ...optional('offered_resources', usage.offered(agent.id).map(withRole)),
    ...(modern ? { capabilities: AGENT_CAPABILITIES.map((type) => ({ type })) } : {}),
    ...(drain === undefined ? {} : { drain_info: drainInfoJson(drain) }),
    ...(drain?.startedAt === undefined ? {} : { estimated_drain_start_time: nanoseconds(drain.startedAt) }),
  };
}

export function agentInfoV1({ id, info }: Agent): object {
  return {
    hostname: info.hostname,
    port: info.port,
    resources: info.resources.map(withReservations),
    ...optional('attributes', info.attributes),
    id: { value: id },
    checkpoint: true,
  };
}

function offerV1(offer: Offer): object {
  return { ...offer, resources: offer.resources.map((resource: AllocatedResource) => withReservations(resource)) };
}

/** A protobuf's repeated field, which its JSON leaves out where it is empty. */
function optional(name: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

function nanoseconds(seconds: number): object {
  return { nanoseconds: Math.round(seconds * 1e6) * 1000 };
}
