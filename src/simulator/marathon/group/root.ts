import type { App } from '../app/definition.js';
import { groupOf, groupsAbove, isWithin } from '../app/ids.js';

/** A group by itself; what is in it is told by ids. */
export interface Group {
  id: string;
  /** Absolute ids of the groups and apps that must run before its own. */
  dependencies: readonly string[];
  /** When something in it was last changed. */
  version: string;
}

/** All that is wanted, at one version: values are never changed, only made anew. */
export interface RootGroup {
  version: string;
  /** By id; the root `/` is always there, and so is each group that anything is in. */
  groups: ReadonlyMap<string, Group>;
  apps: ReadonlyMap<string, App>;
}

export function emptyRoot(version: string): RootGroup {
  return { version, groups: new Map([['/', { id: '/', dependencies: [], version }]]), apps: new Map() };
}

/** An id of both an app and a group, which must not be. */
export function idOfBoth({ apps, groups }: RootGroup): string | undefined {
  return [...apps.keys()].find((id) => groups.has(id));
}

/** The apps in a group and in the groups beneath it. */
export function appsWithin({ apps }: RootGroup, group: string): App[] {
  return [...apps.values()].filter(({ id }) => isWithin(id, group));
}

export function groupsIn({ groups }: RootGroup, parent: string): Group[] {
  return [...groups.values()].filter(({ id }) => id !== '/' && groupOf(id) === parent);
}

export function appsIn({ apps }: RootGroup, group: string): App[] {
  return [...apps.values()].filter(({ id }) => groupOf(id) === group);
}

/** With the app, and the groups that it is in; they all bear the app's version. */
export function withApp(root: RootGroup, app: App): RootGroup {
  const apps = new Map(root.apps).set(app.id, app);
  return { ...withGroups(root, groupsAbove(app.id), root.version), apps };
}

/** With these groups, made where they are not there. */
export function withGroups(root: RootGroup, ids: readonly string[], version: string): RootGroup {
  const groups = new Map(root.groups);
  for (const id of ids) if (!groups.has(id)) groups.set(id, { id, dependencies: [], version });
  return { ...root, groups };
}

export function withoutApp(root: RootGroup, id: string): RootGroup {
  const apps = new Map(root.apps);
  apps.delete(id);
  return { ...root, apps };
}

/** Without a group and all that is in it; of the root, its contents go. */
export function withoutGroup(root: RootGroup, id: string): RootGroup {
  const stays = (each: string): boolean => each === '/' || !isWithin(each, id);
  return {
    ...root,
    groups: new Map([...root.groups].filter(([each]) => stays(each))),
    apps: new Map([...root.apps].filter(([each]) => stays(each))),
  };
}

/** The root at its next version, which the groups bear too in which something changed. */
export function atVersion(before: RootGroup, after: RootGroup, version: string): RootGroup {
  const changed = new Set<string>();
  for (const id of new Set([...before.apps.keys(), ...after.apps.keys()])) {
    if (before.apps.get(id) !== after.apps.get(id)) for (const group of groupsAbove(id)) changed.add(group);
  }
  for (const id of new Set([...before.groups.keys(), ...after.groups.keys()])) {
    if (before.groups.get(id) === after.groups.get(id)) continue;
    for (const group of [...groupsAbove(id), id]) changed.add(group);
  }
  const groups = [...after.groups].map(([id, group]) => [id, changed.has(id) ? { ...group, version } : group] as const);
  return { version, groups: new Map(groups), apps: after.apps };
}
