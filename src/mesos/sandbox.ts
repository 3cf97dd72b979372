/** Where an agent keeps what a task wrote, as its `/state` tells. */

import { objects } from './operator.js';
import { hasEnded, type Task } from './tasks.js';

export interface Sandbox {
  /** On the agent, under which its files are asked for; the first one that has the file counts. */
  directories: string[];
  /** Whether the task writes no more. */
  ended: boolean;
}

type Json = Record<string, unknown>;
type TaskKey = Pick<Task, 'id' | 'frameworkId' | 'executorId' | 'containerId'>;

/** Undefined where the agent does not know the task, or knows it no more. */
export function sandboxOf(state: unknown, task: TaskKey): Sandbox | undefined {
  const { frameworks, completed_frameworks } = (state ?? {}) as Json;
  const framework = [frameworks, completed_frameworks].flatMap(objects).filter(({ id }) => id === task.frameworkId);
  const live = framework.flatMap(({ executors }) => objects(executors));
  const over = framework.flatMap(({ completed_executors }) => objects(completed_executors));
  const runs = [...over, ...live].filter(({ id }) => id === task.executorId);
  // An executor may have run more than once: its last run is listed last.
  const run =
    runs.find(({ container }) => container === task.containerId) ??
    runs.find((each) => tasksOfRun(each).some(({ id }) => id === task.id)) ??
    runs.at(-1);
  if (!run) return undefined;
  const directory = String(run.directory);
  const shown = tasksOfRun(run).find(({ id }) => id === task.id);
  return {
    // The tasks of a task group have folders of their own, below that of the executor which Mesos brings for them.
    directories: [...(run.type === 'DEFAULT' ? [`${directory}/tasks/${task.id}`] : []), directory],
    ended: !live.includes(run) || (shown !== undefined && hasEnded(String(shown.state))),
  };
}

function tasksOfRun({ tasks, completed_tasks, queued_tasks }: Json): Json[] {
  return [tasks, completed_tasks, queued_tasks].flatMap(objects);
}
