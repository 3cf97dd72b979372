/** The one task that a command line means. Pure. */

import { MinimesosError } from '../errors.js';
import type { Task } from '../mesos/tasks.js';
import { table } from './table.js';

/** So many of them an error names. */
const MOST_NAMED = 20;

/**
 * Whose id or name holds this text, of those that run; where none does, of those that have ended. A whole id or name counts
 * before a part of one. Rejects with `NO_TASK`, naming those that are meant, or else those that there are.
 */
export function taskWith(text: string, all: readonly Task[]): Task {
  const whole = all.filter(({ id, name }) => id === text || name === text);
  const meant = running(
    whole.length > 0 ? whole : all.filter(({ id, name }) => id.includes(text) || name.includes(text)),
  );
  if (meant.length > 0) return theOnly(meant, `by "${text}"`);
  throw new MinimesosError('NO_TASK', all.length > 0 ? `no task has "${text}" in its id or name` : 'no task has run', {
    details: named(running(all)),
  });
}

/** The task of an app of Marathon's; undefined where the app has none. */
export function taskOfApp(appId: string, all: readonly Task[]): Task | undefined {
  const meant = running(all.filter((task) => task.appId === appId));
  return meant.length > 0 ? theOnly(meant, `by app:${appId}`) : undefined;
}

/** Those that run, if any, else all. */
function running(tasks: readonly Task[]): readonly Task[] {
  const live = tasks.filter(({ ended }) => !ended);
  return live.length > 0 ? live : tasks;
}

function theOnly(meant: readonly Task[], how: string): Task {
  const [task] = meant;
  if (task && meant.length === 1) return task;
  throw new MinimesosError('NO_TASK', `${meant.length} tasks are meant ${how}`, {
    details: named(meant),
    hint: 'name one with --task and more of its id',
  });
}

function named(tasks: readonly Task[]): string[] {
  const rows = table(tasks.slice(0, MOST_NAMED).map(({ id, name, state }) => [id, name === id ? '' : name, state]));
  return tasks.length > MOST_NAMED ? [...rows, `and ${tasks.length - MOST_NAMED} more`] : rows;
}
