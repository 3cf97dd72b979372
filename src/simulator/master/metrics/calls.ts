import { words } from '../../mesos/system.js';
import type { Framework } from '../frameworks/framework.js';
import type { MasterView } from '../view.js';

const CALLS =
  words(`accept accept_inverse_offers acknowledge acknowledge_operation_status decline decline_inverse_offers kill message
  reconcile reconcile_operations request revive shutdown suppress teardown update_framework`);
const EVENTS =
  words(`error failure heartbeat inverse_offers message offers rescind rescind_inverse_offer subscribed update
  update_operation_status`);
const OPERATIONS = words(
  `create create_disk destroy destroy_disk grow_volume launch launch_group reserve shrink_volume unreserve`,
);

/** What a framework asked for and was told, under `master/frameworks/<name>/<id>`. */
export function callMetrics({ counters, offersMade }: Framework, prefix: string): { [name: string]: number } {
  const count = (name: string): number => counters.get(name) ?? 0;
  const listed = (kind: string, names: readonly string[]): { [name: string]: number } => {
    const counts = names.map((name): [string, number] => [`${prefix}/${kind}/${name}`, count(`${kind}/${name}`)]);
    return { ...Object.fromEntries(counts), [`${prefix}/${kind}`]: counts.reduce((sum, [, value]) => sum + value, 0) };
  };
  // Each subscription is answered by one event.
  const subscriptions = count('events/subscribed');
  const calls = listed('calls', CALLS);
  return {
    ...calls,
    [`${prefix}/calls/subscribe`]: subscriptions,
    [`${prefix}/calls`]: (calls[`${prefix}/calls`] ?? 0) + subscriptions,
    ...listed('events', EVENTS),
    ...listed('operations', OPERATIONS),
    [`${prefix}/offers/accepted`]: count('offers/accepted'),
    [`${prefix}/offers/declined`]: count('offers/declined'),
    [`${prefix}/offers/rescinded`]: count('events/rescind'),
    [`${prefix}/offers/sent`]: offersMade,
  };
}

/** Which of a framework's counters the master's own sum up. */
const SUMS: { readonly [metric: string]: string } = {
  messages_decline_offers: 'calls/decline',
  messages_framework_to_executor: 'calls/message',
  messages_kill_task: 'calls/kill',
  messages_launch_tasks: 'calls/accept',
  messages_reconcile_tasks: 'calls/reconcile',
  messages_register_framework: 'events/subscribed',
  messages_resource_request: 'calls/request',
  messages_revive_offers: 'calls/revive',
  messages_status_update: 'events/update',
  messages_status_update_acknowledgement: 'calls/acknowledge',
  messages_suppress_offers: 'calls/suppress',
  messages_unregister_framework: 'calls/teardown',
  valid_framework_to_executor_messages: 'calls/message',
  valid_status_update_acknowledgements: 'calls/acknowledge',
  valid_status_updates: 'events/update',
};

/** Of the frameworks that are known still. */
export function messageMetrics({ frameworks, completedFrameworks }: MasterView): { [name: string]: number } {
  const all = [...completedFrameworks, ...frameworks];
  const sums = Object.entries(SUMS).map(([metric, name]): [string, number] => {
    return [`master/${metric}`, all.reduce((sum, { counters }) => sum + (counters.get(name) ?? 0), 0)];
  });
  return Object.fromEntries(sums);
}
