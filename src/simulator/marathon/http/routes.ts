import { type HttpAnswer, type HttpRequest, json, text } from '../../http.js';
import { ZookeeperError } from '../../zookeeper/protocol.js';
import { absoluteId } from '../app/ids.js';
import { unreadable } from '../app/reading.js';
import { undo } from '../deployment/rollback.js';
import type { Leadership } from '../leadership.js';
import type { MarathonOptions } from '../options.js';
import { changed, flag, NoJson, noPath, refusal, refused, withHeader } from './answers.js';
import { allTasks, deleteTasks } from './app-tasks.js';
import { appRoute, appsRoot } from './apps.js';
import { eventStream } from './event-stream.js';
import { groupRoute } from './groups.js';
import { info, metrics } from './info.js';
import { page } from './page.js';
import { shownDeployment, shownWaiting } from './shown.js';

/** The Marathon that the HTTP answers are about. */
export interface MarathonModel {
  options: MarathonOptions;
  /** `host:port`; null while nobody leads. */
  leader(): string | null;
  /** Null where this one does not lead, or does not know yet what there is. */
  leading(): Leadership | null;
  /** Done when one that began to lead knows what there is. */
  begun(): Promise<void>;
  /** Asks the leading Marathon. */
  forward(request: HttpRequest, leader: string): Promise<HttpAnswer>;
  /** Gives the leadership up. */
  abdicate(): Promise<void>;
}

export function marathonHttp(model: MarathonModel): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const leader = model.leader();
    const answer = await answerOf(request, model, leader);
    return leader === null ? answer : withHeader(answer, 'X-Marathon-Leader', `http://${leader}`);
  };
}

async function answerOf(asked: HttpRequest, model: MarathonModel, leader: string | null): Promise<HttpAnswer> {
  const request = asked.method === 'HEAD' ? { ...asked, method: 'GET' } : asked;
  const local = answerAnywhere(request, model, model.leading());
  if (local !== null) return local;
  await model.begun();
  const leading = model.leading();
  if (leading === null) {
    const isAnother = leader !== null && !isOurs(leader, model);
    const cameRound = request.headers['x-marathon-via'] !== undefined;
    if (isAnother && !cameRound) return model.forward(asked, leader);
    return json({ message: 'Could not determine the current leader' }, 503);
  }
  if (isForeign(request)) return refusal(415);
  try {
    return await answerLeading(request, model, leading);
  } catch (error) {
    if (error instanceof NoJson) return error.answer;
    if (error instanceof ZookeeperError) return json({ message: `ZooKeeper is out of reach: ${error.message}` }, 503);
    // JSON so deep that it cannot be walked through; nothing was changed yet.
    if (error instanceof RangeError) return refused(unreadable([{ path: '', errors: ['error.too.deep'] }]).complaint);
    if (model.leading() !== leading) return json({ message: 'Could not determine the current leader' }, 503);
    throw error;
  }
}

function isOurs(leader: string, { options }: MarathonModel): boolean {
  return leader === `${options.hostname}:${options.httpPort}`;
}

/** A body that says it is something else than JSON. */
function isForeign({ method, body, headers }: HttpRequest): boolean {
  const type = headers['content-type'];
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method) && body !== '';
  return hasBody && type !== undefined && !/^application\/([\w.+-]*\+)?json\b/i.test(type);
}

function answerAnywhere(
  { method, path }: HttpRequest,
  model: MarathonModel,
  leading: Leadership | null,
): HttpAnswer | null {
  const leader = model.leader();
  if (path === '/ping') return text(200, 'pong');
  if (path === '/v2/info') return info(model.options, leader, leading);
  if (path === '/v2/leader' && method === 'GET') {
    return leader === null ? json({ message: 'There is no leader' }, 404) : json({ leader });
  }
  return path === '/' || /^\/ui(\/|$)/.test(path) ? page(leader, leading) : null;
}

async function answerLeading(request: HttpRequest, model: MarathonModel, leading: Leadership): Promise<HttpAnswer> {
  const { method } = request;
  const path = request.path.replace(/(.)\/+$/, '$1');
  if (path === '/v2/apps') return appsRoot(request, leading);
  if (path.startsWith('/v2/apps/')) return appRoute(request, path.slice('/v2/apps'.length), leading);
  if (path === '/v2/groups' || path.startsWith('/v2/groups/')) {
    return groupRoute(request, path.slice('/v2/groups'.length), leading);
  }
  if (path === '/v2/deployments' && method === 'GET') return json(leading.deployments.all.map(shownDeployment));
  if (path.startsWith('/v2/deployments/') && method === 'DELETE') {
    return cancel(request, path.slice('/v2/deployments/'.length), leading);
  }
  if (path === '/v2/queue' && method === 'GET') return queue(request, leading);
  if (path.startsWith('/v2/queue/')) return resetDelay(request, path.slice('/v2/queue'.length), leading);
  if (path === '/v2/tasks' && method === 'GET') return allTasks(request, leading);
  if (path === '/v2/tasks/delete' && method === 'POST') return deleteTasks(request, leading);
  if (path === '/v2/events' && method === 'GET') return eventStream(request, leading.events);
  if (path === '/metrics' && method === 'GET') return metrics(leading);
  if (path === '/v2/leader' && method === 'DELETE') {
    await model.abdicate();
    return json({ message: 'Leadership abdicated' });
  }
  return noPath(request);
}

/** Ends a deployment: with `force=true` as it stands, else by going back to what was before it. */
async function cancel(request: HttpRequest, id: string, { deployments, changes }: Leadership): Promise<HttpAnswer> {
  const deployment = deployments.find(id);
  if (deployment === undefined) return json({ message: `DeploymentPlan ${id} does not exist` }, 404);
  if (!flag(request, 'force')) return changed(await changes.change(undo(deployment), true));
  await changes.cancel(deployment);
  return { status: 202 };
}

function queue({ query }: HttpRequest, { offers, backoff }: Leadership): HttpAnswer {
  const now = Date.now();
  const withOffers = query.getAll('embed').includes('lastUnusedOffers');
  return json({
    queue: offers.queue.all.map((waiting) => shownWaiting(waiting, backoff.until(waiting.app), now, withOffers)),
  });
}

/** `DELETE /v2/queue/<app>/delay`: its next task may be launched at once. */
function resetDelay(request: HttpRequest, rest: string, leading: Leadership): HttpAnswer {
  const match = /^(.+)\/delay$/.exec(rest);
  if (match === null) return noPath(request);
  if (request.method !== 'DELETE') return refusal(405);
  const id = absoluteId(match[1] ?? '');
  const waits = leading.offers.queue.all.some(({ app }) => app.id === id);
  if (!waits) return json({ message: `Application ${id} not found in tasks queue.` }, 404);
  leading.resetDelay(id);
  return { status: 204 };
}
