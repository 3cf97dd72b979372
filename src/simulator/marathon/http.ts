import { type HttpAnswer, type HttpRequest, html, json, plainError, text } from '../http.js';
import type { Apps } from './apps.js';
import { appPath, notFound, shownApp, shownDeployment, shownQueue } from './apps.js';
import type { MarathonOptions } from './options.js';
import type { AppStore } from './store.js';

/** The Marathon that the HTTP answers are about. */
export interface MarathonModel {
  options: MarathonOptions;
  store: AppStore;
  apps: Apps;
  /** `host:port`; null while nobody leads. */
  leader(): string | null;
  /** True where this one leads and knows the apps. */
  leads(): boolean;
  /** Asks the leading Marathon. */
  forward(request: HttpRequest, leader: string): Promise<HttpAnswer>;
  /** Gives the leadership up. */
  abdicate(): Promise<void>;
}

export function marathonHttp(model: MarathonModel): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const local = answerAnywhere(request, model);
    if (local !== null) return local;
    const leader = model.leader();
    if (!model.leads()) {
      const known = leader !== null && !isOurs(leader, model);
      return known ? model.forward(request, leader) : json({ message: 'Could not determine the current leader' }, 503);
    }
    try {
      return await answerLeading(request, model);
    } catch (error) {
      return json({ message: `ZooKeeper is out of reach: ${String(error)}` }, 503);
    }
  };
}

function isOurs(leader: string, { options }: MarathonModel): boolean {
  return leader === `${options.hostname}:${options.httpPort}`;
}

function answerAnywhere({ method, path }: HttpRequest, model: MarathonModel): HttpAnswer | null {
  const leader = model.leader();
  if (path === '/ping') return text(200, 'pong');
  if (path === '/v2/info') return json(info(model));
  if (path === '/v2/leader' && method === 'GET') {
    return leader === null ? json({ message: 'There is no leader' }, 404) : json({ leader });
  }
  if (path === '/' || path.startsWith('/ui')) {
    return html('Marathon (minimesos simulator)', '<h1>Marathon</h1><p>Played by the minimesos simulator.</p>');
  }
  return null;
}

async function answerLeading(request: HttpRequest, model: MarathonModel): Promise<HttpAnswer> {
  const { method } = request;
  const path = request.path.replace(/(.)\/+$/, '$1');
  const { store } = model;
  if (path === '/v2/apps') return appsRoot(request, model);
  if (path.startsWith('/v2/apps/')) return appRoute(request, path.slice('/v2/apps'.length), model);
  if (path === '/v2/deployments' && method === 'GET') return json(store.all.flatMap(shownDeployment));
  if (path.startsWith('/v2/deployments/') && method === 'DELETE') {
    return model.apps.cancel(request, path.slice('/v2/deployments/'.length));
  }
  if (path === '/v2/queue' && method === 'GET') return json({ queue: shownQueue(store.all) });
  if (path === '/v2/tasks' && method === 'GET') return json({ tasks: [] });
  if (path === '/v2/leader' && method === 'DELETE') {
    await model.abdicate();
    return json({ message: 'Leadership abdicated' });
  }
  return plainError(404);
}

function appsRoot(request: HttpRequest, { store, apps }: MarathonModel): Promise<HttpAnswer> | HttpAnswer {
  if (request.method === 'POST') return apps.post(request);
  if (request.method !== 'GET') return plainError(405);
  const part = request.query.get('id') ?? '';
  return json({ apps: store.all.filter(({ app }) => app.id.includes(part)).map(shownApp) });
}

function appRoute(request: HttpRequest, rest: string, model: MarathonModel): Promise<HttpAnswer> | HttpAnswer {
  const { store, apps } = model;
  const { id, part } = appPath(rest);
  const record = store.find(id);
  if (part === 'restart') return request.method === 'POST' ? apps.restart(request, id) : plainError(405);
  switch (request.method) {
    case 'GET':
      if (record === undefined) return notFound(id);
      if (part === 'tasks') return json({ tasks: [] });
      return json(part === 'versions' ? { versions: [record.version] } : { app: shownApp(record) });
    case 'PUT':
      return apps.put(request, id);
    case 'PATCH':
      return apps.patch(request, id);
    case 'DELETE':
      return part === null ? apps.remove(request, id) : plainError(405);
    default:
      return plainError(405);
  }
}

function info(model: MarathonModel): object {
  const { options } = model;
  return {
    name: options.frameworkName,
    version: options.version,
    buildref: 'minimesos-simulator',
    elected: model.leads(),
    leader: model.leader(),
    // It registers with no master yet, and so nobody gave it an id.
    frameworkId: null,
    marathon_config: {
      master: options.master,
      framework_name: options.frameworkName,
      ha: true,
      hostname: options.hostname,
      checkpoint: true,
    },
    zookeeper_config: { zk: options.zk, zk_session_timeout: options.zkSessionTimeoutMs },
    http_config: { http_port: options.httpPort },
  };
}
