import type { FrameworkInfo, KillPolicy, Offer, Task, TaskStatus } from '../../mesos/shapes.js';
import { Refusals } from '../offers/refusals.js';
import type { Executor, Framework } from './framework.js';
import type { SchedulerEvent, Subscription } from './subscriptions.js';

/** A framework with what only its master needs to know of it. */
export class FrameworkRecord implements Framework {
  readonly id: string;
  info: FrameworkInfo;
  active = false;
  recovered = false;
  registeredTime: number;
  reregisteredTime?: number;
  unregisteredTime = 0;
  readonly tasks = new Map<string, Task>();
  readonly unreachableTasks = new Map<string, Task>();
  readonly completedTasks: Task[] = [];
  readonly offers = new Map<string, Offer>();
  executors: Executor[] = [];
  subscription: Subscription | null = null;
  /** Roles that it wants no offers for. */
  suppressed = new Set<string>();
  readonly refusals = new Refusals();
  /** By task id: the latest update that it was sent and did not acknowledge. */
  readonly unacknowledged = new Map<string, TaskStatus>();
  /** By task id: kills that the task's agent could not be told of. */
  readonly killed = new Map<string, KillPolicy | undefined>();
  /** How many, ever. */
  offersMade = 0;
  /** By the names that metrics have for it, as `calls/accept`. */
  readonly counters = new Map<string, number>();
  /** Runs while it is not subscribed. */
  failover: NodeJS.Timeout | undefined;

  constructor(id: string, info: FrameworkInfo, registeredTime: number) {
    this.id = id;
    this.info = { ...info, id: { value: id } };
    this.registeredTime = registeredTime;
  }

  get connected(): boolean {
    return this.subscription !== null;
  }

  /** What it is told while it is not subscribed is lost. */
  send(event: SchedulerEvent): void {
    if (this.subscription !== null) this.count(`events/${event.type.toLowerCase()}`);
    this.subscription?.send(event);
  }

  count(name: string, times = 1): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + times);
  }

  hasExecutor(agentId: string, executorId: string): boolean {
    return this.findExecutor(agentId, executorId) !== undefined;
  }

  findExecutor(agentId: string, executorId: string): Executor | undefined {
    return this.executors.find((each) => each.agentId === agentId && each.info.executor_id.value === executorId);
  }
}
