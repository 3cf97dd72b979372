import { type HttpAnswer, type HttpRequest, type Outlet, plainError, text, wrongMethod } from '../../http.js';
import { parseJson } from '../../json.js';
import { asciiJson, encodeRecord } from '../../mesos/record-io.js';
import type { TaskInfo, TaskStatus } from '../../mesos/shapes.js';
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

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** `/api/v1/executor`, with Mesos' statuses and words. */
export function executorApi(options: ExecutorApiOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    if (request.method !== 'POST') return wrongMethod(['POST'], request.method);
    const call = await readCall(request);
    if ('status' in call) return call;
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

async function readCall({ headers, body, bytes }: HttpRequest): Promise<ExecutorCall | HttpAnswer> {
  const type = headers['content-type'];
  if (type === undefined) return text(400, "Expecting 'Content-Type' to be present");
  const media = type.split(';')[0]?.trim();
  if (media !== JSON_TYPE && media !== PROTOBUF_TYPE) {
    return text(415, `Expecting 'Content-Type' of ${JSON_TYPE} or ${PROTOBUF_TYPE}`);
  }
  // The schema is large, and an agent without such executors starts quicker without it.
  const { fromJson, fromProtobuf } = await import('../../mesos/messages.js');
  if (media === PROTOBUF_TYPE) {
    const call = fromProtobuf('mesos.executor.Call', bytes);
    return typeof call === 'string' ? text(400, call) : (call as unknown as ExecutorCall);
  }
  const json = parseJson(body);
  if (json === undefined) return text(400, 'Failed to parse body into JSON: syntax error');
  const call = fromJson('mesos.executor.Call', json);
  if (typeof call === 'string') return text(400, `Failed to convert JSON into Call protobuf: ${call}`);
  return call as unknown as ExecutorCall;
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

async function subscribe(
  { headers }: HttpRequest,
  { subscribe: asked }: ExecutorCall,
  executor: CustomExecutor,
  place: Surroundings,
): Promise<HttpAnswer> {
  const type = acceptedType(headers.accept);
  if (type === null) return text(406, `Expecting 'Accept' to allow '${PROTOBUF_TYPE}' or '${JSON_TYPE}'`);
  const { toProtobuf } = await import('../../mesos/messages.js');
  const encode = (event: object): Buffer =>
    encodeRecord(type === JSON_TYPE ? asciiJson(event) : toProtobuf('mesos.executor.Event', event));
  const stream = (outlet: Outlet): void => {
    const subscription: Subscription = { send: (event) => outlet.write(encode(event)), close: () => outlet.end() };
    outlet.onClose(() => executor.unsubscribed(subscription));
    subscription.send({ type: 'SUBSCRIBED', subscribed: subscribed(executor, place) });
    executor.subscribe(subscription, {
      tasks: (asked?.unacknowledged_tasks ?? []).map(({ task_id }) => task_id.value),
      updates: (asked?.unacknowledged_updates ?? []).map(({ status }) => status),
    });
  };
  return { status: 200, type, stream };
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

/** JSON where both will do; null where neither does. */
function acceptedType(accept = ''): string | null {
  const wanted = accept.split(',').map((each) => each.split(';')[0]?.trim() ?? '');
  const allows = (type: string): boolean =>
    accept.trim() === '' || wanted.some((each) => ['*/*', 'application/*', type].includes(each));
  return allows(JSON_TYPE) ? JSON_TYPE : allows(PROTOBUF_TYPE) ? PROTOBUF_TYPE : null;
}
