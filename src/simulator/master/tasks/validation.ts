import { type JsonObject, objectField } from '../../json.js';
import { describe } from '../../mesos/reservations.js';
import {
  addBags,
  type Bag,
  bagOf,
  containsBag,
  equalBags,
  filterBag,
  resourcesOf,
  scalarsOf,
  subtractBags,
} from '../../mesos/resource-math.js';
import type { AllocatedResource, ExecutorInfo, TaskInfo } from '../../mesos/shapes.js';
import type { Agent } from '../agents/agent.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import type { Outstanding } from '../offers/offers.js';
import { checkProblem, commandProblem, containerProblem, healthCheckProblem } from './content-validation.js';
import { executorProblem, groupExecutorProblem } from './executor-validation.js';
import { nameProblem } from './names.js';

/** Where tasks are to be launched, and with what. */
export interface Place {
  framework: FrameworkRecord;
  agent: Agent;
  offered: Bag;
  role: string;
  modern: boolean;
}

/** What is wrong with the offers that a framework wants to use, in Mesos' words; null for nothing. */
export function offersProblem(
  ids: readonly string[],
  framework: FrameworkRecord,
  find: (id: string) => Outstanding | undefined,
): string | null {
  if (ids.length === 0) return 'No offers specified';
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `Duplicate offer ${twice} in offer list`;
  const agents = new Set<string>();
  const roles = new Set<string>();
  for (const id of ids) {
    const outstanding = find(id);
    if (outstanding === undefined) return `Offer ${id} is no longer valid`;
    const whose = outstanding.framework.id;
    if (whose !== framework.id) {
      return `Offer ${id} has invalid framework ${whose} while framework ${framework.id} is expected`;
    }
    agents.add(outstanding.agent.id);
    if (agents.size > 1) {
      const [one, other] = agents;
      return `Aggregated offers must belong to one single agent. Offer ${id} uses agent ${other} and agent ${one}`;
    }
    roles.add(outstanding.role);
    if (roles.size > 1) {
      const [one, other] = roles;
      return `Aggregated offers must be allocated to the same role. Offer ${id} uses role '${other} but another is using role '${one}`;
    }
  }
  return null;
}

/** What is wrong with a task of its own, in Mesos' words; null for nothing. */
export function taskProblem(task: TaskInfo, place: Place): string | null {
  return ownProblem(task, place) ?? executionProblem(task, place) ?? shortage(task, place);
}

/** What is wrong with a group of tasks; null for nothing. */
export function taskGroupProblem(tasks: readonly TaskInfo[], executor: ExecutorInfo, place: Place): string | null {
  const ids = tasks.map(({ task_id }) => task_id.value);
  for (const [at, task] of tasks.entries()) {
    const twice = ids.indexOf(task.task_id.value) === at ? null : `Task has duplicate ID: ${task.task_id.value}`;
    const problem = ownProblem(task, place) ?? twice ?? inGroupProblem(task);
    if (problem !== null) return `Task '${task.task_id.value}' is invalid: ${problem}`;
  }
  const problem = groupExecutorProblem(executor, tasks, place.framework, place.agent);
  if (problem !== null) return problem;
  const runs = place.framework.hasExecutor(place.agent.id, executor.executor_id.value);
  const lists = tasks.map(({ resources = [] }) => resources);
  if (overlap([...lists, executor.resources ?? []])) {
    const text = (of: readonly AllocatedResource[]): string => describe(of, place.modern);
    const theirs = `{ ${lists.map(text).join(', ')} }`;
    return `There are overlapping resources in the task group's task resources ${theirs} and/or executor resources ${text(executor.resources ?? [])}`;
  }
  const needed = [tasks.flatMap(({ resources = [] }) => resources), runs ? [] : (executor.resources ?? [])];
  return lacking(
    needed.map(bagOf).reduce(addBags),
    place,
    (total, offered) =>
      `Total resources ${total} required by task group and its executor are more than available ${offered}`,
  );
}

