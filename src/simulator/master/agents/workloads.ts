import type { AgentWorkload } from '../../mesos/agent-protocol.js';
import { bagOf } from '../../mesos/resource-math.js';
import { type FrameworkInfo, hasEnded, type Task } from '../../mesos/shapes.js';
import type { FrameworkTable } from '../frameworks/frameworks.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import type { Ledgers } from '../offers/ledger.js';
import type { TaskBoard } from '../tasks/tasks.js';
import { type Agent, totalOf } from './agent.js';
import type { Arrival, Departure } from './listener.js';

export interface WorkloadsOptions {
  frameworks: FrameworkTable;
  ledgers: Ledgers;
  tasks: TaskBoard;
  /** A framework that is known from agents only. */
  recover: (info: FrameworkInfo) => FrameworkRecord;
  unreachableSince: (agentId: string) => number | undefined;
}

/** What becomes of the tasks and executors of agents that come and go. */
export class Workloads {
  readonly #options: WorkloadsOptions;

  constructor(options: WorkloadsOptions) {
    this.#options = options;
  }

  arrived(agent: Agent, workload: AgentWorkload | null, before: Arrival): void {
    const { ledgers } = this.#options;
    if (workload?.totalResources === undefined) delete agent.totalResources;
    else agent.totalResources = workload.totalResources;
    const total = bagOf(totalOf(agent));
    const ledger = ledgers.find(agent.id);
    if (ledger === undefined) ledgers.open(agent.id, total);
    else ledger.resize(total);
    if (workload === null) return;
    const frameworks = this.#frameworksOf(agent, workload);
    for (const { frameworkId, executor } of workload.executors) {
      const framework = frameworks.get(frameworkId);
      if (framework !== undefined) this.#options.tasks.addExecutor(framework, agent, executor);
    }
    for (const task of workload.tasks) {
      const framework = frameworks.get(task.framework_id.value);
      if (framework !== undefined) this.#adopt(framework, agent, task, before);
    }
    if (before.known) this.#dropMissing(agent, workload);
    if (before.unreachable) this.#forgetUnreachable(agent);
    this.#retryKills(agent);
  }

  departed(agentId: string, { kind, message }: Departure): void {
    const { frameworks, ledgers, tasks } = this.#options;
    const end = ENDS[kind];
    const unreachableTime = kind === 'unreachable' ? this.#options.unreachableSince(agentId) : undefined;
    const wasRegistered = ledgers.find(agentId) !== undefined;
    ledgers.close(agentId);
    for (const framework of frameworks.all) {
      const running = [...framework.tasks.values()].filter(({ agent_id }) => agent_id.value === agentId);
      for (const task of running) {
        if (hasEnded(task.state)) tasks.complete(framework, task);
        else tasks.conclude(framework, task, { ...end, message, unreachableTime });
      }
      if (kind === 'gone') {
        const lost = [...framework.unreachableTasks.values()].filter(({ agent_id }) => agent_id.value === agentId);
        for (const task of lost) tasks.conclude(framework, task, { ...end, message });
      }
      framework.executors = framework.executors.filter((each) => each.agentId !== agentId);
      framework.refusals.forget(agentId);
      if (wasRegistered) framework.send({ type: 'FAILURE', failure: { agent_id: { value: agentId } } });
    }
  }

  /** The frameworks of a workload by id, without those that are no more, whose agents are told so. */
  #frameworksOf(agent: Agent, { frameworks: infos }: AgentWorkload): Map<string, FrameworkRecord> {
    const { frameworks, recover } = this.#options;
    const found = new Map<string, FrameworkRecord>();
    for (const info of infos) {
      const id = info.id?.value;
      if (id === undefined) continue;
      if (frameworks.isCompleted(id)) agent.link?.send({ type: 'SHUTDOWN_FRAMEWORK', frameworkId: id });
      else found.set(id, frameworks.find(id) ?? recover(info));
    }
    return found;
  }

  #adopt(framework: FrameworkRecord, agent: Agent, task: Task, before: Arrival): void {
    const { tasks } = this.#options;
    const id = task.task_id.value;
    if (framework.tasks.has(id)) return;
    framework.unreachableTasks.delete(id);
    tasks.add(framework, agent, { ...task, agent_id: { value: agent.id } });
    if (before.known || hasEnded(task.state)) return;
    const message = before.unreachable ? 'Unreachable agent re-reregistered' : 'Unknown agent reregistered';
    tasks.tell(framework, {
      taskId: id,
      state: task.state,
      message,
      reason: 'REASON_AGENT_REREGISTERED',
      agentId: agent.id,
      executorId: task.executor_id?.value,
    });
  }

  /** What it did not bring back is no more. */
  #forgetUnreachable(agent: Agent): void {
    for (const { unreachableTasks } of this.#options.frameworks.all) {
      for (const [id, { agent_id }] of [...unreachableTasks]) {
        if (agent_id.value === agent.id) unreachableTasks.delete(id);
      }
    }
  }

  #retryKills(agent: Agent): void {
    for (const framework of this.#options.frameworks.all) {
      for (const [taskId, policy] of [...framework.killed]) {
        const task = framework.tasks.get(taskId);
        if (task?.agent_id.value !== agent.id) continue;
        framework.killed.delete(taskId);
        this.#options.tasks.kill(framework, task, policy);
      }
    }
  }

  /** What the master thinks runs on an agent that does not know of it never began there, or did not outlive the agent. */
  #dropMissing(agent: Agent, workload: AgentWorkload): void {
    const { frameworks, tasks } = this.#options;
    const present = new Set(workload.tasks.map((task) => `${task.framework_id.value} ${task.task_id.value}`));
    for (const framework of frameworks.all) {
      for (const task of [...framework.tasks.values()]) {
        if (task.agent_id.value !== agent.id || present.has(`${framework.id} ${task.task_id.value}`)) continue;
        if (hasEnded(task.state)) tasks.complete(framework, task);
        else tasks.conclude(framework, task, MISSING);
      }
      for (const executor of framework.executors.filter(({ agentId }) => agentId === agent.id)) {
        const id = executor.info.executor_id.value;
        const stays = workload.executors.some(
          (each) => each.frameworkId === framework.id && each.executor.executor_id.value === id,
        );
        if (!stays) tasks.removeExecutor(framework, agent.id, id);
      }
    }
  }
}

const MISSING = {
  state: 'TASK_DROPPED',
  message: 'Task is unknown to the agent',
  reason: 'REASON_RECONCILIATION',
} as const;

const ENDS = {
  unreachable: { state: 'TASK_UNREACHABLE', reason: 'REASON_AGENT_REMOVED' },
  gone: { state: 'TASK_GONE_BY_OPERATOR', reason: 'REASON_AGENT_REMOVED_BY_OPERATOR' },
  removed: { state: 'TASK_GONE', reason: 'REASON_AGENT_REMOVED' },
} as const;
