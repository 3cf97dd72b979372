import { groupsAbove, isWithin } from '../app/ids.js';
import type { RootGroup } from './root.js';

/** The apps that an app waits for: those that it names, or its groups do, and those in the groups that they name. */
function dependenciesOf(root: RootGroup, id: string): string[] {
  const own = root.apps.get(id)?.dependencies ?? [];
  const above = groupsAbove(id).flatMap((group) => root.groups.get(group)?.dependencies ?? []);
  const named = [...own, ...above];
  const others = [...root.apps.keys()].filter((each) => each !== id);
  return others.filter((each) => named.some((dependency) => isWithin(each, dependency)));
}

/** How many apps stand in a row before each app; null where the row bites its own tail. */
export function ranks(root: RootGroup): Map<string, number> | null {
  const found = new Map<string, number>();
  const onTheWay = new Set<string>();
  const rank = (id: string): number | null => {
    const known = found.get(id);
    if (known !== undefined) return known;
    if (onTheWay.has(id)) return null;
    onTheWay.add(id);
    let highest = 0;
    for (const dependency of dependenciesOf(root, id)) {
      const before = rank(dependency);
      if (before === null) return null;
      highest = Math.max(highest, before + 1);
    }
    onTheWay.delete(id);
    found.set(id, highest);
    return highest;
  };
  for (const id of root.apps.keys()) if (rank(id) === null) return null;
  return found;
}
