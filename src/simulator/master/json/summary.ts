import { shownFlags } from '../../flags.js';
import type { Task } from '../../mesos/shapes.js';
import type { Shape } from '../../mesos/shown-task.js';
import type { Generation } from '../../mesos/version.js';
import { allTasks } from '../frameworks/framework.js';
import type { MasterView } from '../view.js';
import { agentJson } from './agents.js';
import { frameworkSummary } from './frameworks.js';
import { usageOf } from './usage.js';

const SUMMED_STATES = [
  'STAGING',
  'STARTING',
  'RUNNING',
  'KILLING',
  'FINISHED',
  'KILLED',
  'FAILED',
  'LOST',
  'ERROR',
  'UNREACHABLE',
];

/** How many tasks are in each state that the summary shows. */
function countStates(tasks: readonly Task[], generation: Generation): { [state: string]: number } {
  const left = generation === 'classic' ? ['KILLING', 'UNREACHABLE'] : [];
  const shown = SUMMED_STATES.filter((state) => !left.includes(state));
  const counts: { [state: string]: number } = Object.fromEntries(shown.map((state) => [`TASK_${state}`, 0]));
  for (const { state } of tasks) {
    const before = counts[state];
    if (before !== undefined) counts[state] = before + 1;
  }
  return counts;
}

/** `/state-summary`: agents and frameworks with how many tasks they have in which state. */
export function stateSummary(view: MasterView, shape: Shape): object {
  const { generation } = shape;
  const { cluster } = shownFlags(view.flags);
  const usage = usageOf(view.frameworks);
  const known = view.frameworks.flatMap(allTasks);
  const onAgents = byAgent(known);
  const distinct = (ids: string[]) => [...new Set(ids)];
  return {
    hostname: view.self.hostname,
    ...(cluster === undefined ? {} : { cluster }),
    slaves: view.agents.map((agent) => {
      const here = onAgents.get(agent.id) ?? [];
      return {
        ...agentJson(agent, view, usage, generation),
        ...countStates(here, generation),
        framework_ids: distinct(here.map(({ framework_id }) => framework_id.value)),
      };
    }),
    frameworks: view.frameworks.map((framework) => {
      const own = allTasks(framework);
      return {
        ...frameworkSummary(framework, shape),
        ...countStates(own, generation),
        slave_ids: distinct(own.map(({ agent_id }) => agent_id.value)),
      };
    }),
  };
}

function byAgent(tasks: readonly Task[]): Map<string, Task[]> {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const group = groups.get(task.agent_id.value);
    if (group === undefined) groups.set(task.agent_id.value, [task]);
    else group.push(task);
  }
  return groups;
}
