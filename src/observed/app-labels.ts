/** The labels that an app bears at Marathon: whose it is, and the spec that it was deployed from. */

import type { AppType, RenderedApp } from '../app.js';
import { type Definition, mapApps } from '../components/app-definition.js';
import type { ClusterIdentity } from '../model.js';
import { LABEL } from './labels.js';

export interface AppLabels {
  /** The id of the component: of a group's apps that of the group. */
  component: string;
  hash: string | undefined;
}

/** Undefined where this cluster's minimesosFile did not ask for the app. */
export function appLabelsOf(labels: Record<string, string> = {}, cluster: string): AppLabels | undefined {
  const component = labels[LABEL.componentId];
  if (!component || labels[LABEL.cluster] !== cluster) return undefined;
  return { component, hash: labels[LABEL.specHash] };
}

/** What Marathon is sent: each app with labels beside its own. A version of minimesos is none, or an upgrade would start all tasks anew. */
export function labelled(
  { id, type, path }: { id: string; type: AppType; path: string },
  { definition, apps }: RenderedApp,
  cluster: ClusterIdentity,
): object {
  return mapApps(type, path, definition as Definition, (app, appId) => ({
    ...app,
    labels: {
      ...(app.labels as object | undefined),
      [LABEL.cluster]: cluster.id,
      [LABEL.file]: cluster.file,
      [LABEL.component]: 'app',
      [LABEL.componentId]: id,
      [LABEL.specHash]: apps.get(appId)?.hash ?? '',
    },
  }));
}
