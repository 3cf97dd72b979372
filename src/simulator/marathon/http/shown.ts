import type { App } from '../app/definition.js';
import { servicePorts } from '../app/service-ports.js';
import { shownApp } from '../app/shown.js';
import type { Deployment } from '../deployment/deployments.js';
import { affectedApps } from '../deployment/plan.js';
import type { Waiting } from '../launching/launch-queue.js';
import { REJECT_REASONS } from '../launching/matcher.js';
import type { Leadership } from '../leadership.js';
import type { TaskRecord } from '../tasks/tasks.js';

/** What is shown of an app beside what its author said. */
export interface Embedded {
  tasks: boolean;
  counts: boolean;
  deployments: boolean;
  lastTaskFailure: boolean;
  taskStats: boolean;
}

export function shownTask(task: TaskRecord, { health, kills }: Leadership): object {
  const healthCheckResults = health.results(task.id).map((each) => ({ ...each, taskId: task.id, instanceId: task.id }));
  return {
    appId: task.appId,
    ...(healthCheckResults.length === 0 ? {} : { healthCheckResults }),
    host: task.hostname,
    id: task.id,
    ipAddresses: task.ipAddresses,
    ports: task.hostPorts.filter((port) => port !== null),
    slaveId: task.agentId,
    stagedAt: task.stagedAt,
    startedAt: task.startedAt,
    state: kills.has(task.id) ? 'TASK_KILLING' : task.state,
    version: task.appVersion,
    localVolumes: [],
  };
}

export function shownTaskOfAll(task: TaskRecord, leadership: Leadership): object {
  const app = leadership.appOf(task);
  return { ...shownTask(task, leadership), servicePorts: app === undefined ? [] : servicePorts(app) };
}

export function embeddedApp(app: App, embedded: Embedded, leadership: Leadership): object {
  const { tasks, deployments, failures } = leadership;
  const own = tasks.of(app.id);
  const running = deployments.touching([app.id]).map(({ id }) => ({ id }));
  const failure = failures.get(app.id);
  return {
    ...shownApp(app),
    ...(embedded.counts ? counts(own, leadership) : {}),
    ...(embedded.deployments ? { deployments: running } : {}),
    ...(embedded.tasks ? { tasks: own.map((task) => shownTask(task, leadership)) } : {}),
    ...(embedded.lastTaskFailure && failure !== undefined ? { lastTaskFailure: failure } : {}),
    ...(embedded.taskStats ? { taskStats: { totalSummary: { stats: { counts: statsOf(own, leadership) } } } } : {}),
  };
}

function statsOf(tasks: readonly TaskRecord[], { health }: Leadership) {
  const alive = tasks.map(({ id }) => health.aliveness(id));
  return {
    staged: tasks.filter(({ state }) => state === 'TASK_STAGING' || state === 'TASK_STARTING').length,
    running: tasks.filter(({ state }) => state === 'TASK_RUNNING' || state === 'TASK_KILLING').length,
    healthy: alive.filter((each) => each === true).length,
    unhealthy: alive.filter((each) => each === false).length,
  };
}

function counts(tasks: readonly TaskRecord[], leadership: Leadership): object {
  const { staged, running, healthy, unhealthy } = statsOf(tasks, leadership);
  return { tasksStaged: staged, tasksRunning: running, tasksHealthy: healthy, tasksUnhealthy: unhealthy };
}

export function shownDeployment({ id, version, steps, currentStep }: Deployment): object {
  const shown = steps.map(({ actions }) => ({ actions: actions.map(({ action, app }) => ({ action, app })) }));
  const now = shown[currentStep]?.actions ?? [];
  return {
    id,
    version,
    affectedApps: affectedApps(steps),
    affectedPods: [],
    steps: shown,
    currentActions: now.map((action) => ({ ...action, readinessCheckResults: [] })),
    currentStep: currentStep + 1,
    totalSteps: steps.length,
  };
}

/** What waits, for how long still, and why the offers that came would not do. */
export function shownWaiting(waiting: Waiting, delayedUntil: number, now: number, withOffers: boolean): object {
  const { app, count, since, processed, unused, lastUnusedAt, lastUsedAt, rejected, lastUnused } = waiting;
  const leftMs = Math.max(0, delayedUntil - now);
  const lastReasons = new Map<string, number>();
  for (const { reasons } of lastUnused.values()) {
    const first = REJECT_REASONS.find((reason) => reasons.includes(reason));
    if (first !== undefined) lastReasons.set(first, (lastReasons.get(first) ?? 0) + 1);
  }
  const offers = [...lastUnused.values()].map(({ offer, reasons, at }) => ({
    offer: {
      id: offer.id.value,
      hostname: offer.hostname,
      agentId: offer.agent_id.value,
      resources: offer.resources,
      attributes: offer.attributes ?? [],
    },
    reason: reasons,
    timestamp: at,
  }));
  return {
    count,
    delay: { timeLeftSeconds: Math.ceil(leftMs / 1000), overdue: leftMs === 0 },
    since,
    processedOffersSummary: {
      processedOffersCount: processed,
      unusedOffersCount: unused,
      ...(lastUnusedAt === null ? {} : { lastUnusedOfferAt: lastUnusedAt }),
      ...(lastUsedAt === null ? {} : { lastUsedOfferAt: lastUsedAt }),
      rejectSummaryLastOffers: funnel(lastReasons, lastUnused.size),
      rejectSummaryLaunchAttempt: funnel(rejected, processed),
    },
    ...(withOffers ? { lastUnusedOffers: offers } : {}),
    app: shownApp(app),
  };
}

/** Each reason with the offers that were left for it to be held against. */
function funnel(declined: ReadonlyMap<string, number>, offers: number): object[] {
  let processed = offers;
  return REJECT_REASONS.map((reason) => {
    const entry = { reason, declined: declined.get(reason) ?? 0, processed };
    processed -= entry.declined;
    return entry;
  });
}
