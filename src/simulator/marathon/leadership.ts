import type { Log } from '../log.js';
import type { TaskStatus } from '../mesos/shapes.js';
import type { ZookeeperClient } from '../zookeeper/client.js';
import type { App } from './app/definition.js';
import { Changes } from './deployment/changes.js';
import { Deployments } from './deployment/deployments.js';
import { Tending } from './deployment/tending.js';
import { deploymentEvents } from './events/deployment-events.js';
import { Events } from './events/events.js';
import { healthEvents } from './events/health-events.js';
import { HealthChecks } from './health/health-checks.js';
import { Backoff } from './launching/backoff.js';
import { Offers } from './launching/offers.js';
import { Framework } from './mesos/framework.js';
import { findMaster } from './mesos/master-finder.js';
import { Reconciliation } from './mesos/reconciliation.js';
import { Scheduler } from './mesos/scheduler.js';
import type { MarathonOptions } from './options.js';
import { History } from './storage/history.js';
import { Znodes } from './storage/znodes.js';
import { Failures } from './tasks/failures.js';
import { Kills } from './tasks/kills.js';
import { appOf, isReady } from './tasks/task-app.js';
import { type TaskFailure, type TaskRecord, Tasks } from './tasks/tasks.js';
import { takeUpdate } from './tasks/updates.js';

const SOURCE = 'scheduler.ts:0';
/** Time for another Marathon to begin to lead. */
const AFTER_REFUSAL_MS = 1000;

export interface LeadershipOptions {
  options: MarathonOptions;
  client: ZookeeperClient;
  log: Log;
  /** It must not lead on: another is subscribed in its place. */
  abdicate(): void;
}

