import { masterInfoJson } from '../../mesos/master-info.js';
import type { FrameworkInfo } from '../../mesos/shapes.js';
import { isAtLeast } from '../../mesos/version.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import { HEARTBEAT_SECONDS, type Subscription } from '../frameworks/subscriptions.js';
import type { SchedulerCall } from './calls.js';
import { frameworkProblem, principalProblem, updatedInfo } from './framework-validation.js';
import type { SchedulerMaster } from './scheduler-master.js';

/** Begins a framework's subscription, which is told why where there can be none. */
export function subscribe(
  subscription: Subscription,
  { subscribe: asked }: SchedulerCall,
  master: SchedulerMaster,
): void {
  if (asked === undefined) return;
  const { framework_info: info, suppressed_roles: suppressed = [] } = asked;
  const { scheduling, flags } = master;
  const id = info.id?.value ?? '';
  const removed = scheduling.frameworks.isCompleted(id) ? 'Framework has been removed' : null;
  const known = scheduling.frameworks.find(id);
  const changed = known === undefined ? null : principalProblem(known.info, info);
  const problem = frameworkProblem(info, suppressed, flags) ?? removed ?? changed;
  if (problem !== null) {
    scheduling.options.log(`Refusing subscription of framework '${info.name}': ${problem}`);
    subscription.send({ type: 'ERROR', error: { message: problem } });
    subscription.end();
    return;
  }
  const framework = known === undefined ? scheduling.frameworks.add(info) : comeBack(known, info, master);
  framework.suppressed = new Set(suppressed);
  open(framework, subscription, master);
  scheduling.options.announcements.announce({
    type: known === undefined ? 'FRAMEWORK_ADDED' : 'FRAMEWORK_UPDATED',
    framework,
  });
}

/** The newer subscription wins; whoever had the older one is told so. */
function comeBack(framework: FrameworkRecord, info: FrameworkInfo, { scheduling }: SchedulerMaster): FrameworkRecord {
  const { subscription } = framework;
  framework.subscription = null;
  subscription?.fail('Framework failed over');
  scheduling.withdraw(framework);
  framework.info = updatedInfo(framework.info, info);
  framework.reregisteredTime = scheduling.options.now();
  return framework;
}

function open(framework: FrameworkRecord, subscription: Subscription, { self, scheduling }: SchedulerMaster): void {
  clearTimeout(framework.failover);
  framework.subscription = subscription;
  framework.active = true;
  framework.recovered = false;
  subscription.onLost(() => {
    if (framework.subscription === subscription) scheduling.disconnected(framework);
  });
  scheduling.options.log(`Framework ${framework.id} (${framework.info.name}) subscribed`);
  subscription.send({
    type: 'SUBSCRIBED',
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: HEARTBEAT_SECONDS,
      ...(isAtLeast(self.version, '1.1.0') ? { master_info: masterInfoJson(self) } : {}),
    },
  });
  subscription.beginHeartbeats();
  for (const status of framework.unacknowledged.values()) framework.send({ type: 'UPDATE', update: { status } });
  scheduling.tellAgents(framework);
  scheduling.rounds.soon();
}
