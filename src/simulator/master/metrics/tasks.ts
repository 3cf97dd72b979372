import { hasEnded, type Task } from '../../mesos/shapes.js';
import { zeros } from '../../mesos/system.js';
import { type Framework, rolesOf } from '../frameworks/framework.js';
import type { MasterView } from '../view.js';
import { callMetrics } from './calls.js';
import type { TaskTally } from './tally.js';

const ENDS = ['TASK_ERROR', 'TASK_FAILED', 'TASK_FINISHED', 'TASK_KILLED', 'TASK_LOST'] as const;
const MODERN_ENDS = ['TASK_DROPPED', 'TASK_GONE', 'TASK_GONE_BY_OPERATOR'] as const;
const GOING = ['TASK_KILLING', 'TASK_RUNNING', 'TASK_STAGING', 'TASK_STARTING'] as const;

/** `master/tasks_…`: how many are in a state now, or ended in it since the master began. */
export function taskMetrics({ frameworks }: MasterView, tally: TaskTally, modern: boolean): { [name: string]: number } {
  const going = frameworks.flatMap(({ tasks }) => [...tasks.values()]).filter(({ state }) => !hasEnded(state));
  const unreachable = frameworks.reduce((sum, { unreachableTasks }) => sum + unreachableTasks.size, 0);
  return {
    ...numbers('master/tasks_', ENDS, (state) => tally.ended(state)),
    ...(modern ? numbers('master/tasks_', MODERN_ENDS, (state) => tally.ended(state)) : {}),
    ...numbers('master/tasks_', GOING, (state) => inState(going, state)),
    ...(modern ? { 'master/tasks_unreachable': unreachable } : {}),
    ...Object.fromEntries([...tally.reasons].map(([name, count]) => [`master/${name}`, count])),
  };
}

/** `master/frameworks/<name>/<id>/…`. */
export function frameworkMetrics(view: MasterView, tally: TaskTally): { [name: string]: number } {
  const all = [...view.completedFrameworks, ...view.frameworks];
  return Object.assign({}, ...all.map((framework) => ownMetrics(framework, tally)));
}

function ownMetrics(framework: Framework, tally: TaskTally) {
  const { id, info, connected, tasks, unreachableTasks, suppressed } = framework;
  const prefix = `master/frameworks/${encodeURIComponent(info.name)}/${id}`;
  const going = [...tasks.values()];
  const roles = rolesOf(info).map((role) => [`${prefix}/roles/${role}/suppressed`, suppressed.has(role) ? 1 : 0]);
  return {
    ...callMetrics(framework, prefix),
    ...Object.fromEntries(roles),
    // Messages of the older schedulers' protocol, which nobody speaks here.
    ...(info.principal === undefined
      ? {}
      : zeros(`frameworks/${info.principal}/`, ['messages_processed', 'messages_received'])),
    [`${prefix}/subscribed`]: connected ? 1 : 0,
    ...numbers(`${prefix}/tasks/active/task_`, GOING, (state) => inState(going, state)),
    [`${prefix}/tasks/active/task_unknown`]: 0,
    [`${prefix}/tasks/active/task_unreachable`]: unreachableTasks.size,
    ...numbers(`${prefix}/tasks/terminal/task_`, [...ENDS, ...MODERN_ENDS], (state) => tally.ended(state, id)),
  };
}

function numbers<State extends string>(prefix: string, states: readonly State[], count: (state: State) => number) {
  return Object.fromEntries(
    states.map((state) => [`${prefix}${state.slice('TASK_'.length).toLowerCase()}`, count(state)]),
  );
}

function inState(tasks: readonly Task[], state: string): number {
  return tasks.reduce((sum, task) => sum + (task.state === state ? 1 : 0), 0);
}
