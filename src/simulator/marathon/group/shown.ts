import type { App } from '../app/definition.js';
import { shownApp } from '../app/shown.js';
import { appsIn, groupsIn, type RootGroup } from './root.js';

export interface GroupShowing {
  apps: boolean;
  groups: boolean;
  app(app: App): object;
}

const EVERYTHING: GroupShowing = { apps: true, groups: true, app: shownApp };

/** A group as the API shows it, with what is in it. */
export function shownGroup(root: RootGroup, id = '/', showing: GroupShowing = EVERYTHING): object {
  const { dependencies = [], version = root.version } = root.groups.get(id) ?? {};
  return {
    id,
    ...(showing.apps ? { apps: appsIn(root, id).map(showing.app) } : {}),
    ...(showing.groups ? { groups: groupsIn(root, id).map((group) => shownGroup(root, group.id, showing)) } : {}),
    dependencies,
    version,
  };
}
