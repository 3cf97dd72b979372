import { isObject, type Json, type JsonObject } from '../json.js';

/** An app as its author wrote it, with an absolute id. */
export type AppDefinition = JsonObject & { id: string };

/** What Marathon tells about a request that it does not take. */
export interface Complaint {
  status: 400 | 422;
  message: string;
  details: { path: string; errors: string[] }[];
}

const DEFAULTS: JsonObject = {
  acceptedResourceRoles: null,
  args: null,
  backoffFactor: 1.15,
  backoffSeconds: 1,
  cmd: null,
  constraints: [],
  container: null,
  cpus: 0.1,
  dependencies: [],
  disk: 0,
  env: {},
  executor: '',
  fetch: [],
  gpus: 0,
  healthChecks: [],
  instances: 1,
  labels: {},
  maxLaunchDelaySeconds: 3600,
  mem: 128,
  portDefinitions: [],
  readinessChecks: [],
  requirePorts: false,
  residency: null,
  secrets: {},
  storeUrls: [],
  taskKillGracePeriodSeconds: null,
  upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  uris: [],
  user: null,
};

const ID = /^(\/([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(\.([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*)+$/;

/** `/a/b` for `a/b`, `/a//b/` and so on. */
export function absoluteId(id: string): string {
  return `/${id
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

/** The definition with Marathon's defaults for what it leaves out. */
export function withDefaults(definition: AppDefinition): AppDefinition {
  return { ...structuredClone(DEFAULTS), ...definition };
}

/** What a request's body says: a definition, or what is wrong with it. */
export type AppReading = { app: AppDefinition } | { complaint: Complaint };

/** Reads the definition in a request's body; `fallbackId` where the path names the app. */
export function readApp(body: Json | undefined, fallbackId: string | null): AppReading {
  const invalid = (details: Complaint['details']): AppReading => ({
    complaint: { status: 400, message: 'Invalid JSON', details },
  });
  if (!isObject(body)) return invalid([{ path: '', errors: ['error.expected.jsobject'] }]);
  const mistyped = Object.entries(body).flatMap(([name, value]) => mistype(name, value));
  if (mistyped.length > 0) return invalid(mistyped);
  const id = body.id ?? fallbackId;
  if (typeof id !== 'string') return invalid([{ path: '/id', errors: ['error.path.missing'] }]);
  return { app: { ...body, id: absoluteId(id) } };
}

/** What is wrong with a whole definition; null for a good one. */
export function validate(app: AppDefinition): Complaint | null {
  const details: Complaint['details'] = [];
  const wrong = (path: string, error: string): void => {
    details.push({ path, errors: [error] });
  };
  if (app.id === '/' || !ID.test(app.id)) {
    wrong(
      '/id',
      "must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$'",
    );
  }
  for (const name of ['instances', 'cpus', 'mem', 'disk', 'gpus']) {
    const value = app[name];
    if (typeof value === 'number' && value < 0) wrong(`/${name}`, `got ${value}, expected 0 or more`);
  }
  if (!runsSomething(app)) {
    wrong('/', "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
  }
  if (nonEmpty(app.cmd) && nonEmpty(app.args)) {
    wrong('/', "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
  }
  return details.length === 0 ? null : { status: 422, message: 'Object is not valid', details };
}

const NUMBERS = [
  'cpus',
  'mem',
  'disk',
  'gpus',
  'instances',
  'backoffSeconds',
  'backoffFactor',
  'maxLaunchDelaySeconds',
];
const OBJECTS = ['container', 'env', 'labels', 'upgradeStrategy'];
const LISTS = ['args', 'constraints', 'dependencies', 'fetch', 'healthChecks', 'portDefinitions', 'ports', 'uris'];
const STRINGS = ['id', 'cmd', 'user', 'executor'];

function mistype(name: string, value: Json): { path: string; errors: string[] }[] {
  const expected = (type: string) => [{ path: `/${name}`, errors: [`error.expected.${type}`] }];
  if (value === null) return [];
  if (NUMBERS.includes(name) && typeof value !== 'number') return expected('jsnumber');
  if (name === 'instances' && !Number.isInteger(value)) return expected('int');
  if (OBJECTS.includes(name) && !isObject(value)) return expected('jsobject');
  if (LISTS.includes(name) && !Array.isArray(value)) return expected('jsarray');
  if (STRINGS.includes(name) && typeof value !== 'string') return expected('jsstring');
  return [];
}

function nonEmpty(value: Json | undefined): boolean {
  return (typeof value === 'string' || Array.isArray(value)) && value.length > 0;
}

function runsSomething(app: AppDefinition): boolean {
  return nonEmpty(app.cmd) || nonEmpty(app.args) || isObject(app.container);
}
