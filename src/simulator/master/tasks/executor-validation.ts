import { isDeepStrictEqual } from 'node:util';
import type { ExecutorInfo, TaskInfo } from '../../mesos/shapes.js';
import type { Agent } from '../agents/agent.js';
import type { FrameworkRecord } from '../frameworks/record.js';
import { nameProblem } from './names.js';

const MIN_CPUS = 0.01;
/** MB. */
const MIN_MEM = 32;

/** What is wrong with the executor that a task brings, in Mesos' words; null for nothing. */
export function executorProblem(executor: ExecutorInfo, framework: FrameworkRecord, agent: Agent): string | null {
  const problem = commonProblem(executor, framework, agent);
  if (problem !== null) return problem;
  if (executor.type !== undefined && executor.type !== 'CUSTOM') return "'ExecutorInfo.type' must be 'CUSTOM'";
  return executor.command === undefined ? "'ExecutorInfo.command' must be set" : null;
}

/** The same for the executor of a group. */
export function groupExecutorProblem(
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
  framework: FrameworkRecord,
  agent: Agent,
): string | null {
  const problem = commonProblem(executor, framework, agent);
  if (problem !== null) return problem;
  if (executor.type === undefined) return "'ExecutorInfo.type' must be set";
  if (executor.type === 'UNKNOWN') return 'Unknown executor type';
  const id = executor.executor_id.value;
  if (executor.container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the executor';
  const other = tasks.find((task) => !isDeepStrictEqual(task.executor, executor));
  if (other !== undefined) {
    return `The \`ExecutorInfo\` of task '${other.task_id.value}' is different from executor '${id}'`;
  }
  const [cpus, mem] = [scalar(executor, 'cpus'), scalar(executor, 'mem')];
  if ((cpus ?? 0) < MIN_CPUS) {
    return `Executor '${id}' uses less CPUs (${cpus ?? 'None'}) than the minimum required (${MIN_CPUS})`;
  }
  if ((mem ?? 0) < MIN_MEM) {
    return `Executor '${id}' uses less memory (${mem === undefined ? 'None' : `${mem}MB`}) than the minimum required (${MIN_MEM}MB)`;
  }
  return scalar(executor, 'disk') === undefined ? `Executor '${id}' uses no disk` : null;
}

function commonProblem(executor: ExecutorInfo, framework: FrameworkRecord, agent: Agent): string | null {
  const { type, command, framework_id, executor_id, shutdown_grace_period } = executor;
  if (type === 'DEFAULT' && command !== undefined) {
    return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
  }
  if (type === 'CUSTOM' && command === undefined) return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
  const wrongName = nameProblem(executor_id.value);
  if (wrongName !== null) return wrongName;
  if (framework_id?.value !== framework.id) {
    const ids = `Actual: ${framework_id?.value} vs Expected: ${framework.id}`;
    return `ExecutorInfo has an invalid FrameworkID (${ids})`;
  }
  if ((shutdown_grace_period?.nanoseconds ?? 0) < 0) {
    return "ExecutorInfo's 'shutdown_grace_period' must be non-negative";
  }
  const running = framework.findExecutor(agent.id, executor_id.value);
  if (running === undefined || isDeepStrictEqual(running.info, executor)) return null;
  const line = '-'.repeat(60);
  const texts = [
    `Existing ExecutorInfo:\n${JSON.stringify(running.info)}`,
    `ExecutorInfo:\n${JSON.stringify(executor)}`,
  ];
  const parts = texts.map((text) => `${line}\n${text}\n`).join('');
  return `ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n${parts}${line}\n`;
}

function scalar({ resources = [] }: ExecutorInfo, name: string): number | undefined {
  const amounts = resources.flatMap((each) =>
    each.name === name && each.type === 'SCALAR' ? [each.scalar.value] : [],
  );
  return amounts.length === 0 ? undefined : amounts.reduce((sum, each) => sum + each, 0);
}
