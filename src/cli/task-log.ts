/** What a task wrote into its sandbox, read through its agent. */

import { agentState } from '../api/mesos-state.js';
import { systemClock } from '../clock.js';
import { textOf } from '../docker/frames.js';
import type { LogOptions, LogText, OutputStream } from '../docker/process.js';
import { MinimesosError } from '../errors.js';
import { AgentFile, contentOf, follow, offsetOfTail } from '../mesos/files.js';
import { type Sandbox, sandboxOf } from '../mesos/sandbox.js';
import type { Task } from '../mesos/tasks.js';
import type { Status } from '../status.js';

const LOOK_EVERY_MS = 300;

interface Wanted extends LogOptions {
  stream: OutputStream;
}

/** Rejects with `SANDBOX_GONE` where the agent or the sandbox is no more, with `NO_CLUSTER` where the agent does not run. */
export async function* taskLog(
  status: Status,
  task: Task,
  { stream, tail, follow: goesOn }: Wanted,
  signal: AbortSignal,
): AsyncGenerator<LogText> {
  const agent = agentOf(status, task);
  const sandbox = await askForSandbox(agent, task);
  if (!sandbox) {
    throw gone(task, task.ended ? `${agent.id} knows it no more, as after a restart` : `${agent.id} does not know it`);
  }
  const { file, size } = await existingFile(agent.endpoint, task, sandbox, stream);
  const from = tail === undefined ? 0 : await offsetOfTail(file, size, tail);
  const ended = async () => (await askForSandbox(agent, task))?.ended ?? true;
  const pause = () => systemClock.wait(LOOK_EVERY_MS, signal);
  const parts = goesOn ? follow(file, { from, ended, pause, signal }) : contentOf(file, from, size);
  yield* textOf(piecesOf(parts, stream));
}

async function* piecesOf(parts: AsyncIterable<Buffer>, stream: OutputStream) {
  for await (const bytes of parts) yield { stream, bytes };
}

interface Agent {
  id: string;
  endpoint: string;
}

function agentOf({ components }: Status, task: Task): Agent {
  const agent = components.find(({ agentId, kind }) => kind === 'agent' && agentId === task.slaveId);
  if (!agent) throw gone(task, `no agent of the cluster is ${task.slaveId} now`);
  if (!agent.endpoint) {
    throw new MinimesosError(
      'NO_CLUSTER',
      `${agent.id}, which has the sandbox of task ${task.id}, does not run: ${agent.reason}`,
      {
        hint: 'minimesos apply brings it back',
      },
    );
  }
  return { id: agent.id, endpoint: agent.endpoint };
}

async function askForSandbox({ endpoint }: Agent, task: Task): Promise<Sandbox | undefined> {
  return sandboxOf(await agentState(endpoint), task);
}

async function existingFile(endpoint: string, task: Task, { directories }: Sandbox, stream: OutputStream) {
  for (const directory of directories) {
    const file = new AgentFile(endpoint, `${directory}/${stream}`);
    const size = await file.size().catch((thrown: unknown) => {
      if (thrown instanceof MinimesosError && thrown.code === 'SANDBOX_GONE') return undefined;
      throw thrown;
    });
    if (size !== undefined) return { file, size };
  }
  throw gone(task, `its agent has no file ${stream} of it`);
}

function gone({ id, ended }: Task, why: string): MinimesosError {
  return new MinimesosError('SANDBOX_GONE', `the sandbox of task ${id} is ${ended ? 'gone' : 'not there'}: ${why}`);
}
