import { type HttpAnswer, type HttpRequest, json } from '../../http.js';
import { absoluteId } from '../app/ids.js';
import { shownStep } from '../deployment/plan.js';
import { groupAsIn } from '../deployment/rollback.js';
import { withoutGroup } from '../group/root.js';
import { shownGroup } from '../group/shown.js';
import { type GroupUpdate, readGroup, updateGroup } from '../group/update.js';
import type { Leadership } from '../leadership.js';
import { bodyOf, changed, flag, noGroup, refusal, refused } from './answers.js';
import { embeddedBy } from './selection.js';
import { embeddedApp } from './shown.js';

/** `/v2/groups` and `/v2/groups/…`. */
export async function groupRoute(request: HttpRequest, rest: string, leadership: Leadership): Promise<HttpAnswer> {
  const match = /^(.*?)\/versions(?:\/([^/]+))?\/?$/.exec(rest);
  const id = absoluteId(match?.[1] ?? rest);
  const { method } = request;
  if (match !== null) return method === 'GET' ? versions(id, match[2] ?? null, leadership) : refusal(405);
  switch (method) {
    case 'GET':
      return leadership.changes.root.groups.has(id) ? json(shown(request, id, leadership)) : noGroup(id);
    case 'POST':
      return post(request, id, leadership);
    case 'PUT':
    case 'PATCH':
      return put(request, id, leadership);
    case 'DELETE':
      if (!leadership.changes.root.groups.has(id)) return noGroup(id);
      return changed(
        await leadership.changes.change((root) => ({ root: withoutGroup(root, id) }), flag(request, 'force')),
      );
    default:
      return refusal(405);
  }
}

function shown({ query }: HttpRequest, id: string, leadership: Leadership): object {
  const asked = query.getAll('embed');
  const all = asked.length === 0;
  const embedded = embeddedBy(query, {});
  return shownGroup(leadership.changes.root, id, {
    apps: all || asked.some((each) => each.startsWith('group.apps')),
    groups: all || asked.includes('group.groups'),
    app: (app) => embeddedApp(app, embedded, leadership),
  });
}

async function versions(id: string, version: string | null, { changes, history }: Leadership): Promise<HttpAnswer> {
  if (version === null) return changes.root.groups.has(id) ? json(history.versions()) : noGroup(id);
  const root = await history.rootAt(version);
  return root?.groups.has(id) === true ? json(shownGroup(root, id)) : noGroup(id);
}

async function post(request: HttpRequest, base: string, { changes }: Leadership): Promise<HttpAnswer> {
  const reading = readGroup(bodyOf(request));
  if ('complaint' in reading) return refused(reading.complaint);
  const id = absoluteId(reading.value.id ?? '', base);
  const { root } = changes;
  if (root.groups.has(id) && id !== '/') {
    return json({ message: `Group ${id} is already created. Use PUT to change this group.` }, 409);
  }
  if (root.apps.has(id)) return json({ message: `An app with the path ${id} already exists.` }, 409);
  const answer = changed(
    await changes.change((root, changing) => updateGroup(root, id, reading.value, changing), flag(request, 'force')),
    201,
  );
  return answer.status === 201 ? { ...answer, headers: { ...answer.headers, Location: `/v2/groups${id}` } } : answer;
}

async function put(request: HttpRequest, base: string, leadership: Leadership): Promise<HttpAnswer> {
  const reading = readGroup(bodyOf(request));
  if ('complaint' in reading) return refused(reading.complaint);
  const update = reading.value;
  const id = absoluteId(update.id ?? base, base === '/' ? '/' : base);
  const make = await change(id, update, leadership);
  if ('status' in make) return make;
  if (!flag(request, 'dryRun')) {
    return changed(await leadership.changes.change(make.change, flag(request, 'force')));
  }
  const preview = leadership.changes.preview(make.change);
  return 'complaint' in preview ? refused(preview.complaint) : json({ steps: preview.steps.map(shownStep) });
}

/** What an update asks for: another version, another scale, or another content. */
async function change(
  id: string,
  update: GroupUpdate,
  { changes, history }: Leadership,
): Promise<{ change: Parameters<typeof changes.change>[0] } | HttpAnswer> {
  const exists = changes.root.groups.has(id);
  if (update.version !== undefined) {
    const then = await history.rootAt(update.version);
    const known = then?.groups.has(id) === true ? then : null;
    if (known === null) return json({ message: `Group ${id} not available in version ${update.version}` }, 422);
    return { change: groupAsIn(id, known) };
  }
  if (update.scaleBy !== undefined && !exists) return noGroup(id);
  return { change: (root, changing) => updateGroup(root, id, update, changing) };
}
