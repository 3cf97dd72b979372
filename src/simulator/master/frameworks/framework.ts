import type { ExecutorInfo, FrameworkInfo, Offer, Task } from '../../mesos/shapes.js';

/** An executor that a framework brought, on one agent. */
export interface Executor {
  agentId: string;
  info: ExecutorInfo;
}

/** A framework that the master knows; times in seconds since the epoch. */
export interface Framework {
  readonly id: string;
  /** With the id in it. */
  info: FrameworkInfo;
  /** Whether it is offered resources. */
  active: boolean;
  /** Whether a subscription of it is open. */
  connected: boolean;
  /** Known from agents that came back, and not subscribed since this master leads. */
  recovered: boolean;
  registeredTime: number;
  reregisteredTime?: number;
  /** 0 while it is registered. */
  unregisteredTime: number;
  /** By task id: not ended, or ended and not yet acknowledged. */
  readonly tasks: Map<string, Task>;
  /** By task id: their agent is unreachable. */
  readonly unreachableTasks: Map<string, Task>;
  /** The oldest go first when there are too many. */
  readonly completedTasks: Task[];
  /** Outstanding, by offer id. */
  readonly offers: Map<string, Offer>;
  readonly executors: readonly Executor[];
  /** Offers that it was made, ever. */
  readonly offersMade: number;
  /** What it asked for and was told, by the names that metrics have for it, as `calls/accept`. */
  readonly counters: ReadonlyMap<string, number>;
  /** Roles that it wants no offers for. */
  readonly suppressed: ReadonlySet<string>;
  /** What it did not want lately. */
  readonly refusals: { count(role: string): number };
}

/** The roles it is offered resources for: with the capability MULTI_ROLE those that it lists, which may be none. */
export function rolesOf(info: FrameworkInfo): readonly string[] {
  return hasCapability(info, 'MULTI_ROLE') ? (info.roles ?? []) : [info.role ?? '*'];
}

export function hasCapability({ capabilities = [] }: FrameworkInfo, type: string): boolean {
  return capabilities.some((each) => each.type === type);
}

/** What runs, what is out of reach and what has ended, as far as it is remembered. */
export function allTasks({ tasks, unreachableTasks, completedTasks }: Framework): Task[] {
  return [...tasks.values(), ...unreachableTasks.values(), ...completedTasks];
}
