import type { AgentMessage } from '../../mesos/agent-protocol.js';
import { bagOf } from '../../mesos/resource-math.js';
import {
  type ExecutorInfo,
  hasEnded,
  type KillPolicy,
  type Task,
  type TaskInfo,
  type TaskStatus,
  taskFrom,
} from '../../mesos/shapes.js';
import type { Agent } from '../agents/agent.js';
import type { AgentTable } from '../agents/agents.js';
import type { Announcements } from '../announcements.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import { executorClaim, type Ledgers, taskClaim } from '../offers/ledger.js';
import { masterStatus, recordStatus, stateFor, type Verdict } from './statuses.js';

export interface TaskBoardOptions {
  agents: AgentTable;
  ledgers: Ledgers;
  announcements: Announcements;
  maxCompleted: number;
  maxUnreachable: number;
  /** Seconds since the epoch. */
  now: () => number;
  log: (message: string) => void;
  /** Called when resources became free. */
  onFreed: () => void;
}

type Update = Extract<AgentMessage, { type: 'UPDATE' }>;

/** What the tasks of all frameworks go through, from their launch until they are told of and forgotten. */
export class TaskBoard {
  readonly #options: TaskBoardOptions;

  constructor(options: TaskBoardOptions) {
    this.#options = options;
  }

  /** Tasks that were checked; as a group they begin and end together. */
  launch(framework: FrameworkRecord, agent: Agent, infos: readonly TaskInfo[], group: boolean): void {
    for (const info of infos) {
      if (info.executor !== undefined) this.addExecutor(framework, agent, info.executor);
      this.add(framework, agent, taskFrom(info, framework.id));
    }
    agent.link?.send({ type: 'RUN_TASKS', framework: framework.info, tasks: [...infos], group });
  }

  add(framework: FrameworkRecord, agent: Agent, task: Task): void {
    const id = task.task_id.value;
    framework.tasks.set(id, task);
    if (!hasEnded(task.state)) {
      agent.tasks.add(taskClaim(framework.id, id));
      this.#options.ledgers.find(agent.id)?.claim(taskClaim(framework.id, id), bagOf(task.resources));
    }
    this.#options.announcements.announce({ type: 'TASK_ADDED', task });
  }

  addExecutor(framework: FrameworkRecord, agent: Agent, info: ExecutorInfo): void {
    const id = info.executor_id.value;
    if (framework.hasExecutor(agent.id, id)) return;
    framework.executors.push({ agentId: agent.id, info });
    this.#options.ledgers.find(agent.id)?.claim(executorClaim(framework.id, id), bagOf(info.resources ?? []));
  }

  removeExecutor(framework: FrameworkRecord, agentId: string, executorId: string): void {
    const executor = framework.findExecutor(agentId, executorId);
    framework.executors = framework.executors.filter((each) => each !== executor);
    this.#options.ledgers.find(agentId)?.release(executorClaim(framework.id, executorId));
    this.#options.onFreed();
  }

  /** An agent's update goes on to the framework, which acknowledges it. */
  update(framework: FrameworkRecord, agent: Agent, { status: sent, latestState }: Update): void {
    const status = { ...sent, state: stateFor(framework, sent.state) };
    const id = status.task_id.value;
    const task = framework.tasks.get(id);
    if (task !== undefined && task.agent_id.value === agent.id) {
      if (!hasEnded(task.state)) this.#settle(framework, agent, task, stateFor(framework, latestState));
      task.status_update_state = status.state;
      task.status_update_uuid = status.uuid;
      recordStatus(task, status);
      this.#announce(framework, status, task);
      framework.unacknowledged.set(id, status);
    }
    framework.send({ type: 'UPDATE', update: { status } });
    this.#options.agents.settleDrain(agent);
  }

