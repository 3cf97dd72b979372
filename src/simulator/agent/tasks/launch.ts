import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExecutorInfo, type TaskInfo, taskFrom } from '../../mesos/shapes.js';
import type { ExecutorEntry, ExecutorKind, FrameworkEntry, TaskEntry } from './book.js';
import { metaOf, sandboxOf } from './layout.js';
import { linkLatest, makeSandbox } from './sandbox.js';
import type { Surroundings } from './surroundings.js';

export function kindOf({ executor }: TaskInfo): ExecutorKind {
  if (executor === undefined) return 'command';
  return executor.type === 'DEFAULT' ? 'default' : 'custom';
}

/** The id of the executor that runs a task; a command's is its own. */
export function executorIdOf({ executor, task_id }: TaskInfo): string {
  return executor === undefined ? task_id.value : executor.executor_id.value;
}

/** An executor's new life, with its sandbox. */
export function newExecutor(framework: FrameworkEntry, task: TaskInfo, place: Surroundings): ExecutorEntry {
  const entry = executorEntry(framework, kindOf(task), executorInfo(framework.id, task), randomUUID(), place);
  makeSandbox(entry.directory);
  linkLatest(entry.directory);
  return entry;
}

export function executorEntry(
  framework: FrameworkEntry,
  kind: ExecutorKind,
  info: ExecutorInfo,
  containerId: string,
  place: Surroundings,
): ExecutorEntry {
  const run = { agentId: place.agentId(), frameworkId: framework.id, executorId: info.executor_id.value, containerId };
  const directory = sandboxOf(place.workDirectory, run);
  const meta = metaOf(place.workDirectory, run);
  const state = 'REGISTERING';
  return { framework, kind, info, containerId, directory, meta, tasks: new Map(), completed: [], state };
}

/** A new task of an executor; within a group each has a sandbox of its own in the executor's. */
export function newTask(executor: ExecutorEntry, info: TaskInfo, group: readonly TaskInfo[]): TaskEntry {
  const containerId = executor.kind === 'default' ? randomUUID() : executor.containerId;
  const task = taskFrom(info, executor.framework.id);
  const siblings = group.map(({ task_id }) => task_id.value);
  const entry = taskEntry(executor, { info, task, pending: [], containerId, siblings, kill: null });
  if (executor.kind === 'default') {
    makeSandbox(entry.directory);
    const link = join(executor.directory, 'tasks', info.task_id.value);
    mkdirSync(dirname(link), { recursive: true });
    // A task's id may come again once its end was acknowledged.
    rmSync(link, { force: true });
    symlinkSync(join('..', 'containers', containerId), link);
  }
  return entry;
}

type Known = Pick<TaskEntry, 'info' | 'task' | 'pending' | 'containerId' | 'siblings' | 'kill'>;

export function taskEntry(executor: ExecutorEntry, known: Known): TaskEntry {
  const nested = executor.kind === 'default' ? [join('containers', known.containerId)] : [];
  return { ...known, directory: join(executor.directory, ...nested), meta: join(executor.meta, ...nested) };
}

/** An executor's cpus and MB for a command, as Mesos adds them. */
const COMMAND_EXECUTOR = { cpus: 0.1, mem: 32 };

function executorInfo(frameworkId: string, task: TaskInfo): ExecutorInfo {
  if (task.executor !== undefined) return { ...task.executor, framework_id: { value: frameworkId } };
  const { command = {}, labels, resources = [], task_id } = task;
  const role = resources.find(({ allocation_info }) => allocation_info !== undefined)?.allocation_info?.role ?? '*';
  const { environment } = command;
  return {
    executor_id: task_id,
    framework_id: { value: frameworkId },
    command: {
      ...(environment === undefined ? {} : { environment }),
      shell: false,
      value: '/usr/libexec/mesos/mesos-executor',
      arguments: ['mesos-executor', '--launcher_dir=/usr/libexec/mesos'],
    },
    resources: Object.entries(COMMAND_EXECUTOR).map(([name, value]) => {
      return { name, type: 'SCALAR' as const, scalar: { value }, role: '*', allocation_info: { role } };
    }),
    name: commandExecutorName(task),
    source: task_id.value,
    ...(labels === undefined ? {} : { labels }),
  };
}

const SHOWN_COMMAND = 15;

function commandExecutorName({ task_id, command = {} }: TaskInfo): string {
  const { shell = true, value = '', arguments: words = [] } = command;
  const shorten = (text: string): string =>
    text.length > SHOWN_COMMAND ? `${text.slice(0, SHOWN_COMMAND - 3)}...` : text;
  const shown = shell ? `sh -c '${shorten(value)}'` : `${shorten([value, ...words.slice(1)].join(' '))}`;
  return `Command Executor (Task: ${task_id.value}) (Command: ${shown})`;
}
