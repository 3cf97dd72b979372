import { resourceMetrics, systemMetrics, words, zeros } from '../mesos/system.js';
import { generationOf } from '../mesos/version.js';
import { isActive } from './agent.js';
import type { MasterView } from './view.js';

const TIMER = words('count max min p50 p90 p95 p99 p999 p9999');

const OPERATIONS = words('create create_disk destroy destroy_disk grow_volume reserve shrink_volume unreserve');
const OUTCOMES = words('dropped error failed finished gone_by_operator pending recovering total unreachable');

/** What a master counts and the simulator has nothing to count of yet. */
const COUNTERS = words(`
  dropped_messages event_queue_dispatches event_queue_http_requests event_queue_messages
  frameworks_active frameworks_connected frameworks_disconnected frameworks_inactive
  invalid_executor_to_framework_messages invalid_framework_to_executor_messages
  invalid_status_update_acknowledgements invalid_status_updates
  messages_authenticate messages_deactivate_framework messages_decline_offers messages_executor_to_framework
  messages_exited_executor messages_framework_to_executor messages_kill_task messages_launch_tasks
  messages_reconcile_tasks messages_register_framework messages_reregister_framework messages_resource_request
  messages_revive_offers messages_status_update messages_status_update_acknowledgement messages_suppress_offers
  messages_unregister_framework
  outstanding_offers recovery_slave_removals slave_shutdowns_canceled
  slave_shutdowns_completed slave_shutdowns_scheduled
  tasks_error tasks_failed tasks_finished tasks_killed tasks_killing tasks_lost tasks_running tasks_staging tasks_starting
  valid_executor_to_framework_messages valid_framework_to_executor_messages
  valid_status_update_acknowledgements valid_status_updates
`);

const MODERN_COUNTERS = words(`
  http_cache_hits invalid_operation_status_update_acknowledgements invalid_operation_status_updates
  messages_operation_status_update messages_operation_status_update_acknowledgement messages_reconcile_operations
  operator_event_stream_subscribers slave_unreachable_canceled
  tasks_dropped tasks_gone tasks_gone_by_operator tasks_unreachable
  valid_operation_status_update_acknowledgements valid_operation_status_updates
`);

/** `/metrics/snapshot`: what the simulator does is counted, what it does not do is zero. */
export function masterMetrics(view: MasterView): { [name: string]: number } {
  const modern = generationOf(view.self.version) === 'modern';
  const { agents, counters } = view;
  const resources = agents.filter(isActive).flatMap(({ info }) => info.resources);
  const connected = agents.filter(({ link }) => link !== null).length;
  const active = agents.filter(isActive).length;
  const totals = resourceMetrics('master', resources);
  const metrics = {
    ...zeros('master/', [...COUNTERS, ...(modern ? MODERN_COUNTERS : [])]),
    ...(modern ? operationMetrics() : {}),
    ...totals,
    ...allocatorMetrics(totals),
    ...systemMetrics(),
    ...registrarMetrics(view, modern),
    'master/elected': view.electedTime === null ? 0 : 1,
    'master/messages_register_slave': counters.registrations,
    'master/messages_reregister_slave': counters.reregistrations,
    'master/messages_update_slave': counters.registrations + counters.reregistrations,
    'master/slave_registrations': counters.registrations,
    'master/slave_reregistrations': counters.reregistrations,
    'master/slave_removals': counters.removals,
    'master/slave_removals/reason_registered': counters.removalsReplaced,
    'master/slave_removals/reason_unhealthy': counters.removalsUnhealthy,
    'master/slave_removals/reason_unregistered': counters.removalsUnregistered,
    'master/messages_unregister_slave': counters.removalsUnregistered,
    'master/slaves_active': active,
    'master/slaves_connected': connected,
    'master/slaves_disconnected': agents.length - connected,
    'master/slaves_inactive': agents.length - active,
    'master/uptime_secs': view.now - view.startTime,
    ...(modern
      ? {
          'master/slave_unreachable_completed': counters.removalsUnhealthy,
          'master/slave_unreachable_scheduled': counters.removalsUnhealthy,
          'master/slaves_unreachable': view.unreachableCount,
        }
      : {}),
  };
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function operationMetrics(): { [name: string]: number } {
  const each = OPERATIONS.flatMap((operation) => OUTCOMES.map((outcome) => `${operation}/${outcome}`));
  return zeros('master/operations/', [...each, ...OUTCOMES]);
}

function allocatorMetrics(totals: { [name: string]: number }): { [name: string]: number } {
  const timers = ['allocation_run_latency_ms', 'allocation_run_ms'];
  const names = timers.flatMap((timer) => [timer, ...TIMER.map((part) => `${timer}/${part}`)]);
  const metrics: { [name: string]: number } = {
    'allocator/event_queue_dispatches': 0,
    ...zeros('allocator/mesos/', [...names, 'allocation_runs', 'event_queue_dispatches']),
  };
  for (const name of ['cpus', 'disk', 'mem']) {
    metrics[`allocator/mesos/resources/${name}/offered_or_allocated`] = 0;
    metrics[`allocator/mesos/resources/${name}/total`] = totals[`master/${name}_total`] ?? 0;
  }
  return metrics;
}

/** The replicated log is there only where it is the registry; it is recovered as soon as its master leads. */
function registrarMetrics(view: MasterView, modern: boolean): { [name: string]: number } {
  const store = ['state_store_ms', ...TIMER.map((part) => `state_store_ms/${part}`)];
  const common = zeros('registrar/', ['queued_operations', 'registry_size_bytes', 'state_fetch_ms', ...store]);
  if (view.flags.get('registry') !== 'replicated_log') return common;
  const ensemble = modern ? { 'registrar/log/ensemble_size': 1 } : {};
  return { ...common, ...ensemble, 'registrar/log/recovered': view.electedTime === null ? 0 : 1 };
}