/** All that a Marathon has and does while it leads; it begins with what ZooKeeper has, and leaves everything there. */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #znodes: Znodes;
  readonly history: History;
  readonly deployments: Deployments;
  readonly changes: Changes;
  readonly tasks: Tasks;
  readonly backoff = new Backoff();
  readonly events = new Events();
  readonly health: HealthChecks;
  readonly offers: Offers;
  readonly kills: Kills;
  readonly failures: Failures;
  readonly framework: Framework;
  readonly #scheduler: Scheduler;
  readonly #tending: Tending;
  readonly #reconciliation: Reconciliation;
  #finder: { close(): void } | null = null;
  #registered = false;

  constructor(given: LeadershipOptions) {
    this.#options = given;
    const { options, client, log } = given;
    const base = options.zkUrl.path === '/' ? '' : options.zkUrl.path;
    const znodes = new Znodes(client, `${base}/state`);
    this.#znodes = znodes;
    this.history = new History(znodes);
    this.deployments = new Deployments(znodes);
    this.tasks = new Tasks(znodes);
    this.failures = new Failures(znodes);
    this.framework = new Framework(znodes, options);
    const told = deploymentEvents(this.events);
    this.changes = new Changes(this.history, this.deployments, {
      begun: (deployment) => {
        told.begun(deployment);
        for (const { actions } of deployment.steps) for (const { app } of actions) this.backoff.reset(app);
        this.#tending.poke();
      },
      cancelled: (deployment) => {
        told.cancelled(deployment);
        this.#tending.poke();
      },
    });
    this.#scheduler = this.#makeScheduler();
    this.kills = new Kills(({ id, agentId }) => this.#ignoring(this.#scheduler.kill(id, agentId)));
    const acts = {
      kill: (task: TaskRecord) => this.kill(task),
      failedTask: this.#failed,
      poke: () => this.#tending.poke(),
    };
    this.health = new HealthChecks(healthEvents(this.events, acts));
    this.offers = new Offers({
      ...options,
      tasks: this.tasks,
      scheduler: this.#scheduler,
      delayedUntil: (app) => this.backoff.until(app),
      notLaunched: (tasks, why) => this.#notLaunched(tasks, why),
      log: (message) => log.warning(SOURCE, message),
    });
    this.#reconciliation = new Reconciliation({
      patienceMs: options.reconciliationDelayMs,
      tasks: () => this.tasks.all,
      ask: (tasks) => this.#ignoring(this.#scheduler.reconcile(tasks)),
    });
    this.#tending = new Tending({
      root: () => this.changes.root,
      tasks: this.tasks,
      deployments: this.deployments,
      queue: this.offers.queue,
      backoff: this.backoff,
      isReady: (task) => isReady(task, this.appOf(task), this.health),
      isLeaving: (id) => this.kills.has(id),
      kill: acts.kill,
      revive: () => this.#ignoring(this.#scheduler.revive()),
      stepDone: (deployment, step, over) => {
        told.stepDone(deployment, step, over);
        this.#ignoring(this.deployments.keep(deployment));
      },
      appGone: (id) => {
        this.backoff.reset(id);
        this.#ignoring(this.failures.forget(id));
        this.events.publish('app_terminated_event', { appId: id });
      },
    });
  }

  /** Reads what ZooKeeper has and begins to act; rejects where ZooKeeper does not answer. */
  async begin(): Promise<void> {
    await this.changes.load();
    await this.tasks.load();
    await this.failures.load();
    await this.framework.load();
    for (const task of this.tasks.all) if (task.state === 'TASK_RUNNING') this.#watch(task);
    const { master, zkSessionTimeoutMs } = this.#options.options;
    const log = (message: string): void => this.#options.log.info('detector.ts:0', message);
    const found = (leader: Parameters<Scheduler['follow']>[0]): void => this.#scheduler.follow(leader);
    this.#finder = findMaster({ master, sessionTimeoutMs: zkSessionTimeoutMs, found, log });
    this.#tending.poke();
  }

  /** Stops acting; the tasks live on. */
  end(): void {
    this.#finder?.close();
    this.#scheduler.close();
    this.#tending.close();
    this.#reconciliation.stop();
    this.health.close();
    this.kills.close();
    this.events.close();
    this.#znodes.close();
  }

  /** The app's next task may be launched at once. */
  resetDelay(appId: string): void {
    this.backoff.reset(appId);
    this.#ignoring(this.#scheduler.revive());
    this.#tending.poke();
  }

  kill(task: TaskRecord): void {
    this.kills.add(task);
    this.#tending.poke();
  }

  appOf(task: TaskRecord): App | undefined {
    return appOf(task, this.changes.root, this.deployments.all);
  }

  #watch(task: TaskRecord): void {
    const app = this.appOf(task);
    if (app !== undefined) this.health.watch(task, app);
  }

  /** What fails here is asked again: after the next subscription, or with the next look. */
  #ignoring(promise: Promise<void>): void {
    promise.catch((error) => {
      if (this.#scheduler.connected) this.#options.log.info(SOURCE, String(error));
    });
  }

  #notLaunched(tasks: readonly TaskRecord[], why: string): void {
    this.#options.log.warning(SOURCE, `Not launched: ${why}`);
    for (const { id } of tasks) this.#ignoring(this.tasks.remove(id));
    this.#tending.poke();
  }

  #makeScheduler(): Scheduler {
    const { log } = this.#options;
    return new Scheduler({
      framework: () => this.framework.info(),
      log: (message) => log.info(SOURCE, message),
      listener: {
        subscribed: async (frameworkId, { ip, port }) => {
          await this.framework.become(frameworkId);
          log.info(SOURCE, `Registered as ${frameworkId} with master ${ip}:${port}`);
          const again = this.#registered ? 'scheduler_reregistered_event' : 'scheduler_registered_event';
          this.#registered = true;
          this.events.publish(again, { frameworkId, master: `${ip}:${port}` });
          this.#reconciliation.begin();
          this.kills.repeat();
          this.#tending.poke();
        },
        disconnected: () => {
          this.#reconciliation.stop();
          this.events.publish('scheduler_disconnected_event', {});
        },
        offers: (offers) => this.offers.take(offers),
        rescinded: () => {},
        update: (status) => this.#updated(status),
        message: (slaveId, executorId, data) => {
          const message = Buffer.from(data, 'base64').toString('utf8');
          this.events.publish('framework_message_event', { slaveId, executorId, message });
        },
        error: (message) => this.#refused(message),
      },
    });
  }

  readonly #failed = (failure: TaskFailure): void => this.#ignoring(this.failures.set(failure));

  async #updated(status: TaskStatus): Promise<void> {
    if (!this.#reconciliation.believes(status)) return;
    const kept = takeUpdate(status, {
      tasks: this.tasks,
      app: (id) => this.changes.root.apps.get(id),
      isLeaving: (id) => this.kills.has(id),
      killStranger: (id, agentId) => this.#ignoring(this.#scheduler.kill(id, agentId)),
      slowDown: (app) => this.backoff.ended(app, Date.now()),
      failed: this.#failed,
      gone: (id) => {
        this.kills.done(id);
        this.health.forget(id);
      },
      runs: (task) => this.#watch(task),
      publish: (type, fields) => this.events.publish(type, fields),
    });
    this.#tending.poke();
    await kept;
  }

  /** The master wants nothing more of this subscription. */
  #refused(message: string): void {
    this.#options.log.error(SOURCE, `Received ERROR: ${message}`);
    if (/removed|Completed framework/i.test(message)) {
      // Its tasks were killed with it.
      for (const { id } of [...this.tasks.all]) {
        this.health.forget(id);
        this.#ignoring(this.tasks.remove(id));
      }
      this.#ignoring(this.framework.forget());
      this.#scheduler.restart();
    } else {
      this.#scheduler.restart(AFTER_REFUSAL_MS);
      this.#options.abdicate();
    }
  }
}
