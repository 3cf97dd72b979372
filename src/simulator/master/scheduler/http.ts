import { type HttpAnswer, type HttpRequest, plainError, text, wrongMethod } from '../../http.js';
import { readV1Call, v1Stream } from '../../mesos/v1-http.js';
import { generationOf } from '../../mesos/version.js';
import { Subscription } from '../frameworks/subscriptions.js';
import { act } from './actions.js';
import { callProblem, type SchedulerCall } from './calls.js';
import type { SchedulerMaster } from './scheduler-master.js';
import { subscribe } from './subscribe.js';

const PATHS: readonly string[] = ['/api/v1/scheduler', '/master/api/v1/scheduler'];

export function isSchedulerPath(path: string): boolean {
  return PATHS.includes(path.replace(/\/+$/, ''));
}

/** The scheduler API v1 of a leading master, with Mesos' statuses and words. */
export async function schedulerCall(request: HttpRequest, master: SchedulerMaster): Promise<HttpAnswer> {
  if (request.method !== 'POST') return wrongMethod(['POST'], request.method);
  const read = await readV1Call(request, 'scheduler');
  if ('status' in read) return read;
  const call = read.call as SchedulerCall;
  const problem = callProblem(call, master.self.version);
  if (problem !== null) return text(400, `Failed to validate scheduler::Call: ${problem}`);
  return call.type === 'SUBSCRIBE' ? subscribing(request, call, master) : acting(request, call, master);
}

function subscribing(
  request: HttpRequest,
  call: SchedulerCall,
  master: SchedulerMaster,
): HttpAnswer | Promise<HttpAnswer> {
  if (request.headers['mesos-stream-id'] !== undefined) {
    return text(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
  }
  const streamId = crypto.randomUUID();
  return v1Stream(
    request,
    'scheduler',
    (outlet, encode) => subscribe(new Subscription(streamId, outlet, encode), call, master),
    { 'Mesos-Stream-Id': streamId },
  );
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
