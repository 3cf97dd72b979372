import { type HttpAnswer, type HttpRequest, json } from '../../http.js';
import type { Json } from '../../json.js';
import { type App, type AppDefinition, definitionOf, invalid } from '../app/definition.js';
import { absoluteId, isWithin } from '../app/ids.js';
import { normalApp } from '../app/normal.js';
import { type AppInput, readApp, unreadable } from '../app/reading.js';
import { shownApp } from '../app/shown.js';
import { validate } from '../app/validation.js';
import { type RootGroup, withApp, withoutApp } from '../group/root.js';
import type { Changing, GroupChange } from '../group/update.js';
import type { Leadership } from '../leadership.js';
import { bodyOf, changed, flag, noApp, refusal, refused } from './answers.js';
import { appTasks } from './app-tasks.js';
import { embeddedBy, selects } from './selection.js';
import { embeddedApp } from './shown.js';

const ALL_OF_ONE = { tasks: true, counts: true, deployments: true, lastTaskFailure: true };

/** `/v2/apps`. */
export async function appsRoot(request: HttpRequest, leadership: Leadership): Promise<HttpAnswer> {
  switch (request.method) {
    case 'GET': {
      const embedded = embeddedBy(request.query, { counts: true, deployments: true });
      const chosen = [...leadership.changes.root.apps.values()].filter(selects(request.query)).sort(byId);
      return json({ apps: chosen.map((app) => embeddedApp(app, embedded, leadership)) });
    }
    case 'POST':
      return post(request, leadership);
    case 'PUT':
    case 'PATCH':
      return updateSeveral(request, leadership);
    default:
      return refusal(405);
  }
}

/** `/v2/apps/…`: an app, or what there is of it. */
export async function appRoute(request: HttpRequest, rest: string, leadership: Leadership): Promise<HttpAnswer> {
  const { id, part, name } = appPath(rest);
  const app = leadership.changes.root.apps.get(id);
  const { method } = request;
  if (part === 'beneath') return method === 'GET' ? json({ '*': beneath(id, leadership) }) : refusal(405);
  if (method === 'PUT' && part === null) return update(request, id, leadership);
  if (app === undefined) return noApp(id);
  switch (part) {
    case 'tasks':
      return appTasks(request, app, name, leadership);
    case 'versions':
      return method === 'GET' ? versions(id, name, leadership) : refusal(405);
    case 'restart':
      return method === 'POST' ? restart(request, app, leadership) : refusal(405);
    case null:
      break;
  }
  if (method === 'GET') return json({ app: embeddedApp(app, embeddedBy(request.query, ALL_OF_ONE), leadership) });
  if (method === 'PATCH') return update(request, id, leadership);
  if (method !== 'DELETE') return refusal(405);
  return changed(await leadership.changes.change((root) => ({ root: withoutApp(root, id) }), flag(request, 'force')));
}

type Part = 'tasks' | 'versions' | 'restart' | 'beneath' | null;

/** The app's id in what follows `/v2/apps/`, and what comes after it that is no part of the id. */
function appPath(rest: string): { id: string; part: Part; name: string | null } {
  if (/\/\*$/.test(rest)) return { id: absoluteId(rest.slice(0, -2)), part: 'beneath', name: null };
  const match = /^(.*[^/])\/(tasks|versions|restart)(?:\/([^/]+))?\/?$/.exec(rest);
  if (match === null) return { id: absoluteId(rest), part: null, name: null };
  return { id: absoluteId(match[1] ?? ''), part: match[2] as Part, name: match[3] ?? null };
}

const byId = (a: App, b: App): number => (a.id < b.id ? -1 : 1);

function beneath(group: string, leadership: Leadership): object[] {
  const apps = [...leadership.changes.root.apps.values()].filter(({ id }) => isWithin(id, group)).sort(byId);
  const embedded = embeddedBy(new URLSearchParams(), ALL_OF_ONE);
  return apps.map((app) => embeddedApp(app, embedded, leadership));
}

async function post(request: HttpRequest, leadership: Leadership): Promise<HttpAnswer> {
  const reading = readApp(bodyOf(request));
  if ('complaint' in reading) return refused(reading.complaint);
  if (reading.value.id === undefined) {
    return refused(unreadable([{ path: '/id', errors: ['error.path.missing'] }]).complaint);
  }
  const definition = normalApp(reading.value);
  const complaint = validate(definition);
  if (complaint !== null) return refused(complaint);
  const { id } = definition;
  if (leadership.changes.root.apps.has(id)) return json({ message: `An app with id [${id}] already exists.` }, 409);
  const outcome = await leadership.changes.change(withDefinitions([definition]), flag(request, 'force'));
  if (!('deployment' in outcome)) return changed(outcome);
  const app = outcome.deployment.after.apps.get(id) as App;
  const shown = {
    ...shownApp(app),
    tasksStaged: 0,
    tasksRunning: 0,
    tasksHealthy: 0,
    tasksUnhealthy: 0,
    deployments: [{ id: outcome.deployment.id }],
    tasks: [],
  };
  leadership.events.publish('api_post_event', { clientIp: '', uri: request.path, appDefinition: shownApp(app) });
  const answer = changed(outcome, 201, shown);
  return { ...answer, headers: { ...answer.headers, Location: `/v2/apps${id}` } };
}