function ownProblem(task: TaskInfo, { framework, agent, modern }: Place): string | null {
  const id = task.task_id.value;
  const wrongName = nameProblem(id);
  if (wrongName !== null) return wrongName;
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`;
  if (framework.unreachableTasks.has(id)) return `Task reuses the ID of an unreachable task: ${id}`;
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`;
  }
  if ((task.kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative";
  }
  if ((task.max_completion_time?.nanoseconds ?? 0) < 0) return "Task's `max_completion_time` must be non-negative";
  const { resources = [] } = task;
  return (
    prefixed('Task uses invalid check: ', checkProblem(task.check)) ??
    prefixed('Task uses invalid health check: ', healthCheckProblem(task.health_check)) ??
    (resources.length === 0 ? 'Task uses no resources' : null) ??
    prefixed('Task uses invalid resources: ', gpuProblem(resources)) ??
    prefixed("Task's `CommandInfo` is invalid: ", commandProblem(task.command as JsonObject | undefined)) ??
    prefixed("Task's `ContainerInfo` is invalid: ", containerProblem(task.container, modern)) ??
    limitsProblem(task)
  );
}

function prefixed(words: string, problem: string | null): string | null {
  return problem === null ? null : `${words}${problem}`;
}

function limitsProblem({ limits = {}, resources = [] }: TaskInfo): string | null {
  const requested = scalarsOf(bagOf(resources));
  if (Object.keys(limits).some((name) => name !== 'cpus' && name !== 'mem')) {
    return "Only cpus and mem may be included in a task's resource limits";
  }
  for (const [name, word, request] of [
    ['cpus', 'cpu', 'CPU'],
    ['mem', 'memory', 'memory'],
  ] as const) {
    const limit = limits[name]?.value;
    const asked = requested.get(name);
    if (limit === undefined) continue;
    if (asked === undefined) return `When a ${request} limit is specified, a ${request} request must also be specified`;
    if (limit * 1000 < asked) return `The ${word} limit must be greater than or equal to the ${word} request`;
  }
  return null;
}

function gpuProblem(resources: readonly AllocatedResource[]): string | null {
  const gpus = resources.filter(({ name }) => name === 'gpus');
  const whole = gpus.every((each) => each.type === 'SCALAR' && Number.isInteger(each.scalar.value));
  return whole ? null : "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer";
}

function executionProblem({ executor, command }: TaskInfo, { framework, agent }: Place): string | null {
  if ((executor === undefined) === (command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  return executor === undefined ? null : executorProblem(executor, framework, agent);
}

function inGroupProblem({ executor, container, health_check, limits = {} }: TaskInfo): string | null {
  if (executor === undefined) return "'TaskInfo.executor' must be set";
  const networks = container?.network_infos;
  const ofNetwork = health_check?.type === 'HTTP' || health_check?.type === 'TCP';
  if (Array.isArray(networks) && networks.length > 0 && ofNetwork) {
    return "HTTP and TCP health checks are not supported for nested containers not joining parent's network";
  }
  if (container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the task';
  const sharesCgroups = objectField(container ?? {}, 'linux_info')?.share_cgroups !== false;
  return sharesCgroups && Object.keys(limits).length > 0
    ? "Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'."
    : null;
}

function shortage({ resources = [], executor }: TaskInfo, place: Place): string | null {
  const { framework, agent } = place;
  const runs = executor === undefined || framework.hasExecutor(agent.id, executor.executor_id.value);
  const own = executor?.resources ?? [];
  const text = (of: readonly AllocatedResource[]): string => describe(of, place.modern);
  if (overlap([resources, own])) {
    return `There are overlapping resources in the task resources ${text(resources)} and executor resources ${text(own)}`;
  }
  const total = runs ? bagOf(resources) : bagOf([...resources, ...own]);
  return lacking(
    total,
    place,
    (needed, offered) =>
      `Total resources ${needed} required by task and its executor is more than available ${offered}`,
  );
}

/** Whether two of them want the same port, or the same member of a set. */
function overlap(lists: readonly (readonly AllocatedResource[])[]): boolean {
  const counted = (bag: Bag): Bag => filterBag(bag, ({ name }) => !scalarsOf(bag).has(name));
  const bags = lists.map((list) => counted(bagOf(list)));
  return bags.some((bag, at) => bags.slice(at + 1).some((other) => !equalBags(subtractBags(bag, other), bag)));
}

function lacking(
  needed: Bag,
  { offered, role, modern }: Place,
  say: (needed: string, offered: string) => string,
): string | null {
  if (containsBag(offered, needed)) return null;
  const text = (bag: Bag): string => describe(resourcesOf(bag, role), modern);
  return say(text(needed), text(offered));
}
