import type { Task } from '../../mesos/shapes.js';
import type { AgentTable } from '../agents/agents.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import type { Verdict } from './statuses.js';
import type { TaskBoard } from './tasks.js';

export interface ReconciliationOptions {
  agents: AgentTable;
  tasks: TaskBoard;
  /** Whether an agent that is not known may still come back from before this master led. */
  isAwaited: (agentId: string | undefined, framework: FrameworkRecord) => boolean;
  log: (message: string) => void;
}

/** A task that a framework asks about. */
export interface Question {
  taskId: string;
  agentId?: string | undefined;
}

const REASON = 'REASON_RECONCILIATION';

/** Answers what became of tasks: those asked about, or where none is named all that the master knows. */
export class Reconciliation {
  readonly #options: ReconciliationOptions;

  constructor(options: ReconciliationOptions) {
    this.#options = options;
  }

  answer(framework: FrameworkRecord, questions: readonly Question[]): void {
    const { tasks, log } = this.#options;
    if (questions.length === 0) {
      for (const task of [...framework.tasks.values()]) tasks.tell(framework, latest(task));
      return;
    }
    for (const question of questions) {
      const verdict = this.#verdict(framework, question);
      if (verdict === null) {
        log(
          `Dropping reconciliation of task ${question.taskId} for framework ${framework.id}: agents may still come back`,
        );
      } else tasks.tell(framework, verdict);
    }
  }

  /** Null where the master cannot know yet. */
  #verdict(framework: FrameworkRecord, { taskId, agentId }: Question): Verdict | null {
    const { agents, isAwaited } = this.#options;
    const known = framework.tasks.get(taskId);
    if (known !== undefined) return latest(known);
    const unreachable = framework.unreachableTasks.get(taskId)?.agent_id.value ?? agentId;
    const about = { taskId, agentId, reason: REASON };
    if (unreachable !== undefined) {
      const since = agents.unreachableSince(unreachable);
      if (since !== undefined) {
        const message = 'Reconciliation: Task is unreachable';
        return { ...about, agentId: unreachable, state: 'TASK_UNREACHABLE', message, unreachableTime: since };
      }
    }
    if (agentId !== undefined && agents.find(agentId) !== undefined) {
      return { ...about, state: 'TASK_GONE', message: 'Reconciliation: Task is unknown to the agent' };
    }
    if (agentId !== undefined && agents.isGone(agentId)) {
      return { ...about, state: 'TASK_GONE_BY_OPERATOR', message: 'Reconciliation: Task is gone by operator' };
    }
    if (isAwaited(agentId, framework)) return null;
    return { ...about, state: 'TASK_UNKNOWN', message: 'Reconciliation: Task is unknown' };
  }
}

/** What the framework was told last of a task, or where it was told nothing, what the master knows. */
function latest(task: Task): Verdict {
  const { state, status_update_state, executor_id, agent_id, task_id, statuses } = task;
  const last = statuses.at(-1);
  return {
    taskId: task_id.value,
    state: status_update_state ?? state,
    message: 'Reconciliation: Latest task state',
    reason: REASON,
    agentId: agent_id.value,
    executorId: executor_id?.value,
    about: {
      ...(last?.healthy === undefined ? {} : { healthy: last.healthy }),
      ...(last?.check_status === undefined ? {} : { check_status: last.check_status }),
      ...(last?.labels === undefined ? {} : { labels: last.labels }),
      ...(last?.container_status === undefined ? {} : { container_status: last.container_status }),
    },
  };
}
