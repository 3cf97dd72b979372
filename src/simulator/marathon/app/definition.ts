import type { JsonObject } from '../../json.js';

export interface PortDefinition {
  /** What others call the app's service by; 0 before one was chosen. */
  port: number;
  protocol: string;
  name?: string;
  labels: { [name: string]: string };
}

export interface PortMapping {
  containerPort: number;
  /** 0 for any that an offer has; null for none at all. */
  hostPort: number | null;
  servicePort: number;
  protocol: string;
  name?: string;
  labels: { [name: string]: string };
}

export interface FetchUri {
  uri: string;
  extract: boolean;
  executable: boolean;
  cache: boolean;
  destPath?: string;
}

export interface HealthCheck {
  protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'COMMAND' | 'MESOS_HTTP' | 'MESOS_HTTPS' | 'MESOS_TCP';
  path?: string;
  portIndex?: number;
  port?: number;
  command?: { value: string };
  gracePeriodSeconds: number;
  intervalSeconds: number;
  timeoutSeconds: number;
  /** After so many failures in a row its task is killed; 0: never. */
  maxConsecutiveFailures: number;
  ignoreHttp1xx: boolean;
  delaySeconds: number;
}

export type Container = JsonObject & { type: 'DOCKER' | 'MESOS' };

export interface UpgradeStrategy {
  minimumHealthCapacity: number;
  maximumOverCapacity: number;
}

/** What an app's author may say of it, with every default filled in. */
export interface AppDefinition {
  id: string;
  cmd: string | null;
  args: string[] | null;
  user: string | null;
  env: { [name: string]: string | JsonObject };
  instances: number;
  cpus: number;
  mem: number;
  disk: number;
  gpus: number;
  executor: string;
  constraints: string[][];
  fetch: FetchUri[];
  storeUrls: string[];
  portDefinitions: PortDefinition[];
  requirePorts: boolean;
  backoffSeconds: number;
  backoffFactor: number;
  maxLaunchDelaySeconds: number;
  container: Container | null;
  networks: { mode: 'host' | 'container' | 'container/bridge'; name?: string }[];
  healthChecks: HealthCheck[];
  readinessChecks: JsonObject[];
  dependencies: string[];
  upgradeStrategy: UpgradeStrategy;
  labels: { [name: string]: string };
  acceptedResourceRoles: string[] | null;
  taskKillGracePeriodSeconds: number | null;
  killSelection: 'YOUNGEST_FIRST' | 'OLDEST_FIRST';
  ipAddress: JsonObject | null;
  residency: JsonObject | null;
  secrets: JsonObject;
}

/** An app as it is kept. */
export interface App extends AppDefinition {
  /** When it was last changed, ISO 8601; no two versions of anything are the same. */
  version: string;
  versionInfo: { lastScalingAt: string; lastConfigChangeAt: string };
}

/** What Marathon finds wrong with a request, by the place in its body. */
export interface Detail {
  path: string;
  errors: string[];
}

/** What Marathon tells about a request that it does not take. */
export interface Complaint {
  status: 400 | 422;
  message: string;
  details: Detail[];
}

export function invalid(details: Detail[]): Complaint {
  return { status: 422, message: 'Object is not valid', details };
}

/** The definition of an app, for comparing and for building the next on. */
export function definitionOf(app: App): AppDefinition {
  const { version: _version, versionInfo: _versionInfo, ...definition } = app;
  return definition;
}

/** Whether two apps differ in more than how many of them run. */
export function isUpgrade(before: AppDefinition, after: AppDefinition): boolean {
  return canonical({ ...before, instances: 0 }) !== canonical({ ...after, instances: 0 });
}

/** The next version of an app; one that says the same as before keeps its version, and scaling alone changes no configuration. */
export function nextVersion(before: App | undefined, definition: AppDefinition, now: string): App {
  const fresh = { lastScalingAt: now, lastConfigChangeAt: now };
  if (before === undefined) return { ...definition, version: now, versionInfo: fresh };
  if (isUpgrade(definitionOf(before), definition)) return { ...definition, version: now, versionInfo: fresh };
  if (before.instances === definition.instances) return before;
  return { ...definition, version: now, versionInfo: { ...before.versionInfo, lastScalingAt: now } };
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
