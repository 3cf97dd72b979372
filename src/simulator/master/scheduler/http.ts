import { type HttpAnswer, type HttpRequest, type Outlet, plainError, text, wrongMethod } from '../../http.js';
import { parseJson } from '../../json.js';
import { asciiJson, encodeRecord } from '../../mesos/record-io.js';
import { generationOf } from '../../mesos/version.js';
import { type SchedulerEvent, Subscription } from '../frameworks/subscriptions.js';
import { act } from './actions.js';
import { callProblem, type SchedulerCall } from './calls.js';
import type { SchedulerMaster } from './scheduler-master.js';
import { subscribe } from './subscribe.js';

const PATHS: readonly string[] = ['/api/v1/scheduler', '/master/api/v1/scheduler'];
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

export function isSchedulerPath(path: string): boolean {
  return PATHS.includes(path.replace(/\/+$/, ''));
}

/** The scheduler API v1 of a leading master, with Mesos' statuses and words. */
export async function schedulerCall(request: HttpRequest, master: SchedulerMaster): Promise<HttpAnswer> {
  if (request.method !== 'POST') return wrongMethod(['POST'], request.method);
  const read = await readCall(request);
  if ('status' in read) return read;
  const { call } = read;
  const problem = callProblem(call, master.self.version);
  if (problem !== null) return text(400, `Failed to validate scheduler::Call: ${problem}`);
  return call.type === 'SUBSCRIBE' ? subscribing(request, call, master) : acting(request, call, master);
}

async function readCall({ headers, body, bytes }: HttpRequest): Promise<{ call: SchedulerCall } | HttpAnswer> {
  const type = headers['content-type'];
  if (type === undefined) return text(400, "Expecting 'Content-Type' to be present");
  const media = type.split(';')[0]?.trim();
  if (media !== JSON_TYPE && media !== PROTOBUF_TYPE) {
    return text(415, `Expecting 'Content-Type' of ${JSON_TYPE} or ${PROTOBUF_TYPE}`);
  }
  // The schema is large, and a master without frameworks starts quicker without it.
  const { fromJson, fromProtobuf } = await import('../../mesos/messages.js');
  if (media === PROTOBUF_TYPE) {
    const call = fromProtobuf('mesos.scheduler.Call', bytes);
    return typeof call === 'string' ? text(400, call) : { call: call as SchedulerCall };
  }
  const json = parseJson(body);
  if (json === undefined) return text(400, 'Failed to parse body into JSON: syntax error');
  const call = fromJson('mesos.scheduler.Call', json);
  return typeof call === 'string'
    ? text(400, `Failed to convert JSON into Call protobuf: ${call}`)
    : { call: call as SchedulerCall };
}

function subscribing(
  request: HttpRequest,
  call: SchedulerCall,
  master: SchedulerMaster,
): HttpAnswer | Promise<HttpAnswer> {
  const type = acceptedType(request.headers.accept);
  if (type === null) {
    return text(406, `Expecting 'Accept' to allow '${PROTOBUF_TYPE}' or '${JSON_TYPE}'`);
  }
  if (request.headers['mesos-stream-id'] !== undefined) {
    return text(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
  }
  return openStream(type, (subscription) => subscribe(subscription, call, master));
}

async function openStream(type: string, begin: (subscription: Subscription) => void): Promise<HttpAnswer> {
  const { toProtobuf } = await import('../../mesos/messages.js');
  const encode = (event: SchedulerEvent): Buffer =>
    encodeRecord(type === JSON_TYPE ? asciiJson(event) : toProtobuf('mesos.scheduler.Event', event));
  const streamId = crypto.randomUUID();
  const stream = (outlet: Outlet): void => begin(new Subscription(streamId, outlet, encode));
  return { status: 200, type, headers: { 'Mesos-Stream-Id': streamId }, stream };
}

/** JSON where both will do; null where neither does. */
function acceptedType(accept = ''): string | null {
  const wanted = accept.split(',').map((each) => each.split(';')[0]?.trim() ?? '');
  const allows = (type: string): boolean =>
    accept.trim() === '' || wanted.some((each) => ['*/*', 'application/*', type].includes(each));
  return allows(JSON_TYPE) ? JSON_TYPE : allows(PROTOBUF_TYPE) ? PROTOBUF_TYPE : null;
}

function acting(
  { headers }: HttpRequest,
  call: SchedulerCall,
  { self, flags, scheduling }: SchedulerMaster,
): HttpAnswer {
  const framework = scheduling.frameworks.find(call.framework_id?.value ?? '');
  if (framework === undefined) return text(400, 'Framework cannot be found');
  if (framework.subscription === null) return text(403, 'Framework is not subscribed');
  const streamId = headers['mesos-stream-id'];
  if (streamId === undefined) return text(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
  if (streamId !== framework.subscription.streamId) {
    const which = `The stream ID '${String(streamId)}' included in this request didn't match`;
    return text(400, `${which} the stream ID currently associated with framework ID ${framework.id}`);
  }
  framework.count(`calls/${call.type?.toLowerCase()}`);
  const modern = generationOf(self.version) === 'modern';
  return act({ framework, scheduling, flags, modern }, call) ?? plainError(501);
}
