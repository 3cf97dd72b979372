import type { LogOptions, LogText } from '../../docker/process.js';
import { MinimesosError } from '../../errors.js';
import type { Task } from '../../mesos/tasks.js';
import type { Status } from '../../status.js';
import { runningCluster } from '../cluster.js';
import { componentNamed } from '../component.js';
import type { Command } from '../context.js';
import { type Log, printLog } from '../log-output.js';
import { masterState } from '../master-state.js';
import { taskOfApp, taskWith } from '../task-choice.js';

interface LogsFlags extends LogOptions {
  component?: string;
  task?: string;
  stderr: boolean;
}

const APP = 'app:';

/** What a component has said, or what a task wrote into its sandbox. */
export const logs: Command<LogsFlags> = async (context, flags) => {
  checkTogether(flags);
  const { status } = await runningCluster(context);
  return printLog(context, await logMeant(status, flags), flags.follow);
};

function checkTogether({ component, task, stderr }: LogsFlags): void {
  const hint = 'for example minimesos logs agent-0, or minimesos logs --task web; --follow (-F) goes on, -f is --file';
  if (component === undefined && task === undefined) {
    throw new MinimesosError('USAGE', 'whose logs: a component, or --task and part of the id or name of a task?', {
      hint,
    });
  }
  if (component !== undefined && task !== undefined) {
    throw new MinimesosError('USAGE', `a component (${component}) and --task cannot be given together`, { hint });
  }
  if (stderr && component !== undefined && !component.startsWith(APP)) {
    throw new MinimesosError('USAGE', '--stderr goes with a task: of a component stdout and stderr are both shown', {
      hint,
    });
  }
}

async function logMeant(status: Status, flags: LogsFlags): Promise<Log> {
  const { component = '', task } = flags;
  if (task !== undefined) return logOfTask(status, taskWith(task, await tasksIn(status)), flags);
  if (!component.startsWith(APP)) return logOfComponent(status, component, flags);
  const appTask = taskOfApp(component.slice(APP.length), await tasksIn(status));
  if (appTask) return logOfTask(status, appTask, flags);
  const { id, reason } = componentNamed(status, component);
  throw new MinimesosError('NO_TASK', `${id} has no task: ${reason}`);
}

async function tasksIn(status: Status): Promise<Task[]> {
  const { tasksOf } = await import('../../mesos/tasks.js');
  return tasksOf(await masterState(status), { ended: true });
}

async function logOfTask(status: Status, task: Task, { stderr, tail, follow }: LogsFlags): Promise<Log> {
  const { taskLog } = await import('../task-log.js');
  const stream = stderr ? 'stderr' : 'stdout';
  const { id, name, state } = task;
  return {
    of: { task: { id, name, state } },
    said: (signal: AbortSignal): AsyncIterable<LogText> => taskLog(status, task, { stream, tail, follow }, signal),
  };
}

async function logOfComponent(status: Status, wanted: string, { tail, follow }: LogsFlags): Promise<Log> {
  const { id, container, reason } = componentNamed(status, wanted);
  if (!container) {
    throw new MinimesosError('NO_CLUSTER', `${id} has said nothing: ${reason}`, { hint: 'minimesos apply brings it' });
  }
  const { connect } = await import('../../docker/dockerode.js');
  const docker = connect();
  return { of: { component: id }, said: (signal) => docker.logs(container.id, { tail, follow }, signal) };
}
