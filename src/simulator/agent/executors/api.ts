import { type HttpAnswer, type HttpRequest, plainError, text, wrongMethod } from '../../http.js';
import type { TaskInfo, TaskStatus } from '../../mesos/shapes.js';
import { readV1Call, v1Stream } from '../../mesos/v1-http.js';
import type { Surroundings } from '../tasks/surroundings.js';
import { CustomExecutor, type Subscription } from './custom-executor.js';
import type { Executor } from './executor.js';
import { updateProblem } from './validation.js';

/** A call as far as it is looked into; its parts are there where its type needs them. */
export interface ExecutorCall {
  type?: 'SUBSCRIBE' | 'UPDATE' | 'MESSAGE' | 'UNKNOWN';
  executor_id: { value: string };
  framework_id: { value: string };
  subscribe?: { unacknowledged_tasks?: TaskInfo[]; unacknowledged_updates?: { status: TaskStatus }[] };
  update?: { status: TaskStatus };
  message?: { data: string };
}

export interface ExecutorApiOptions {
  place: Surroundings;
  find(frameworkId: string, executorId: string): { framework: boolean; executor: Executor | undefined };
  /** From an executor to its framework, in base64. */
  onMessage(frameworkId: string, executorId: string, data: string): void;
}

/** `/api/v1/executor`, with Mesos' statuses and words. */
export function executorApi(options: ExecutorApiOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    if (request.method !== 'POST') return wrongMethod(['POST'], request.method);
    const read = await readV1Call(request, 'executor');
    if ('status' in read) return read;
    const call = read.call as unknown as ExecutorCall;
    const problem = callProblem(call);
    if (problem !== null) return text(400, `Failed to validate executor::Call: ${problem}`);
    const { framework, executor } = options.find(call.framework_id.value, call.executor_id.value);
    if (!framework) return text(400, 'Framework cannot be found');
    if (!(executor instanceof CustomExecutor)) return text(400, 'Executor cannot be found');
    if (call.type === 'SUBSCRIBE') return subscribe(request, call, executor, options.place);
    if (!executor.subscribed) return text(403, 'Executor is not subscribed');
    return act(call, executor, options);
  };
}

function callProblem(call: ExecutorCall): string | null {
  switch (call.type) {
    case undefined:
      return "Expecting 'type' to be present";
    case 'SUBSCRIBE':
      return call.subscribe === undefined ? "Expecting 'subscribe' to be present" : null;
    case 'MESSAGE':
      return call.message === undefined ? "Expecting 'message' to be present" : null;
    case 'UPDATE':
      return call.update === undefined ? "Expecting 'update' to be present" : updateProblem(call, call.update.status);
    default:
      return null;
  }
}

function subscribe(
  request: HttpRequest,
  { subscribe: asked }: ExecutorCall,
  executor: CustomExecutor,
  place: Surroundings,
): Promise<HttpAnswer> {
  return v1Stream(request, 'executor', (outlet, encode) => {
    const subscription: Subscription = { send: (event) => outlet.write(encode(event)), close: () => outlet.end() };
    outlet.onClose(() => executor.unsubscribed(subscription));
    subscription.send({ type: 'SUBSCRIBED', subscribed: subscribed(executor, place) });
    executor.subscribe(subscription, {
      tasks: (asked?.unacknowledged_tasks ?? []).map(({ task_id }) => task_id.value),
      updates: (asked?.unacknowledged_updates ?? []).map(({ status }) => status),
    });
  });
}

function subscribed({ entry }: CustomExecutor, place: Surroundings): object {
  const { hostname, port } = place.address();
  return {
    executor_info: entry.info,
    framework_info: entry.framework.info,
    agent_info: { hostname, port, id: { value: place.agentId() } },
    container_id: { value: entry.containerId },
  };
}

function act(call: ExecutorCall, executor: CustomExecutor, { onMessage }: ExecutorApiOptions): HttpAnswer {
  if (call.type === 'UPDATE' && call.update !== undefined) executor.update(call.update.status);
  else if (call.type === 'MESSAGE' && call.message !== undefined) {
    onMessage(call.framework_id.value, call.executor_id.value, call.message.data);
  } else return plainError(501);
  return { status: 202 };
}
