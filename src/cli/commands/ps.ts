import type { Task } from '../../mesos/tasks.js';
import type { Status } from '../../status.js';
import { runningCluster } from '../cluster.js';
import type { Command } from '../context.js';
import { masterState } from '../master-state.js';
import { portsAsText } from '../ports.js';
import { table } from '../table.js';

interface ShownTask {
  framework: string;
  name: string;
  id: string;
  state: string;
  ports: number[];
  /** The component, `agent-0`; null for an agent that is none of the cluster's, or is one no more. */
  agent: string | null;
  /** Mesos' id of it. */
  agentId: string;
  appId?: string | undefined;
}

/** The tasks of all frameworks, as the leading master knows them: those that have not ended, with `--all` the others too. */
export const ps: Command<{ all: boolean }> = async (context, { all }) => {
  const { status } = await runningCluster(context);
  const { tasksOf } = await import('../../mesos/tasks.js');
  const tasks = tasksOf(await masterState(status), { ended: all }).map((task) => shown(task, status));
  if (context.args.output === 'json') {
    context.printJson({ tasks });
    return 0;
  }
  context.print(asText(tasks));
  if (tasks.length === 0) context.tell(all ? 'no task has run' : 'no task runs; --all shows those that have ended');
  return 0;
};

function shown({ framework, name, id, state, ports, slaveId, appId }: Task, { components }: Status): ShownTask {
  const agent = components.find(({ agentId }) => agentId === slaveId)?.id ?? null;
  return { framework, name, id, state, ports, agent, agentId: slaveId, ...(appId ? { appId } : {}) };
}

/** The first four columns are those of 0.13. */
function asText(tasks: ShownTask[]): string {
  const rows = tasks.map(({ framework, name, id, state, ports, agent, agentId }) => [
    framework,
    name,
    state,
    portsAsText(ports),
    agent ?? agentId,
    id,
  ]);
  return table([['FRAMEWORK', 'TASK', 'STATE', 'PORT', 'AGENT', 'ID'], ...rows]).join('\n');
}
