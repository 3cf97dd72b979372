import type { App } from '../app/definition.js';
import { ranks } from '../group/dependencies.js';
import type { RootGroup } from '../group/root.js';

export type ActionName = 'StartApplication' | 'ScaleApplication' | 'RestartApplication' | 'StopApplication';

export interface Action {
  action: ActionName;
  app: string;
}

/** Its actions go side by side; the next step begins when all are done. */
export interface Step {
  actions: Action[];
}

/** The way from one root to another: what goes, goes first; then each app after those that it depends on. */
export function stepsBetween(before: RootGroup, after: RootGroup): Step[] {
  const gone = [...before.apps.keys()].filter((id) => !after.apps.has(id));
  const fresh = [...after.apps.keys()].filter((id) => !before.apps.has(id));
  return [
    { actions: gone.map((app) => ({ action: 'StopApplication' as const, app })) },
    { actions: fresh.map((app) => ({ action: 'StartApplication' as const, app })) },
    ...changesInOrder(before, after),
  ].filter(({ actions }) => actions.length > 0);
}

function changesInOrder(before: RootGroup, after: RootGroup): Step[] {
  const order = ranks(after) ?? new Map<string, number>();
  const byRank = new Map<number, Action[]>();
  for (const app of [...after.apps.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const action = changeOf(before.apps.get(app.id), app);
    if (action === null) continue;
    const rank = order.get(app.id) ?? 0;
    byRank.set(rank, [...(byRank.get(rank) ?? []), { action, app: app.id }]);
  }
  return [...byRank].sort(([a], [b]) => a - b).map(([, actions]) => ({ actions }));
}

function changeOf(before: App | undefined, after: App): ActionName | null {
  if (before === undefined) return 'ScaleApplication';
  if (before.version === after.version) return null;
  return before.versionInfo.lastConfigChangeAt === after.versionInfo.lastConfigChangeAt
    ? 'ScaleApplication'
    : 'RestartApplication';
}

/** The apps that a plan touches. */
export function affectedApps(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(({ actions }) => actions.map(({ app }) => app)))];
}

/** A step as the API shows it. */
export function shownStep({ actions }: Step): object {
  return { actions: actions.map(({ action, app }) => ({ action, app })) };
}
