import { type HttpAnswer, json } from '../../http.js';
import type { Leadership } from '../leadership.js';
import type { MarathonOptions } from '../options.js';

/** `/v2/info`. */
export function info(options: MarathonOptions, leader: string | null, leading: Leadership | null): HttpAnswer {
  return json({
    name: options.frameworkName,
    version: options.version,
    buildref: 'minimesos-simulator',
    elected: leading !== null,
    leader,
    frameworkId: leading?.framework.id ?? null,
    marathon_config: {
      master: options.master,
      framework_name: options.frameworkName,
      mesos_role: options.mesosRole,
      mesos_user: options.mesosUser,
      failover_timeout: options.failoverTimeoutSeconds,
      reconciliation_initial_delay: options.reconciliationDelayMs,
      default_accepted_resource_roles: options.defaultRoles,
      ha: true,
      hostname: options.hostname,
      checkpoint: true,
    },
    zookeeper_config: { zk: options.zk, zk_session_timeout: options.zkSessionTimeoutMs },
    http_config: { http_port: options.httpPort },
    event_subscriber: { type: null },
  });
}

/** `/metrics`, in the form of the library that Marathon counts with. */
export function metrics({ changes, tasks, deployments, offers }: Leadership): HttpAnswer {
  const all = [...tasks.all];
  const count = (...states: string[]): number => all.filter(({ state }) => states.includes(state)).length;
  const gauges = {
    'app.count': changes.root.apps.size,
    'group.count': changes.root.groups.size,
    'task.running.count': count('TASK_RUNNING', 'TASK_KILLING'),
    'task.staged.count': count('TASK_STAGING', 'TASK_STARTING'),
    'deployment.count': deployments.all.length,
    'queue.size': offers.queue.all.length,
    uptime: Math.round(process.uptime() * 1000),
  };
  const named = Object.entries(gauges).map(([name, value]) => [`service.mesosphere.marathon.${name}`, { value }]);
  return json({
    version: '3.0.0',
    gauges: Object.fromEntries(named),
    counters: {},
    histograms: {},
    meters: {},
    timers: {},
  });
}
