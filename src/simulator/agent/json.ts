import { type Flags, shownFlags } from '../flags.js';
import { AGENT_CAPABILITIES, type AgentInfo } from '../mesos/agent-protocol.js';
import type { MasterInfo } from '../mesos/master-info.js';
import { plainAttributes, plainResources, type Resource } from '../mesos/resources.js';
import type { AllocatedResource, TaskState } from '../mesos/shapes.js';
import { ownerOf, reservedBy, unreserved, withRole } from '../mesos/shown-resources.js';
import { resourceMetrics, systemMetrics, words, zeros } from '../mesos/system.js';
import { generationOf, versionInfo } from '../mesos/version.js';
import { frameworkJson, heldByAll } from './json-frameworks.js';
import type { Book, ExecutorEntry } from './tasks/book.js';
import type { Counters } from './tasks/counters.js';

/** An agent as its JSON shows it, taken at one moment; times in seconds since the epoch. */
export interface AgentView {
  version: string;
  flags: Flags;
  info: AgentInfo;
  ip: string;
  /** Empty until it registered. */
  id: string;
  registered: boolean;
  leader: MasterInfo | null;
  startTime: number;
  now: number;
  recoverySeconds: number;
  book: Book;
  counters: Counters;
  /** With dynamic reservations, where there are any. */
  total: readonly AllocatedResource[];
  sandboxesWaiting: number;
}

/** Each with the role that it belongs to, however it came to that. */
function owned(resources: readonly AllocatedResource[]): Resource[] {
  return resources.map((resource) => ({ ...resource, role: ownerOf(resource) }));
}

/** `/state` in the shape of the played version. */
export function agentState(view: AgentView): object {
  const { version, info, ip, id, leader, flags } = view;
  const modern = generationOf(version) === 'modern';
  const total = owned(view.total);
  const open = unreserved(total);
  const held = owned(heldByAll(view.book));
  const shape = { version, generation: generationOf(version) };
  const full = {
    reserved_resources_full: reservedBy(total, (reserved) => reserved.map(withRole)),
    unreserved_resources_full: open.map(withRole),
    reserved_resources_allocated: reservedBy(held, plainResources),
    unreserved_resources_allocated: plainResources(unreserved(held)),
    resource_providers: [],
  };
  const logs = ['log_dir', 'external_log_file'].map((name) => [name, flags.get(name)]);
  return {
    ...versionInfo(version),
    start_time: view.startTime,
    id,
    pid: `slave(1)@${ip}:${info.port}`,
    hostname: info.hostname,
    ...(modern ? { capabilities: AGENT_CAPABILITIES } : {}),
    resources: plainResources(total),
    reserved_resources: reservedBy(total, plainResources),
    unreserved_resources: plainResources(open),
    ...(modern ? full : {}),
    attributes: plainAttributes(info.attributes),
    ...(leader === null ? {} : { master_hostname: leader.hostname }),
    ...Object.fromEntries(logs.filter(([, value]) => value !== undefined)),
    flags: shownFlags(flags),
    frameworks: [...view.book.frameworks.values()].map((framework) => frameworkJson(framework, shape)),
    completed_frameworks: view.book.completedFrameworks.map((framework) => frameworkJson(framework, shape)),
  };
}

const COUNTERS = words(`
  containerizer/fetcher/cache_size_used_bytes containerizer/mesos/container_destroy_errors
  containerizer/mesos/provisioner/remove_container_errors
  gc/path_removals_failed gc/path_removals_succeeded slave/executors_preempted slave/recovery_errors
`);

const MODERN_COUNTERS = words(`
  containerizer/mesos/provisioner/bind/remove_rootfs_errors resource_provider_manager/events/disconnect
  resource_provider_manager/events/subscribe resource_provider_manager/subscribed
`);

const SANDBOX_MAX_AGE_SECONDS = 544_320;
const FETCHER_CACHE_BYTES = 2 * 1024 ** 3;

/** `/metrics/snapshot`: what the simulator does is counted, what it does not do is zero. */
export function agentMetrics(view: AgentView): { [name: string]: number } {
  const modern = generationOf(view.version) === 'modern';
  const metrics = {
    ...zeros('', [...COUNTERS, ...(modern ? MODERN_COUNTERS : [])]),
    ...resourceMetrics('slave', owned(view.total), owned(heldByAll(view.book))),
    ...systemMetrics(),
    ...Object.fromEntries(
      Object.entries(view.counters)
        .filter(([name]) => modern || name !== 'tasks_gone')
        .map(([name, value]) => [name.includes('/') ? name : `slave/${name}`, value]),
    ),
    ...gauges(view.book),
    'gc/path_removals_pending': view.sandboxesWaiting,
    'containerizer/fetcher/cache_size_total_bytes': FETCHER_CACHE_BYTES,
    'slave/executor_directory_max_allowed_age_secs': SANDBOX_MAX_AGE_SECONDS,
    'slave/recovery_time_secs': view.recoverySeconds,
    'slave/registered': view.registered ? 1 : 0,
    'slave/uptime_secs': view.now - view.startTime,
  };
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How many executors and tasks are in which state now. */
function gauges(book: Book): { [name: string]: number } {
  const executors = [...book.executors()];
  const tasks = [...book.tasks()];
  const executorsIn = (state: ExecutorEntry['state']): number =>
    executors.filter((each) => each.state === state).length;
  const tasksIn = (state: TaskState): number => tasks.filter(({ entry }) => entry.task.state === state).length;
  return {
    'slave/executors_registering': executorsIn('REGISTERING'),
    'slave/executors_running': executorsIn('RUNNING'),
    'slave/executors_terminating': executorsIn('TERMINATING'),
    'slave/frameworks_active': book.frameworks.size,
    'slave/tasks_killing': tasksIn('TASK_KILLING'),
    'slave/tasks_running': tasksIn('TASK_RUNNING'),
    'slave/tasks_staging': tasksIn('TASK_STAGING'),
    'slave/tasks_starting': tasksIn('TASK_STARTING'),
  };
}