/** PUT makes or changes; what it leaves out stays as it was unless `partialUpdate=false`. */
async function update(request: HttpRequest, id: string, leadership: Leadership): Promise<HttpAnswer> {
  const reading = readApp(bodyOf(request));
  if ('complaint' in reading) return refused(reading.complaint);
  const existed = leadership.changes.root.apps.has(id);
  const definition = await defined({ ...reading.value, id: reading.value.id ?? id }, request, leadership);
  if ('complaint' in definition) return refused(definition.complaint);
  if (definition.app.id !== id) {
    const errors = ['The id of the app does not match the one in the path'];
    return refused(invalid([{ path: '/id', errors }]));
  }
  const outcome = await leadership.changes.change(withDefinitions([definition.app]), flag(request, 'force'));
  if ('deployment' in outcome) {
    const appDefinition = shownApp(outcome.deployment.after.apps.get(id) as App);
    leadership.events.publish('api_post_event', { clientIp: '', uri: request.path, appDefinition });
  }
  return changed(outcome, existed ? 200 : 201);
}

async function updateSeveral(request: HttpRequest, leadership: Leadership): Promise<HttpAnswer> {
  const body = bodyOf(request);
  if (!Array.isArray(body)) return refused(unreadable([{ path: '', errors: ['error.expected.jsarray'] }]).complaint);
  const definitions: AppDefinition[] = [];
  for (const [at, item] of body.entries()) {
    const reading = readItem(item, at);
    if ('complaint' in reading) return refused(reading.complaint);
    const id = absoluteId(String(reading.value.id));
    if (request.method === 'PATCH' && !leadership.changes.root.apps.has(id)) return noApp(id);
    const definition = await defined(reading.value, request, leadership);
    if ('complaint' in definition) return refused(definition.complaint);
    definitions.push(definition.app);
  }
  return changed(await leadership.changes.change(withDefinitions(definitions), flag(request, 'force')));
}

function readItem(item: Json, at: number) {
  const reading = readApp(item, `(${at})`);
  if ('complaint' in reading || reading.value.id !== undefined) return reading;
  return unreadable([{ path: `(${at})/id`, errors: ['error.path.missing'] }]);
}

type Defined = { app: AppDefinition } | { complaint: ReturnType<typeof invalid> };

/** What an update makes of an app: nothing but a version goes back to that. */
async function defined(input: AppInput, request: HttpRequest, leadership: Leadership): Promise<Defined> {
  const id = absoluteId(String(input.id));
  const before = leadership.changes.root.apps.get(id);
  const { version, versionInfo: _versionInfo, ...rest } = input;
  const partial = request.query.get('partialUpdate') !== 'false';
  if (partial && typeof version === 'string') {
    if (Object.keys(rest).some((name) => name !== 'id')) {
      const errors = ["The 'version' field may only be combined with the 'id' field."];
      return { complaint: invalid([{ path: '/', errors }]) };
    }
    const then = await leadership.history.appAt(id, version);
    if (then !== null) return { app: definitionOf(then) };
    const errors = [`App '${id}' does not have the version '${version}'`];
    return { complaint: invalid([{ path: '/version', errors }]) };
  }
  const app = normalApp(rest, before !== undefined && partial ? definitionOf(before) : null);
  const complaint = validate(app);
  return complaint === null ? { app } : { complaint };
}

function withDefinitions(definitions: readonly AppDefinition[]): (root: RootGroup, changing: Changing) => GroupChange {
  return (root, { settle }) => ({
    root: definitions.reduce((rest, definition) => withApp(rest, settle(definition)), root),
  });
}

/** A restart is a new version that says the same. */
async function restart(request: HttpRequest, app: App, { changes }: Leadership): Promise<HttpAnswer> {
  const outcome = await changes.change(
    (root, { now }) => {
      const versionInfo = { lastScalingAt: now, lastConfigChangeAt: now };
      return { root: withApp(root, { ...app, version: now, versionInfo }) };
    },
    flag(request, 'force'),
  );
  return changed(outcome);
}

async function versions(id: string, version: string | null, { history }: Leadership): Promise<HttpAnswer> {
  if (version === null) return json({ versions: history.appVersions(id) });
  const app = await history.appAt(id, version);
  if (app === null) return json({ message: `App '${id}' does not exist in version ${version}` }, 404);
  return json(shownApp(app));
}
