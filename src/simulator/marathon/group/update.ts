import { isObject, type Json, type JsonObject, numberField, stringField } from '../../json.js';
import { type App, type AppDefinition, type Complaint, type Detail, definitionOf, invalid } from '../app/definition.js';
import { absoluteId, groupOf, isWithin, resolveId } from '../app/ids.js';
import { type Check, fields, integer, LARGEST_INT, list, number, string } from '../app/json-shape.js';
import { normalApp } from '../app/normal.js';
import { type AppInput, type Reading, readApp, unreadable } from '../app/reading.js';
import { idErrors, validate } from '../app/validation.js';
import { appsIn, appsWithin, groupsIn, type RootGroup, withApp, withGroups, withoutApp, withoutGroup } from './root.js';

/** What a request says of a group. What it leaves out (`undefined`) stays; of what it names, the rest goes. */
export interface GroupUpdate {
  id: string | undefined;
  apps: AppInput[] | undefined;
  groups: GroupUpdate[] | undefined;
  dependencies: string[] | undefined;
  /** Multiplies the instances of every app in the group. */
  scaleBy: number | undefined;
  /** Goes back to what the group was then. */
  version: string | undefined;
}

const SHAPE: { readonly [name: string]: Check } = {
  id: string,
  dependencies: list(string),
  scaleBy: number,
  version: string,
  enforceRole: () => [],
  instances: integer,
};

export function readGroup(body: Json | undefined, path = ''): Reading<GroupUpdate> {
  if (!isObject(body)) return unreadable([{ path, errors: ['error.expected.jsobject'] }]);
  const wrong: Detail[] = fields(SHAPE)(body, path);
  const apps = readList(body, 'apps', path, wrong, readApp);
  const groups = readList(body, 'groups', path, wrong, readGroup);
  if (wrong.length > 0) return unreadable(wrong);
  const dependencies = Array.isArray(body.dependencies) ? body.dependencies.map(String) : undefined;
  const [id, version, scaleBy] = [stringField(body, 'id'), stringField(body, 'version'), numberField(body, 'scaleBy')];
  return { value: { id, apps, groups, dependencies, scaleBy, version } };
}

function readList<T>(
  body: JsonObject,
  name: string,
  path: string,
  wrong: Detail[],
  read: (item: Json, path: string) => Reading<T>,
): T[] | undefined {
  const items = body[name] ?? undefined;
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) {
    wrong.push({ path: `${path}/${name}`, errors: ['error.expected.jsarray'] });
    return undefined;
  }
  return items.flatMap((item, at) => {
    const reading = read(item, `${path}/${name}(${at})`);
    if ('value' in reading) return [reading.value];
    wrong.push(...reading.complaint.details);
    return [];
  });
}

export type GroupChange = { root: RootGroup } | { complaint: Complaint };

/** What a change is made with: its time, and what makes a definition the next version of its app. */
export interface Changing {
  now: string;
  settle(definition: AppDefinition): App;
}

/** The root with an update of the group `id` done. */
export function updateGroup(root: RootGroup, id: string, update: GroupUpdate, changing: Changing): GroupChange {
  const { scaleBy } = update;
  if (scaleBy !== undefined) return scaled(root, id, scaleBy, changing);
  const wrong = id === '/' ? [] : idErrors(id);
  if (wrong.length > 0) return { complaint: invalid(wrong) };
  const made = withGroups(root, pathTo(id), changing.now);
  const withDependencies = depending(made, id, update.dependencies);
  const withGroupsDone = updateGroups(withDependencies, id, update.groups, changing);
  return 'complaint' in withGroupsDone ? withGroupsDone : updateApps(withGroupsDone.root, id, update.apps, changing);
}

function pathTo(id: string): string[] {
  return id === '/' ? ['/'] : [...pathTo(groupOf(id)), id];
}

function depending(root: RootGroup, id: string, dependencies: string[] | undefined): RootGroup {
  const group = root.groups.get(id);
  if (dependencies === undefined || group === undefined) return root;
  const resolved = [...new Set(dependencies.map((each) => resolveId(each, id)))];
  if (JSON.stringify(resolved) === JSON.stringify(group.dependencies)) return root;
  return { ...root, groups: new Map(root.groups).set(id, { ...group, dependencies: resolved }) };
}

function updateGroups(
  root: RootGroup,
  id: string,
  updates: GroupUpdate[] | undefined,
  changing: Changing,
): GroupChange {
  if (updates === undefined) return { root };
  const named = updates.map((update) => ({ id: absoluteId(update.id ?? '', id), update }));
  const outside = named.filter((each) => each.update.id === undefined || groupOf(each.id) !== id || each.id === id);
  if (outside.length > 0) {
    const errors = outside.map((each) => `identifier ${each.id} is not child of ${id}. Hint: use relative paths.`);
    return { complaint: invalid([{ path: '/groups', errors }]) };
  }
  const kept = new Set(named.map((each) => each.id));
  let next = groupsIn(root, id)
    .filter((group) => !kept.has(group.id))
    .reduce((rest, group) => withoutGroup(rest, group.id), root);
  for (const each of named) {
    const change = updateGroup(next, each.id, each.update, changing);
    if ('complaint' in change) return change;
    next = change.root;
  }
  return { root: next };
}

function updateApps(root: RootGroup, id: string, inputs: AppInput[] | undefined, { settle }: Changing): GroupChange {
  if (inputs === undefined) return { root };
  let next = appsIn(root, id).reduce((rest, app) => withoutApp(rest, app.id), root);
  for (const [at, input] of inputs.entries()) {
    const definition = normalApp(input, null, id);
    const complaint = validate(definition) ?? misplaced(definition.id, id, next, at);
    if (complaint !== null) return { complaint };
    next = withApp(next, settle(definition));
  }
  return { root: next };
}

/** An app may be named with its whole path, but must be in its group, once. */
function misplaced(appId: string, groupId: string, root: RootGroup, at: number): Complaint | null {
  const complain = (error: string): Complaint => invalid([{ path: `/apps(${at})/id`, errors: [error] }]);
  if (!isWithin(appId, groupId) || groupOf(appId) !== groupId) {
    return complain(`identifier ${appId} is not child of ${groupId}. Hint: use relative paths.`);
  }
  if (root.apps.has(appId)) return complain(`Application identifier ${appId} is used more than once`);
  return null;
}

function scaled(root: RootGroup, id: string, factor: number, { settle }: Changing): GroupChange {
  if (factor < 0) return { complaint: invalid([{ path: '/scaleBy', errors: [`got ${factor}, expected 0 or more`] }]) };
  const apps = appsWithin(root, id).map((app) =>
    settle({ ...definitionOf(app), instances: Math.min(LARGEST_INT, Math.ceil(app.instances * factor)) }),
  );
  return { root: apps.reduce(withApp, root) };
}
