import type { Offer, TaskInfo } from '../../mesos/shapes.js';
import { plainValue } from '../../mesos/values.js';
import type { App } from '../app/definition.js';
import { idAsWord } from '../app/ids.js';
import type { Scheduler } from '../mesos/scheduler.js';
import type { TaskRecord, Tasks } from '../tasks/tasks.js';
import { LaunchQueue, opened } from './launch-queue.js';
import type { Match } from './matcher.js';
import { taskInfo } from './task-info.js';

interface Launching {
  task: TaskRecord;
  info: TaskInfo;
}

export interface OffersOptions {
  tasks: Tasks;
  scheduler: Pick<Scheduler, 'launch' | 'decline'>;
  defaultRoles: readonly string[];
  environmentPrefix: string;
  /** For how long offers are declined that nobody waits for. */
  declineMs: number;
  /** As many tasks are put on an agent before the next one has its turn. */
  maxPerOffer: number;
  delayedUntil(app: App): number;
  /** Tasks that were to be launched are not to be any more. */
  notLaunched(tasks: readonly TaskRecord[], why: string): void;
  log(message: string): void;
}

/** What nobody could use now may do soon: another task of the app may have ended by then. */
const REFUSE_WHILE_WAITING_MS = 5000;

/** Turns offers into tasks. A task is kept before it is launched, so that no Marathon ever meets one that it does not know. */
export class Offers {
  readonly queue: LaunchQueue;
  readonly #options: OffersOptions;
  /** What is being written of tasks that are to be launched. */
  readonly #kept = new Map<TaskRecord, Promise<void>>();
  #launching: Launching[] = [];

  constructor(options: OffersOptions) {
    this.#options = options;
    const { tasks, defaultRoles, delayedUntil } = options;
    this.queue = new LaunchQueue({
      defaultRoles,
      random: Math.random,
      delayedUntil,
      placed: (appId) => tasks.of(appId),
      launch: (app, offer, match) => this.#make(app, offer, match),
    });
  }

  /** Uses offers in rounds, so that what comes together is spread over the agents. */
  take(offers: readonly Offer[]): void {
    const open = offers.map((offer) => ({ ...opened(offer), launching: [] as Launching[] }));
    for (let round = new Set(open); round.size > 0; ) {
      for (const each of round) {
        this.#launching = each.launching;
        if (this.queue.use(each, this.#options.maxPerOffer, Date.now()) === 0) round.delete(each);
      }
    }
    for (const { offer, launching } of open) if (launching.length > 0) void this.#launch(offer.id.value, launching);
    const unused = open.filter(({ launching }) => launching.length === 0).map(({ offer }) => offer.id.value);
    if (unused.length > 0) this.#options.scheduler.decline(unused, this.#refuseSeconds()).catch(this.#logged);
  }

  #refuseSeconds(): number {
    const { declineMs } = this.#options;
    return (this.queue.all.length === 0 ? declineMs : Math.min(declineMs, REFUSE_WHILE_WAITING_MS)) / 1000;
  }

  readonly #logged = (error: unknown): void => this.#options.log(String(error));

  #make(app: App, offer: Offer, { resources, hostPorts }: Match): void {
    const { tasks, environmentPrefix } = this.#options;
    const { hostname, agent_id, attributes = [] } = offer;
    const [taskId, agentId] = [`${idAsWord(app.id)}.${crypto.randomUUID()}`, agent_id.value];
    const task: TaskRecord = {
      id: taskId,
      appId: app.id,
      appVersion: app.version,
      configuredAt: app.versionInfo.lastConfigChangeAt,
      agentId,
      hostname,
      attributes: Object.fromEntries(attributes.map((each) => [each.name, String(plainValue(each))])),
      hostPorts,
      stagedAt: new Date().toISOString(),
      startedAt: null,
      state: 'TASK_STAGING',
      ipAddresses: [],
      healthy: null,
    };
    const info = taskInfo({ app, taskId, agentId, host: hostname, resources, hostPorts, environmentPrefix });
    this.#launching.push({ task, info });
    // Known from here on, so that the next one of its app takes it into account.
    this.#kept.set(task, tasks.put(task));
  }

  async #launch(offerId: string, launching: readonly Launching[]): Promise<void> {
    const { scheduler, notLaunched } = this.#options;
    const records = launching.map(({ task }) => task);
    try {
      await Promise.all(records.map((task) => this.#kept.get(task)));
      await scheduler.launch(
        offerId,
        launching.map(({ info }) => info),
        this.#refuseSeconds(),
      );
    } catch (error) {
      notLaunched(records, String(error));
      // Whoever keeps an offer is made no other of that agent.
      scheduler.decline([offerId], this.#refuseSeconds()).catch(this.#logged);
    } finally {
      for (const task of records) this.#kept.delete(task);
    }
  }
}
