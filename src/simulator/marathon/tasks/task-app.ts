import type { App } from '../app/definition.js';
import type { Deployment } from '../deployment/deployments.js';
import type { RootGroup } from '../group/root.js';
import type { HealthChecks } from '../health/health-checks.js';
import type { TaskRecord } from './tasks.js';

/** The definition that a task was launched with, or the one of now where that is forgotten. */
export function appOf(task: TaskRecord, root: RootGroup, deployments: readonly Deployment[]): App | undefined {
  const roots = [root, ...deployments.map(({ before }) => before)];
  const known = roots.flatMap(({ apps }) => apps.get(task.appId) ?? []);
  return known.find(({ versionInfo }) => versionInfo.lastConfigChangeAt === task.configuredAt) ?? known[0];
}

/** Whether a task runs, and is healthy where that is looked at. */
export function isReady({ id, state }: TaskRecord, app: App | undefined, health: HealthChecks): boolean {
  if (state !== 'TASK_RUNNING') return false;
  return app === undefined || app.healthChecks.length === 0 || health.aliveness(id) === true;
}
