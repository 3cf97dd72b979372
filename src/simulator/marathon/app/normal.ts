import { isObject, type Json, type JsonObject } from '../../json.js';
import type { AppDefinition, Container, FetchUri, HealthCheck, PortDefinition } from './definition.js';
import { absoluteId, groupOf, resolveId } from './ids.js';
import { dockerOf, networkMode } from './network.js';
import type { AppInput } from './reading.js';

const DEFAULTS: Omit<AppDefinition, 'id'> = {
  cmd: null,
  args: null,
  user: null,
  env: {},
  instances: 1,
  cpus: 0.1,
  mem: 128,
  disk: 0,
  gpus: 0,
  executor: '',
  constraints: [],
  fetch: [],
  storeUrls: [],
  portDefinitions: [{ port: 0, protocol: 'tcp', name: 'default', labels: {} }],
  requirePorts: false,
  backoffSeconds: 1,
  backoffFactor: 1.15,
  maxLaunchDelaySeconds: 3600,
  container: null,
  networks: [],
  healthChecks: [],
  readinessChecks: [],
  dependencies: [],
  upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  labels: {},
  acceptedResourceRoles: null,
  taskKillGracePeriodSeconds: null,
  killSelection: 'YOUNGEST_FIRST',
  ipAddress: null,
  residency: null,
  secrets: {},
};

const HEALTH_DEFAULTS = {
  gracePeriodSeconds: 300,
  intervalSeconds: 60,
  timeoutSeconds: 20,
  maxConsecutiveFailures: 3,
  ignoreHttp1xx: false,
  delaySeconds: 15,
};

/**
 * What an app's author said, over what the app was before, with defaults for the rest; older forms become the newer ones. Relative
 * ids are of the group `base`.
 */
export function normalApp(input: AppInput, before: AppDefinition | null = null, base = '/'): AppDefinition {
  const given = { ...withoutNulls(input), ...nullsThatUnset(input, before) };
  const { uris, ports, version: _version, versionInfo: _versionInfo, ...rest } = given;
  const id = absoluteId(String(given.id ?? before?.id ?? ''), base);
  const app = Object.assign({ id }, structuredClone(DEFAULTS), before, rest, { id }) as unknown as AppDefinition;
  if (Array.isArray(ports) && rest.portDefinitions === undefined) app.portDefinitions = ports.map(definedByNumber);
  if (Array.isArray(uris) && rest.fetch === undefined)
    app.fetch = uris.map((uri) => ({ uri: String(uri) }) as FetchUri);
  app.fetch = app.fetch.map(normalFetch);
  app.container = app.container === null ? null : normalContainer(app.container);
  app.networks = app.networks.map((network) => ({ ...network, mode: network.mode ?? 'container' }));
  app.portDefinitions = portDefinitions(app, rest);
  app.healthChecks = app.healthChecks.map(normalHealthCheck);
  app.upgradeStrategy = { ...DEFAULTS.upgradeStrategy, ...withoutNulls(app.upgradeStrategy as unknown as JsonObject) };
  if (/^oldest/i.test(app.killSelection)) app.killSelection = 'OLDEST_FIRST';
  else app.killSelection = 'YOUNGEST_FIRST';
  app.dependencies = [...new Set(app.dependencies.map((dependency) => resolveId(dependency, groupOf(id))))];
  return app;
}

/** `null` in an update changes nothing, but that `cmd`, `args` and the like are taken away where something else takes their place. */
function nullsThatUnset(input: AppInput, before: AppDefinition | null): JsonObject {
  if (before === null) return {};
  const names = ['cmd', 'args'].filter((name) => input[name] === null);
  return Object.fromEntries(names.map((name) => [name, null]));
}

function withoutNulls(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

const definedByNumber = (port: Json): PortDefinition => ({ port: Number(port), protocol: 'tcp', labels: {} });

/** A container with a network of its own declares its ports itself. */
function portDefinitions(app: AppDefinition, given: JsonObject): PortDefinition[] {
  if (networkMode(app) !== 'host') return [];
  const wasGiven = given.portDefinitions !== undefined;
  return app.portDefinitions.map(({ port, protocol, name, labels }) => ({
    port: port ?? 0,
    protocol: protocol ?? 'tcp',
    // An app that declares no ports gets one, which has no name before 1.5 and is used by its index anyway.
    ...(name === undefined || (name === 'default' && !wasGiven) ? {} : { name }),
    labels: labels ?? {},
  }));
}

function normalFetch({ uri, extract, executable, cache, destPath }: FetchUri): FetchUri {
  const isArchive = /\.(tgz|tar\.gz|tbz2|tar\.bz2|txz|tar\.xz|zip)$/.test(uri);
  const whole = { uri, extract: extract ?? isArchive, executable: executable ?? false, cache: cache ?? false };
  return destPath === undefined ? whole : { ...whole, destPath };
}

function normalContainer(given: JsonObject): Container {
  const docker = dockerOf(given);
  const { portMappings, ...rest } = withoutNulls(given);
  const type = rest.type ?? (docker === null ? 'MESOS' : 'DOCKER');
  const container = { ...rest, type, volumes: rest.volumes ?? [] } as Container;
  if (Array.isArray(portMappings)) container.portMappings = portMappings.filter(isObject).map(normalMapping);
  if (docker !== null) container.docker = normalDocker(withoutNulls(docker));
  return container;
}

function normalDocker(docker: JsonObject): JsonObject {
  const { portMappings, ...rest } = docker;
  const whole = { privileged: false, parameters: [], forcePullImage: false, ...rest };
  if (Array.isArray(portMappings)) return { ...whole, portMappings: portMappings.filter(isObject).map(normalMapping) };
  return whole;
}

function normalMapping(given: JsonObject): JsonObject {
  const defaults = { containerPort: 0, hostPort: 0, servicePort: 0, protocol: 'tcp', labels: {} };
  return { ...defaults, ...withoutNulls(given), ...('hostPort' in given ? { hostPort: given.hostPort ?? null } : {}) };
}

function normalHealthCheck(given: HealthCheck): HealthCheck {
  const check = withoutNulls(given as unknown as JsonObject);
  const protocol = given.protocol ?? (given.command === undefined ? 'HTTP' : 'COMMAND');
  const isHttp = protocol.includes('HTTP');
  const port = protocol === 'COMMAND' || check.port !== undefined ? {} : { portIndex: 0 };
  return { ...HEALTH_DEFAULTS, ...(isHttp ? { path: '/' } : {}), ...port, ...check, protocol } as HealthCheck;
}
