import type { TaskMessage } from '../../mesos/agent-reading.js';
import type { FrameworkTable } from '../frameworks/frameworks.js';
import type { TaskBoard } from '../tasks/tasks.js';
import type { Agent } from './agent.js';

/** What an agent says of its tasks and executors; nobody cares any more where the framework is not known. */
export function receive(agent: Agent, message: TaskMessage, frameworks: FrameworkTable, tasks: TaskBoard): void {
  const framework = frameworks.find(message.frameworkId);
  if (framework === undefined) return;
  if (message.type === 'UPDATE') {
    tasks.update(framework, agent, message);
    return;
  }
  const about = { agent_id: { value: agent.id }, executor_id: { value: message.executorId } };
  if (message.type === 'EXECUTOR_MESSAGE') {
    framework.send({ type: 'MESSAGE', message: { ...about, data: message.data } });
    return;
  }
  tasks.removeExecutor(framework, agent.id, message.executorId);
  framework.send({ type: 'FAILURE', failure: { ...about, status: message.status } });
}
