import { isWithin } from '../app/ids.js';
import { type RootGroup, withApp, withoutApp, withoutGroup } from '../group/root.js';
import type { GroupChange } from '../group/update.js';
import type { Deployment } from './deployments.js';
import { affectedApps } from './plan.js';

/**
 * Takes back what a deployment changed, and nothing that others changed since. The apps come back as the very versions that they
 * were, so that their tasks that are still there are of the right one.
 */
export function undo(deployment: Deployment): (root: RootGroup) => GroupChange {
  return (root) => {
    const { before, after, steps } = deployment;
    let next = affectedApps(steps).reduce((rest, id) => {
      const app = before.apps.get(id);
      return app === undefined ? withoutApp(rest, id) : withApp(rest, app);
    }, root);
    for (const id of after.groups.keys()) {
      const isEmpty = ![...next.apps.keys()].some((app) => isWithin(app, id));
      if (!before.groups.has(id) && isEmpty) next = withoutGroup(next, id);
    }
    return { root: next };
  };
}

/** Makes a group what it was in another version of the root. */
export function groupAsIn(id: string, then: RootGroup): (root: RootGroup) => GroupChange {
  return (root) => {
    const emptied = withoutGroup(root, id);
    const groups = new Map(emptied.groups);
    for (const group of then.groups.values()) if (isWithin(group.id, id)) groups.set(group.id, group);
    const apps = [...then.apps.values()].filter((app) => isWithin(app.id, id));
    return { root: apps.reduce(withApp, { ...emptied, groups }) };
  };
}
