import type { Bag } from '../mesos/resource-math.js';
import { type FrameworkInfo, hasEnded } from '../mesos/shapes.js';
import { isActive } from './agents/agent.js';
import type { AgentTable } from './agents/agents.js';
import type { AgentListener } from './agents/listener.js';
import type { MachineId } from './agents/machines.js';
import { receive } from './agents/messages.js';
import { Workloads } from './agents/workloads.js';
import type { Announcements } from './announcements.js';
import { FrameworkTable } from './frameworks/frameworks.js';
import type { FrameworkRecord } from './frameworks/record.js';
import { Ledgers } from './offers/ledger.js';
import { OfferBook, type Outstanding } from './offers/offers.js';
import { Rounds } from './offers/rounds.js';
import { Reconciliation } from './tasks/reconciliation.js';
import { TaskBoard } from './tasks/tasks.js';

export interface SchedulingOptions {
  masterId: string;
  /** Mesos' version that is played. */
  version: string;
  agents: AgentTable;
  announcements: Announcements;
  allocationIntervalMs: number;
  offerTimeoutMs: number | null;
  /** How long agents from before this master led are waited for. */
  reregisterTimeoutMs: number;
  maxCompletedFrameworks: number;
  maxCompletedTasks: number;
  maxUnreachableTasks: number;
  unavailability: (machine: MachineId) => object | undefined;
  /** Seconds since the epoch. */
  now: () => number;
  /** The same; null while it does not lead. */
  leadingSince: () => number | null;
  log: (message: string) => void;
}

/** Everything of a leading master that concerns frameworks: who they are, what they are offered, what runs for them. */
export class Scheduling {
  readonly options: SchedulingOptions;
  readonly frameworks: FrameworkTable;
  readonly ledgers = new Ledgers();
  readonly offers: OfferBook;
  readonly tasks: TaskBoard;
  readonly reconciliation: Reconciliation;
  readonly #workloads: Workloads;
  readonly rounds: Rounds;
  #closed = false;

