import type { JsonObject } from '../json.js';
import { plainResources } from './resources.js';
import type { Task, TaskStatus } from './shapes.js';
import type { Generation } from './version.js';

/** Which version's shape is wanted. */
export interface Shape {
  generation: Generation;
  version: string;
}

/** A task as the older JSON endpoints of master and agent show it. */
export function taskJson(task: Task, { generation }: Shape): object {
  const role = task.resources[0]?.allocation_info?.role;
  const { user, labels, discovery, container, health_check } = task;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: plainResources(task.resources),
    ...(role === undefined || generation === 'classic' ? {} : { role }),
    statuses: task.statuses.map(statusJson),
    ...(user === undefined ? {} : { user }),
    ...(labels === undefined ? {} : { labels: plainLabels(labels) }),
    ...(discovery === undefined ? {} : { discovery }),
    ...(container === undefined ? {} : { container }),
    ...(health_check === undefined ? {} : { health_check }),
  };
}

function statusJson({ state, timestamp, labels, container_status, healthy, check_status }: TaskStatus): object {
  const { executor_pid: _pid, ...container } = container_status ?? {};
  return {
    state,
    timestamp: timestamp ?? 0,
    ...(labels === undefined ? {} : { labels: plainLabels(labels) }),
    ...(container_status === undefined ? {} : { container_status: container }),
    ...(healthy === undefined ? {} : { healthy }),
    ...(check_status === undefined ? {} : { check_status }),
  };
}

/** Labels come wrapped, and the older endpoints list them bare. */
export function plainLabels(labels: JsonObject): object {
  return Array.isArray(labels.labels) ? labels.labels : [];
}
