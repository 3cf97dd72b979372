import { resourceMetrics, systemMetrics, words, zeros } from '../../mesos/system.js';
import { generationOf } from '../../mesos/version.js';
import { isActive } from '../agents/agent.js';
import { usedBy } from '../json/usage.js';
import type { MasterView } from '../view.js';
import { allocatorMetrics, TIMER } from './allocator.js';
import { messageMetrics } from './calls.js';
import type { TaskTally } from './tally.js';
import { frameworkMetrics, taskMetrics } from './tasks.js';

/** What metrics need beside the view. */
export interface Counted {
  tally: TaskTally;
  /** Operators that are told of events. */
  subscribers: number;
}

const OPERATIONS = words('create create_disk destroy destroy_disk grow_volume reserve shrink_volume unreserve');
const OUTCOMES = words('dropped error failed finished gone_by_operator pending recovering total unreachable');

/** What a master counts and the simulator does not. */
const COUNTERS = words(`
  dropped_messages event_queue_dispatches event_queue_http_requests event_queue_messages
  invalid_executor_to_framework_messages invalid_framework_to_executor_messages
  invalid_status_update_acknowledgements invalid_status_updates
  messages_authenticate messages_deactivate_framework messages_decline_offers messages_executor_to_framework
  messages_exited_executor messages_framework_to_executor messages_kill_task messages_launch_tasks
  messages_reconcile_tasks messages_register_framework messages_reregister_framework messages_resource_request
  messages_revive_offers messages_status_update messages_status_update_acknowledgement messages_suppress_offers
  messages_unregister_framework
  recovery_slave_removals slave_shutdowns_canceled
  slave_shutdowns_completed slave_shutdowns_scheduled
  valid_executor_to_framework_messages valid_framework_to_executor_messages
  valid_status_update_acknowledgements valid_status_updates
`);

const MODERN_COUNTERS = words(`
  http_cache_hits invalid_operation_status_update_acknowledgements invalid_operation_status_updates
  messages_operation_status_update messages_operation_status_update_acknowledgement messages_reconcile_operations
  slave_unreachable_canceled
  valid_operation_status_update_acknowledgements valid_operation_status_updates
`);

/** `/metrics/snapshot`: what the simulator does is counted, what it does not do is zero. */
export function masterMetrics(view: MasterView, { tally, subscribers }: Counted): { [name: string]: number } {
  const modern = generationOf(view.self.version) === 'modern';
  const { agents, counters } = view;
  const resources = agents.filter(isActive).flatMap(({ info }) => info.resources);
  const connected = agents.filter(({ link }) => link !== null).length;
  const active = agents.filter(isActive).length;
  const totals = resourceMetrics('master', resources, view.frameworks.flatMap(usedBy));
  const metrics = {
    ...zeros('master/', [...COUNTERS, ...(modern ? MODERN_COUNTERS : [])]),
    ...(modern ? operationMetrics() : {}),
    ...totals,
    ...allocatorMetrics(view, totals),
    ...frameworkCounts(view),
    ...messageMetrics(view),
    ...taskMetrics(view, tally, modern),
    ...(modern ? frameworkMetrics(view, tally) : {}),
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
          'master/operator_event_stream_subscribers': subscribers,
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

function frameworkCounts({ frameworks }: MasterView): { [name: string]: number } {
  const [active, connected] = [frameworks.filter((each) => each.active), frameworks.filter((each) => each.connected)];
  return {
    'master/frameworks_active': active.length,
    'master/frameworks_inactive': frameworks.length - active.length,
    'master/frameworks_connected': connected.length,
    'master/frameworks_disconnected': frameworks.length - connected.length,
    'master/outstanding_offers': frameworks.reduce((sum, { offers }) => sum + offers.size, 0),
  };
}

/** The replicated log is there only where it is the registry; it is recovered as soon as its master leads. */
function registrarMetrics(view: MasterView, modern: boolean): { [name: string]: number } {
  const store = ['state_store_ms', ...TIMER.map((part) => `state_store_ms/${part}`)];
  const common = zeros('registrar/', ['queued_operations', 'registry_size_bytes', 'state_fetch_ms', ...store]);
  if (view.flags.get('registry') !== 'replicated_log') return common;
  const ensemble = modern ? { 'registrar/log/ensemble_size': 1 } : {};
  return { ...common, ...ensemble, 'registrar/log/recovered': view.electedTime === null ? 0 : 1 };
}
