import type { App, HealthCheck } from '../app/definition.js';
import type { TaskRecord } from '../tasks/tasks.js';
import { Checker, isOurs } from './checker.js';
import { type Health, isAlive, UNKNOWN_HEALTH } from './health.js';

export interface HealthListener {
  /** What is known of a task's health is another than before. */
  changed(task: TaskRecord, alive: boolean): void;
  failed(task: TaskRecord, check: HealthCheck): void;
  /** A task that failed too often. */
  hopeless(task: TaskRecord, cause: string): void;
}

interface Watched {
  task: TaskRecord;
  app: App;
  checkers: Map<HealthCheck, Checker>;
  alive: boolean | null;
}

/** Looks after the health of the tasks that run; what it knows begins afresh with each Marathon that leads. */
export class HealthChecks {
  readonly #listener: HealthListener;
  readonly #watched = new Map<string, Watched>();

  constructor(listener: HealthListener) {
    this.#listener = listener;
  }

  /** Begins to look after a task that runs; `app` is as the task was launched. */
  watch(task: TaskRecord, app: App): void {
    const before = this.#watched.get(task.id);
    if (before !== undefined) {
      before.task = task;
      this.#tell(before);
      return;
    }
    if (app.healthChecks.length === 0) return;
    const watched: Watched = { task, app, checkers: new Map(), alive: null };
    this.#watched.set(task.id, watched);
    for (const check of app.healthChecks.filter(isOurs)) {
      const checker: Checker = new Checker(check, task, app, {
        changed: () => this.#tell(watched),
        failed: () => this.#listener.failed(watched.task, check),
        hopeless: () => this.#listener.hopeless(watched.task, checker.health.lastFailureCause ?? ''),
      });
      watched.checkers.set(check, checker);
    }
    this.#tell(watched);
  }

  forget(taskId: string): void {
    for (const checker of this.#watched.get(taskId)?.checkers.values() ?? []) checker.close();
    this.#watched.delete(taskId);
  }

  close(): void {
    for (const id of [...this.#watched.keys()]) this.forget(id);
  }

  /** True or false where every check, or any, says so; null where nothing is known, or nobody looks. */
  aliveness(taskId: string): boolean | null {
    const watched = this.#watched.get(taskId);
    return watched === undefined ? null : alivenessOf(watched);
  }

  /** One for each health check of the task. */
  results(taskId: string): (Health & { alive: boolean })[] {
    const watched = this.#watched.get(taskId);
    if (watched === undefined) return [];
    return healthsOf(watched)
      .filter(({ lastSuccess, lastFailure }) => lastSuccess !== null || lastFailure !== null)
      .map((health) => ({ ...health, alive: isAlive(health) }));
  }

  #tell(watched: Watched): void {
    const alive = alivenessOf(watched);
    if (alive === watched.alive || alive === null) return;
    watched.alive = alive;
    this.#listener.changed(watched.task, alive);
  }
}

function healthsOf({ task, app, checkers }: Watched): Health[] {
  return app.healthChecks.map((check) => checkers.get(check)?.health ?? asMesosFound(task));
}

/** What a task's agent found, as far as it tells. */
function asMesosFound({ healthy, startedAt, stagedAt }: TaskRecord): Health {
  const since = startedAt ?? stagedAt;
  if (healthy === null) return UNKNOWN_HEALTH;
  if (healthy) return { ...UNKNOWN_HEALTH, firstSuccess: since, lastSuccess: since };
  return { ...UNKNOWN_HEALTH, lastFailure: since, lastFailureCause: 'Unhealthy by its agent', consecutiveFailures: 1 };
}

function alivenessOf(watched: Watched): boolean | null {
  const healths = healthsOf(watched);
  if (healths.every(isAlive)) return true;
  return healths.some(({ lastFailure, consecutiveFailures }) => lastFailure !== null && consecutiveFailures > 0)
    ? false
    : null;
}