  constructor(options: SchedulingOptions) {
    this.options = options;
    const { masterId, agents, announcements, now, log } = options;
    const { ledgers } = this;
    this.frameworks = new FrameworkTable({ masterId, maxCompleted: options.maxCompletedFrameworks, now });
    this.offers = new OfferBook({
      masterId,
      ledgers,
      timeoutMs: options.offerTimeoutMs,
      unavailability: options.unavailability,
      onTimeout: (outstanding) => this.#timedOut(outstanding),
    });
    const { frameworks, offers } = this;
    this.rounds = new Rounds({ agents, frameworks, ledgers, offers, intervalMs: options.allocationIntervalMs, now });
    const onFreed = (): void => this.rounds.soon();
    const { maxCompletedTasks: maxCompleted, maxUnreachableTasks: maxUnreachable } = options;
    this.tasks = new TaskBoard({ agents, ledgers, announcements, maxCompleted, maxUnreachable, now, log, onFreed });
    const isAwaited = this.#isAwaited.bind(this);
    this.reconciliation = new Reconciliation({ agents, tasks: this.tasks, isAwaited, log });
    this.#workloads = new Workloads({
      frameworks: this.frameworks,
      ledgers,
      tasks: this.tasks,
      recover: (info) => this.#recover(info),
      unreachableSince: (agentId) => agents.unreachableSince(agentId),
    });
    agents.listen(this.#listener());
  }

  close(): void {
    this.#closed = true;
    this.rounds.close();
    this.offers.close();
    for (const framework of this.frameworks.all) {
      clearTimeout(framework.failover);
      framework.subscription?.end();
    }
  }

  /** The framework's subscription ended: nothing is offered to it, and it has its failover timeout to come back. */
  disconnected(framework: FrameworkRecord): void {
    this.options.log(`Framework ${framework.id} (${framework.info.name}) disconnected`);
    framework.subscription = null;
    framework.active = false;
    this.withdraw(framework);
    this.#awaitFailover(framework, framework.info.failover_timeout ?? 0);
    this.rounds.soon();
  }

  /** Takes back what a framework is offered without a word, for nobody would read it. */
  withdraw(framework: FrameworkRecord): void {
    for (const { id } of [...framework.offers.values()]) {
      const outstanding = this.offers.find(id.value);
      if (outstanding !== undefined) this.offers.remove(outstanding);
    }
  }

  /** Keeps from a framework what it did not take; for no time at all: until the next round, or it would be offered for ever. */
  refuse(framework: FrameworkRecord, refused: { role: string; agentId: string; bag: Bag }, seconds: number): void {
    if (seconds === 0 || refused.bag.size === 0) return;
    framework.refusals.add({ ...refused, until: this.options.now() + seconds });
    this.rounds.soon();
  }

  /** Tells the agents that run something for a framework what it is now. */
  tellAgents(framework: FrameworkRecord): void {
    const ids = new Set([
      ...[...framework.tasks.values()].map(({ agent_id }) => agent_id.value),
      ...framework.executors.map(({ agentId }) => agentId),
    ]);
    for (const id of ids) {
      this.options.agents.find(id)?.link?.send({ type: 'UPDATE_FRAMEWORK', framework: framework.info });
    }
  }

  /** Ends a framework and all that it runs. False where there is none of this id. */
  teardown(frameworkId: string): boolean {
    const framework = this.frameworks.find(frameworkId);
    if (framework === undefined) return false;
    this.options.log(`Removing framework ${framework.id} (${framework.info.name})`);
    clearTimeout(framework.failover);
    this.withdraw(framework);
    const { subscription } = framework;
    framework.subscription = null;
    framework.active = false;
    subscription?.end();
    const message = `Framework ${framework.id} removed`;
    this.frameworks.complete(framework);
    for (const agent of this.options.agents.all) {
      agent.link?.send({ type: 'SHUTDOWN_FRAMEWORK', frameworkId });
    }
    for (const task of [...framework.tasks.values()]) {
      if (hasEnded(task.state)) this.tasks.complete(framework, task);
      else this.tasks.conclude(framework, task, { state: 'TASK_KILLED', message, reason: 'REASON_FRAMEWORK_REMOVED' });
    }
    for (const { agentId, info } of framework.executors) {
      this.tasks.removeExecutor(framework, agentId, info.executor_id.value);
    }
    this.options.announcements.announce({ type: 'FRAMEWORK_REMOVED', framework });
    this.rounds.soon();
    return true;
  }

  #listener(): AgentListener {
    return {
      arrived: (agent, workload, before) => {
        this.#workloads.arrived(agent, workload, before);
        // It runs what the master did not know of, and offered as free.
        if (this.ledgers.find(agent.id)?.overdrawn) this.offers.rescindWhere((each) => each.agent === agent);
        if (!before.known) this.options.announcements.announce({ type: 'AGENT_ADDED', agent });
        this.rounds.soon();
      },
      changed: (agent) => {
        if (!isActive(agent)) this.offers.rescindWhere((outstanding) => outstanding.agent === agent);
        this.rounds.soon();
      },
      departed: (agentId, departure) => {
        this.offers.rescindWhere(({ agent }) => agent.id === agentId);
        this.#workloads.departed(agentId, departure);
        this.options.announcements.announce({ type: 'AGENT_REMOVED', agentId });
      },
      received: (agent, message) => receive(agent, message, this.frameworks, this.tasks),
    };
  }

  #recover(info: FrameworkInfo): FrameworkRecord {
    const framework = this.frameworks.add(info);
    framework.recovered = true;
    this.options.announcements.announce({ type: 'FRAMEWORK_ADDED', framework });
    // It may need the new master's address first, even where it asked for no time to fail over.
    const seconds = Math.max(info.failover_timeout ?? 0, this.options.reregisterTimeoutMs / 1000);
    this.#awaitFailover(framework, seconds);
    return framework;
  }

  #awaitFailover(framework: FrameworkRecord, seconds: number): void {
    clearTimeout(framework.failover);
    // Longer than a timer can be is for ever.
    if (this.#closed || seconds > MAX_TIMER_SECONDS) return;
    framework.failover = setTimeout(() => {
      this.options.log(`Framework failover timeout, removing framework ${framework.id} (${framework.info.name})`);
      this.teardown(framework.id);
    }, seconds * 1000);
  }

  /** Agents and frameworks that other masters named may be known to this one in a while. */
  #isAwaited(agentId: string | undefined, framework: FrameworkRecord): boolean {
    const { now, leadingSince, reregisterTimeoutMs, masterId } = this.options;
    if (now() - (leadingSince() ?? now()) > reregisterTimeoutMs / 1000) return false;
    return !(agentId ?? framework.id).startsWith(`${masterId}-`);
  }

  #timedOut(outstanding: Outstanding): void {
    this.offers.rescind(outstanding);
    this.rounds.soon();
  }
}

/** Timers count milliseconds in 31 bits. */
const MAX_TIMER_SECONDS = 2 ** 31 / 1000 - 1;
