import type { TaskStatus } from '../../mesos/shapes.js';

const UUID_BYTES = 16;

interface Ids {
  executor_id: { value: string };
  framework_id: { value: string };
}

/** Why an executor's status is refused, in Mesos' words; null where it is not. */
export function updateProblem({ executor_id, framework_id }: Ids, status: TaskStatus): string | null {
  const from = `executor ${executor_id.value} of framework ${framework_id.value}`;
  if (status.uuid === undefined) return "Expecting 'uuid' to be present";
  if (Buffer.from(status.uuid, 'base64').length !== UUID_BYTES) return 'Not a valid UUID';
  if (status.executor_id !== undefined && status.executor_id.value !== executor_id.value) {
    return `ExecutorID in Call: ${executor_id.value} does not match ExecutorID in TaskStatus: ${status.executor_id.value}`;
  }
  if (status.source !== 'SOURCE_EXECUTOR') {
    return `Received Call from ${from} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  if (status.state === 'TASK_STAGING') return `Received TASK_STAGING from ${from} which is not allowed`;
  return null;
}
