import { plainResources } from '../../mesos/resources.js';
import type { CommandInfo, Offer } from '../../mesos/shapes.js';
import { sumUp } from '../../mesos/shown-resources.js';
import { plainLabels, type Shape, taskJson } from '../../mesos/shown-task.js';
import { isAtLeast } from '../../mesos/version.js';
import { type Executor, type Framework, hasCapability, rolesOf } from '../frameworks/framework.js';
import { offeredTo, usedBy } from './usage.js';

/** What every listing of a framework begins with. */
export function frameworkSummary(framework: Framework, { generation }: Shape): object {
  const { id, info, active, connected, recovered } = framework;
  return {
    id,
    name: info.name,
    used_resources: plainResources(usedBy(framework)),
    offered_resources: plainResources(offeredTo(framework)),
    capabilities: (info.capabilities ?? []).map(({ type }) => type),
    hostname: info.hostname ?? '',
    webui_url: info.webui_url ?? '',
    active,
    ...(generation === 'modern' ? { connected, recovered } : {}),
  };
}

export function frameworkJson(framework: Framework, shape: Shape): object {
  const { info } = framework;
  const modern = shape.generation === 'modern';
  const offers = [...framework.offers.values()];
  return {
    ...frameworkSummary(framework, shape),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredTime,
    unregistered_time: framework.unregisteredTime,
    ...(framework.reregisteredTime === undefined ? {} : { reregistered_time: framework.reregisteredTime }),
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    resources: plainResources(sumUp([...usedBy(framework), ...offeredTo(framework)])),
    ...(modern && hasCapability(info, 'MULTI_ROLE') ? { roles: rolesOf(info) } : { role: info.role ?? '*' }),
    tasks: [...framework.tasks.values()].map((task) => taskJson(task, shape)),
    ...(modern
      ? { unreachable_tasks: [...framework.unreachableTasks.values()].map((task) => taskJson(task, shape)) }
      : {}),
    completed_tasks: framework.completedTasks.map((task) => taskJson(task, shape)),
    offers: offers.map((offer) => offerJson(offer, shape)),
    executors: framework.executors.map((executor) => executorJson(executor, framework.id, shape)),
    ...(info.labels === undefined ? {} : { labels: plainLabels(info.labels) }),
    ...(isAtLeast(shape.version, '1.11.0') ? { offer_constraints: {} } : {}),
  };
}

function offerJson({ id, framework_id, agent_id, allocation_info, resources }: Offer, { generation }: Shape): object {
  return {
    id: id.value,
    framework_id: framework_id.value,
    ...(generation === 'classic' || allocation_info === undefined ? {} : { allocation_info }),
    slave_id: agent_id.value,
    resources: plainResources(resources),
  };
}

function executorJson({ agentId, info }: Executor, frameworkId: string, { generation }: Shape): object {
  const { executor_id, name = '', source, command, container, resources = [], labels, type } = info;
  const role = resources[0]?.allocation_info?.role;
  const modern = generation === 'modern';
  return {
    executor_id: executor_id.value,
    name,
    framework_id: frameworkId,
    ...(modern ? {} : { source: source ?? '' }),
    command: commandJson(command ?? {}),
    resources: plainResources(resources),
    ...(role === undefined || !modern ? {} : { role }),
    ...(labels === undefined ? {} : { labels: plainLabels(labels) }),
    ...(type === undefined || !modern ? {} : { type }),
    ...(container === undefined ? {} : { container }),
    slave_id: agentId,
  };
}

function commandJson({ shell, value, arguments: argv = [], environment, uris = [] }: CommandInfo): object {
  return {
    ...(shell === undefined ? {} : { shell }),
    ...(value === undefined ? {} : { value }),
    argv,
    ...(environment === undefined ? {} : { environment }),
    uris: uris.map((uri) => ({ value: uri.value, executable: uri.executable ?? false })),
  };
}
