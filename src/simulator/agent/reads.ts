import { hasEnded, type Task } from '../mesos/shapes.js';
import { withReservations } from '../mesos/shown-resources.js';
import { isQueued } from './json-frameworks.js';
import type { Book, ExecutorEntry, FrameworkEntry } from './tasks/book.js';

/** GET_TASKS of an agent. */
export function getTasks(book: Book) {
  const present = [...book.tasks()];
  const launched = present.filter(({ executor, entry }) => !isQueued(executor, entry)).map(({ entry }) => entry.task);
  const queued = present.filter(({ executor, entry }) => isQueued(executor, entry)).map(({ entry }) => entry.task);
  const completed = allFrameworks(book).flatMap((framework) =>
    allExecutors(framework).flatMap((each) => each.completed),
  );
  return {
    pending_tasks: [],
    queued_tasks: queued.map(taskCall),
    launched_tasks: launched.filter(({ state }) => !hasEnded(state)).map(taskCall),
    terminated_tasks: launched.filter(({ state }) => hasEnded(state)).map(taskCall),
    completed_tasks: completed.map(taskCall),
  };
}

/** GET_EXECUTORS of an agent. */
export function getExecutors(book: Book) {
  const completed = allFrameworks(book).flatMap((framework) => framework.completed);
  return { executors: [...book.executors()].map(executorCall), completed_executors: completed.map(executorCall) };
}

/** GET_FRAMEWORKS of an agent. */
export function getFrameworks({ frameworks, completedFrameworks }: Book) {
  const show = ({ info }: FrameworkEntry) => ({ framework_info: info });
  return { frameworks: [...frameworks.values()].map(show), completed_frameworks: completedFrameworks.map(show) };
}

function allFrameworks({ frameworks, completedFrameworks }: Book): FrameworkEntry[] {
  return [...frameworks.values(), ...completedFrameworks];
}

function allExecutors({ executors, completed }: FrameworkEntry): ExecutorEntry[] {
  return [...executors.values(), ...completed];
}

function taskCall(task: Task): object {
  return { ...task, resources: task.resources.map(withReservations) };
}

function executorCall({ info }: ExecutorEntry): object {
  return { executor_info: { ...info, resources: (info.resources ?? []).map(withReservations) } };
}
