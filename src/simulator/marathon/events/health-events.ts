import type { HealthListener } from '../health/health-checks.js';
import { failureOf, type TaskFailure, type TaskRecord } from '../tasks/tasks.js';
import type { Events } from './events.js';

export interface HealthActions {
  kill(task: TaskRecord): void;
  failedTask(failure: TaskFailure): void;
  poke(): void;
}

/** Tells how healthy tasks are, and has those killed that are beyond hope. */
export function healthEvents(events: Events, { kill, failedTask, poke }: HealthActions): HealthListener {
  return {
    changed: (task, alive) => {
      const { id, appId, appVersion } = task;
      events.publish('health_status_changed_event', { appId, taskId: id, version: appVersion, alive });
      poke();
    },
    failed: ({ id, appId }, healthCheck) => {
      events.publish('failed_health_check_event', { appId, taskId: id, healthCheck });
    },
    hopeless: (task, reason) => {
      const { id, appId, appVersion, hostname, agentId } = task;
      const where = { host: hostname, slaveId: agentId };
      events.publish('unhealthy_task_kill_event', { appId, taskId: id, version: appVersion, reason, ...where });
      const message = `Task was killed since health check failed. Reason: ${reason}`;
      failedTask(failureOf(task, 'TASK_KILLED', message, new Date().toISOString()));
      kill(task);
    },
  };
}
