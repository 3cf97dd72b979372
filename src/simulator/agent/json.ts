import { type Flags, shownFlags } from '../flags.js';
import { AGENT_CAPABILITIES, type AgentInfo } from '../mesos/agent-protocol.js';
import type { MasterInfo } from '../mesos/master-info.js';
import { fullResource, plainAttributes, plainResources, reservedBy, unreserved } from '../mesos/resources.js';
import { resourceMetrics, systemMetrics, words, zeros } from '../mesos/system.js';
import { generationOf, versionInfo } from '../mesos/version.js';

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
}

/** `/state` in the shape of the played version. */
export function agentState(view: AgentView): object {
  const { version, info, ip, id, leader, flags } = view;
  const modern = generationOf(version) === 'modern';
  const open = unreserved(info.resources);
  const full = {
    reserved_resources_full: reservedBy(info.resources, (reserved) => reserved.map(fullResource)),
    unreserved_resources_full: open.map(fullResource),
    reserved_resources_allocated: {},
    unreserved_resources_allocated: { disk: 0, mem: 0, gpus: 0, cpus: 0 },
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
    resources: plainResources(info.resources),
    reserved_resources: reservedBy(info.resources, plainResources),
    unreserved_resources: plainResources(open),
    ...(modern ? full : {}),
    attributes: plainAttributes(info.attributes),
    ...(leader === null ? {} : { master_hostname: leader.hostname }),
    ...Object.fromEntries(logs.filter(([, value]) => value !== undefined)),
    flags: shownFlags(flags),
    frameworks: [],
    completed_frameworks: [],
  };
}

const COUNTERS = words(`
  containerizer/fetcher/cache_size_used_bytes containerizer/fetcher/task_fetches_failed
  containerizer/fetcher/task_fetches_succeeded containerizer/mesos/container_destroy_errors
  containerizer/mesos/provisioner/remove_container_errors
  gc/path_removals_failed gc/path_removals_pending gc/path_removals_succeeded
  slave/container_launch_errors slave/executors_preempted slave/executors_registering slave/executors_running
  slave/executors_terminated slave/executors_terminating slave/frameworks_active slave/invalid_framework_messages
  slave/invalid_status_updates slave/recovery_errors slave/tasks_failed slave/tasks_finished slave/tasks_killed
  slave/tasks_killing slave/tasks_lost slave/tasks_running slave/tasks_staging slave/tasks_starting
  slave/valid_framework_messages slave/valid_status_updates
`);

const MODERN_COUNTERS = words(`
  containerizer/mesos/provisioner/bind/remove_rootfs_errors resource_provider_manager/events/disconnect
  resource_provider_manager/events/subscribe resource_provider_manager/subscribed slave/tasks_gone
`);

const SANDBOX_MAX_AGE_SECONDS = 544_320;
const FETCHER_CACHE_BYTES = 2 * 1024 ** 3;

/** `/metrics/snapshot`: what the simulator does is counted, what it does not do is zero. */
export function agentMetrics(view: AgentView): { [name: string]: number } {
  const modern = generationOf(view.version) === 'modern';
  const metrics = {
    ...zeros('', [...COUNTERS, ...(modern ? MODERN_COUNTERS : [])]),
    ...resourceMetrics('slave', view.info.resources),
    ...systemMetrics(),
    'containerizer/fetcher/cache_size_total_bytes': FETCHER_CACHE_BYTES,
    'slave/executor_directory_max_allowed_age_secs': SANDBOX_MAX_AGE_SECONDS,
    'slave/recovery_time_secs': view.recoverySeconds,
    'slave/registered': view.registered ? 1 : 0,
    'slave/uptime_secs': view.now - view.startTime,
  };
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
}
