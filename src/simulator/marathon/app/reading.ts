import { isObject, type Json, type JsonObject } from '../../json.js';
import type { Complaint } from './definition.js';
import {
  anything,
  boolean,
  type Check,
  fields,
  integer,
  list,
  mapOf,
  number,
  object,
  oneOf,
  string,
} from './json-shape.js';

const portDefinition = fields({ port: integer, protocol: string, name: string, labels: mapOf(string) });
const portMapping = fields({
  containerPort: integer,
  hostPort: integer,
  servicePort: integer,
  protocol: string,
  name: string,
  labels: mapOf(string),
});
const volume = fields({ containerPath: string, hostPath: string, mode: oneOf('RO', 'RW') });
const docker = fields({
  image: string,
  network: oneOf('HOST', 'BRIDGE', 'NONE', 'USER'),
  portMappings: list(portMapping),
  privileged: boolean,
  parameters: list(fields({ key: string, value: string }, ['key', 'value'])),
  forcePullImage: boolean,
});
const container = fields({
  type: oneOf('DOCKER', 'MESOS'),
  docker,
  volumes: list(volume),
  portMappings: list(portMapping),
});
const healthCheck = fields({
  protocol: oneOf('HTTP', 'HTTPS', 'TCP', 'COMMAND', 'MESOS_HTTP', 'MESOS_HTTPS', 'MESOS_TCP'),
  path: string,
  portIndex: integer,
  port: integer,
  command: fields({ value: string }, ['value']),
  gracePeriodSeconds: number,
  intervalSeconds: number,
  timeoutSeconds: number,
  maxConsecutiveFailures: integer,
  ignoreHttp1xx: boolean,
  delaySeconds: number,
});
const fetched = fields({ uri: string, extract: boolean, executable: boolean, cache: boolean, destPath: string }, [
  'uri',
]);
const secret = fields({ secret: string }, ['secret']);
const environmentValue: Check = (value, path) => (isObject(value) ? secret(value, path) : string(value, path));

/** The fields of an app that its author may give; `ports` and `uris` are the older forms of `portDefinitions` and `fetch`. */
const APP_FIELDS = {
  id: string,
  cmd: string,
  args: list(string),
  user: string,
  env: mapOf(environmentValue),
  instances: integer,
  cpus: number,
  mem: number,
  disk: number,
  gpus: number,
  executor: string,
  constraints: list(list(string)),
  uris: list(string),
  fetch: list(fetched),
  storeUrls: list(string),
  ports: list(integer),
  portDefinitions: list(portDefinition),
  requirePorts: boolean,
  backoffSeconds: number,
  backoffFactor: number,
  maxLaunchDelaySeconds: number,
  container,
  networks: list(fields({ mode: oneOf('host', 'container', 'container/bridge'), name: string })),
  healthChecks: list(healthCheck),
  readinessChecks: list(object),
  dependencies: list(string),
  upgradeStrategy: fields({ minimumHealthCapacity: number, maximumOverCapacity: number }),
  labels: mapOf(string),
  acceptedResourceRoles: list(string),
  taskKillGracePeriodSeconds: number,
  killSelection: oneOf('YOUNGEST_FIRST', 'OLDEST_FIRST', 'YoungestFirst', 'OldestFirst'),
  ipAddress: object,
  residency: object,
  secrets: object,
  version: string,
  versionInfo: anything,
};

const checkApp = fields(APP_FIELDS);

/** The fields of an app as they came: of the right types, and nothing said of whether they make sense. */
export type AppInput = JsonObject;

export type Reading<T> = { value: T } | { complaint: Complaint };

export function unreadable(details: Complaint['details']): { complaint: Complaint } {
  return { complaint: { status: 400, message: 'Invalid JSON', details } };
}

/** Reads an app from a request's body; what Marathon does not know, and `null`, is left out. */
export function readApp(body: Json | undefined, path = ''): Reading<AppInput> {
  if (!isObject(body)) return unreadable([{ path, errors: ['error.expected.jsobject'] }]);
  const wrong = checkApp(body, path);
  if (wrong.length > 0) return unreadable(wrong);
  return { value: Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(APP_FIELDS, name))) };
}
