/** The nouns of Marathon's apps and groups. This file imports nothing. */

export type AppType = 'app' | 'group';

/** What a step may change by itself, without a new start of the app's tasks, or what somebody may change by hand. */
export type AppFields = Readonly<Record<string, string | number>>;

/** One app, of its own or in a group. */
export interface AppSpec {
  /** Over all that is asked for, but for what `fields` hold. */
  hash: string;
  fields: AppFields;
}

/** An app or a group as Marathon is to have it. */
export interface RenderedApp {
  /** What Marathon is sent, without labels of ours. */
  definition: object;
  /** Over all of it. */
  hash: string;
  /** By the id of the app; of a group each of its apps. */
  apps: ReadonlyMap<string, AppSpec>;
}

/** An app or a group that the minimesosFile names: a component, which is deployed and not a container. */
export interface DesiredApp {
  /** `app:/elasticsearch`, of a group too. */
  id: string;
  type: AppType;
  /** As Marathon has it: `/elasticsearch`. */
  path: string;
  /** The JSON as the minimesosFile names it. */
  source: string;
  /** By name: what the tokens of the JSON stand for. */
  render(variables: ReadonlyMap<string, string>): RenderedApp;
}

/** An app or a group that Marathon has. */
export interface ObservedApp {
  id: string;
  type: AppType;
  path: string;
  /** Deployed from this cluster's minimesosFile; else somebody installed it by hand. */
  ours: boolean;
  /** By the id of the app. `hash`: of the spec that it was deployed from; undefined where it was by hand. */
  apps: ReadonlyMap<string, { hash: string | undefined; fields: AppFields }>;
  /** All its tasks run, and are healthy where somebody checks. */
  ready: boolean;
  /** For people: `2 of 2 tasks run`. */
  reason: string;
}

/** One that the minimesosFile names by a URL that is out of reach, so that nobody knows what is wanted. */
export interface UnreachableApp {
  /** `app:https://…`. */
  id: string;
  source: string;
  /** For people: a sentence. */
  problem: string;
}

/** What a pass thinks of one. */
export interface PlannedApp {
  desired?: DesiredApp | undefined;
  observed?: ObservedApp | undefined;
  /** Undefined where nothing is desired. */
  rendered?: RenderedApp | undefined;
  /** In the place of all others. */
  unreachable?: UnreachableApp | undefined;
}
