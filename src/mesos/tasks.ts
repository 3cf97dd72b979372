/** The tasks that a master's `/state` tells of, of every framework. */

import { objects } from './operator.js';

export interface Task {
  /** The framework's name; its id where the master does not know the framework any more. */
  framework: string;
  frameworkId: string;
  id: string;
  /** Its id where it has no name. */
  name: string;
  /** As Mesos writes it: `TASK_RUNNING`. */
  state: string;
  /** Whether that state is its last one. */
  ended: boolean;
  /** On its agent's host, `$PORT0` first where its framework tells their order; of a task that took none, those that it makes known. */
  ports: number[];
  /** Mesos' id of its agent. */
  slaveId: string;
  /** The task's own id where the framework brought no executor, as in the paths of sandboxes. */
  executorId: string;
  /** Of the run whose sandbox it has; undefined where no status names one (Mesos before 1.1, a task that never ran). */
  containerId?: string | undefined;
  /** Of a task of Marathon's: `/group/app`. */
  appId?: string | undefined;
}

const LAST_STATES = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** Whether a task in this state, `TASK_FINISHED` for example, gets into no other. */
export function hasEnded(state: string): boolean {
  return LAST_STATES.has(state);
}

/** Those that have not ended, framework by framework; with `ended` those that have too, as long as the master knows them. */
export function tasksOf(state: unknown, { ended }: { ended: boolean }): Task[] {
  const { frameworks, completed_frameworks, orphan_tasks } = (state ?? {}) as Json;
  const tasks = [
    ...objects(frameworks).flatMap(tasksOfFramework),
    ...objects(orphan_tasks).map((task) => readTask(task, String(task.framework_id))),
    ...objects(completed_frameworks).flatMap(tasksOfFramework),
  ];
  return tasks.filter((task) => ended || !task.ended);
}

type Json = Record<string, unknown>;

function tasksOfFramework({ name, id, tasks, unreachable_tasks, completed_tasks }: Json): Task[] {
  const all = [tasks, unreachable_tasks, completed_tasks].flatMap(objects);
  return all.map((task) => readTask(task, String(name || id)));
}

function readTask(task: Json, framework: string): Task {
  const id = String(task.id);
  const state = String(task.state);
  return {
    framework,
    frameworkId: String(task.framework_id),
    id,
    name: String(task.name || id),
    state,
    ended: hasEnded(state),
    ports: portsOf(task),
    slaveId: String(task.slave_id),
    executorId: String(task.executor_id || id),
    containerId: containerOf(task),
    appId: appOf(framework, id),
  };
}

function portsOf({ resources, discovery }: Json): number[] {
  const taken = portsIn((resources as Json | undefined)?.ports);
  const known = objects((discovery as { ports?: Json } | undefined)?.ports?.ports).map(({ number }) => Number(number));
  const isOrder = known.length === taken.length && known.every((port) => taken.includes(port));
  return taken.length === 0 || isOrder ? known : taken;
}

/** `[31000-31001, 31005-31005]`, as Mesos writes ranges. */
function portsIn(ranges: unknown): number[] {
  const all = typeof ranges === 'string' ? [...ranges.matchAll(/(\d+)-(\d+)/g)] : [];
  return all.flatMap(([, first, last]) => portsBetween(Number(first), Number(last))).sort((a, b) => a - b);
}

const LAST_PORT = 65_535;

function portsBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.min(last, LAST_PORT) - first + 1 }, (_, at) => first + at);
}

function containerOf({ statuses }: Json): string | undefined {
  const named = objects(statuses).map((status) => {
    const container = status.container_status as { container_id?: { value?: string } } | undefined;
    return container?.container_id?.value;
  });
  return named.filter(Boolean).at(-1);
}

/** Marathon makes a task's id of its app's, with `_` for `/`, and of a UUID. */
const MARATHON_TASK =
  /^([a-z0-9._-]+?)\.(?:instance-|marathon-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\._app\.\d+)?$/;

function appOf(framework: string, taskId: string): string | undefined {
  const [, app] = (/^marathon/i.test(framework) && MARATHON_TASK.exec(taskId)) || [];
  return app && `/${app.replaceAll('_', '/')}`;
}