  /** The master's own word on a task, known or not. */
  tell(framework: FrameworkRecord, verdict: Verdict): TaskStatus {
    const status = masterStatus({ ...verdict, state: stateFor(framework, verdict.state) }, this.#options.now());
    framework.send({ type: 'UPDATE', update: { status } });
    return status;
  }

  /** The master knows the end of a task by itself: nobody needs to acknowledge it. */
  conclude(framework: FrameworkRecord, task: Task, verdict: Omit<Verdict, 'taskId' | 'agentId' | 'executorId'>): void {
    const about = {
      taskId: task.task_id.value,
      agentId: task.agent_id.value,
      executorId: task.executor_id?.value,
    };
    const status = this.tell(framework, { ...verdict, ...about });
    const agent = this.#options.agents.find(task.agent_id.value);
    if (framework.unreachableTasks.has(about.taskId)) task.state = status.state;
    else if (!hasEnded(task.state)) this.#settle(framework, agent, task, status.state);
    recordStatus(task, status);
    this.#announce(framework, status, task);
    if (verdict.state === 'TASK_UNREACHABLE') this.#keepUnreachable(framework, task);
    else this.complete(framework, task);
    if (agent !== undefined) this.#options.agents.settleDrain(agent);
  }

  acknowledge(framework: FrameworkRecord, agentId: string, taskId: string, uuid: string): void {
    const agent = this.#options.agents.find(agentId);
    if (agent === undefined) return;
    const task = framework.tasks.get(taskId);
    if (task?.status_update_uuid !== undefined && isSameUuid(task.status_update_uuid, uuid)) {
      framework.unacknowledged.delete(taskId);
      if (task.status_update_state !== undefined && hasEnded(task.status_update_state)) this.complete(framework, task);
    }
    agent.link?.send({ type: 'ACKNOWLEDGE', frameworkId: framework.id, taskId, uuid });
  }

  /** Where the agent is not connected now, it is told when it is back. */
  kill(framework: FrameworkRecord, task: Task, killPolicy?: KillPolicy): void {
    const taskId = task.task_id.value;
    const link = this.#options.agents.find(task.agent_id.value)?.link;
    const policy = killPolicy === undefined ? {} : { killPolicy };
    if (link === undefined || link === null) framework.killed.set(taskId, killPolicy);
    else link.send({ type: 'KILL_TASK', frameworkId: framework.id, taskId, ...policy });
  }

  /** A task that is over and done with, of which some memory is kept. */
  complete(framework: FrameworkRecord, task: Task): void {
    const id = task.task_id.value;
    this.#forget(framework, task);
    framework.unreachableTasks.delete(id);
    framework.completedTasks.push(task);
    while (framework.completedTasks.length > this.#options.maxCompleted) framework.completedTasks.shift();
  }

  #keepUnreachable(framework: FrameworkRecord, task: Task): void {
    this.#forget(framework, task);
    framework.unreachableTasks.set(task.task_id.value, task);
    while (framework.unreachableTasks.size > this.#options.maxUnreachable) {
      const [oldest] = framework.unreachableTasks.keys();
      if (oldest !== undefined) framework.unreachableTasks.delete(oldest);
    }
  }

  #forget(framework: FrameworkRecord, task: Task): void {
    const id = task.task_id.value;
    framework.unacknowledged.delete(id);
    framework.killed.delete(id);
    if (framework.tasks.get(id) === task) framework.tasks.delete(id);
  }

  /** A task that ended gives its resources back at once, acknowledged or not. */
  #settle(framework: FrameworkRecord, agent: Agent | undefined, task: Task, state: Task['state']): void {
    task.state = state;
    if (!hasEnded(state) && state !== 'TASK_UNREACHABLE') return;
    const claim = taskClaim(framework.id, task.task_id.value);
    this.#options.ledgers.find(task.agent_id.value)?.release(claim);
    agent?.tasks.delete(claim);
    this.#options.onFreed();
  }

  #announce({ id: frameworkId }: FrameworkRecord, status: TaskStatus, { state }: Task): void {
    this.#options.announcements.announce({ type: 'TASK_UPDATED', frameworkId, status, state });
  }
}

function isSameUuid(a: string, b: string): boolean {
  return Buffer.from(a, 'base64').equals(Buffer.from(b, 'base64'));
}
