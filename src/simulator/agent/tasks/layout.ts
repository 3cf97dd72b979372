import { join } from 'node:path';

/** One life of an executor on an agent. */
export interface Run {
  agentId: string;
  frameworkId: string;
  executorId: string;
  containerId: string;
}

/** Where the executor's tasks work: `<work_dir>/slaves/<agent>/frameworks/<framework>/executors/<executor>/runs/<container>`. */
export function sandboxOf(workDirectory: string, run: Run): string {
  return join(workDirectory, runPath(run));
}

/** Where the agent keeps what it must know of the run when it comes back. */
export function metaOf(workDirectory: string, run: Run): string {
  return join(workDirectory, 'meta', runPath(run));
}

/** Where an agent keeps its frameworks. */
export function metaFrameworks(workDirectory: string, agentId: string): string {
  return join(workDirectory, 'meta', 'slaves', agentId, 'frameworks');
}

/** Where the sandboxes of an agent are. */
export function sandboxFrameworks(workDirectory: string, agentId: string): string {
  return join(workDirectory, 'slaves', agentId, 'frameworks');
}

function runPath({ agentId, frameworkId, executorId, containerId }: Run): string {
  return join('slaves', agentId, 'frameworks', frameworkId, 'executors', executorId, 'runs', containerId);
}
