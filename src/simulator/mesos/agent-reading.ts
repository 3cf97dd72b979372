/** Whether what came over an agent's connection is what its type says, so far as the master looks into it. */

import { isObject, type Json, type JsonObject } from '../json.js';
import { type AgentMessage, type AgentWorkload, isResourceList } from './agent-protocol.js';

/** What an agent brings when it comes back; null for what is no workload, undefined where there is none. */
export function readWorkload(json: Json | undefined): AgentWorkload | null | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) return null;
  const { frameworks, executors, tasks, totalResources = [] } = json;
  const fine =
    isListOf(frameworks, isFramework) &&
    isListOf(executors, isExecutor) &&
    isListOf(tasks, isTask) &&
    isResourceList(totalResources);
  return fine ? (json as unknown as AgentWorkload) : null;
}

export type TaskMessage = Extract<AgentMessage, { type: 'UPDATE' | 'EXECUTOR_MESSAGE' | 'EXITED_EXECUTOR' }>;

/** What an agent says of its tasks and executors; undefined for another type, null for what does not have its parts. */
export function readTaskMessage(json: JsonObject): TaskMessage | null | undefined {
  const { type, frameworkId, executorId, data, status, latestState } = json;
  const parts: { [type: string]: () => boolean } = {
    UPDATE: () => isObject(status) && isId(status.task_id) && isState(status.state) && isState(latestState),
    EXECUTOR_MESSAGE: () => typeof executorId === 'string' && typeof data === 'string',
    EXITED_EXECUTOR: () => typeof executorId === 'string' && typeof status === 'number',
  };
  const isWhole = Object.hasOwn(parts, String(type)) ? parts[String(type)] : undefined;
  if (isWhole === undefined) return undefined;
  return typeof frameworkId === 'string' && isWhole() ? (json as unknown as TaskMessage) : null;
}

function isListOf(value: Json | undefined, is: (each: JsonObject) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => isObject(each) && is(each));
}

function isFramework({ id, name, user }: JsonObject): boolean {
  return isId(id) && typeof name === 'string' && typeof user === 'string';
}

function isExecutor({ frameworkId, executor }: JsonObject): boolean {
  if (typeof frameworkId !== 'string' || !isObject(executor)) return false;
  return isId(executor.executor_id) && isResourceList(executor.resources ?? []);
}

function isTask({ task_id, framework_id, agent_id, name, state, statuses, resources }: JsonObject): boolean {
  const known = isId(task_id) && isId(framework_id) && isId(agent_id) && typeof name === 'string' && isState(state);
  return known && Array.isArray(statuses) && isResourceList(resources);
}

function isId(value: Json | undefined): boolean {
  return isObject(value) && typeof value.value === 'string';
}

function isState(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('TASK_');
}
