import { isObject, type Json, type JsonObject } from '../../json.js';
import type { AllocatedResource, CommandInfo, TaskInfo } from '../../mesos/shapes.js';
import type { App, HealthCheck } from '../app/definition.js';
import { idAsHostname } from '../app/ids.js';
import { dockerOf, networkMode, portNeeds } from '../app/network.js';
import { environmentOf } from './environment.js';

/** Where a task of an app goes, and with what. */
interface Launch {
  app: App;
  taskId: string;
  agentId: string;
  host: string;
  resources: AllocatedResource[];
  hostPorts: readonly (number | null)[];
  environmentPrefix: string;
}

/** The task as Mesos is told. */
export function taskInfo(launch: Launch): TaskInfo {
  const { app, taskId, agentId, resources } = launch;
  const check = app.healthChecks.map((each) => mesosHealthCheck(each, launch)).find((each) => each !== null);
  const labels = Object.entries(app.labels).map(([key, value]) => ({ key, value }));
  const grace = app.taskKillGracePeriodSeconds;
  return {
    name: idAsHostname(app.id),
    task_id: { value: taskId },
    agent_id: { value: agentId },
    resources,
    ...runs(launch),
    ...containerOf(launch),
    ...(check === undefined ? {} : { health_check: check }),
    ...(labels.length === 0 ? {} : { labels: { labels } }),
    ...(grace === null
      ? {}
      : { kill_policy: { grace_period: { nanoseconds: Math.min(Number.MAX_SAFE_INTEGER, Math.round(grace * 1e9)) } } }),
    discovery: discovery(launch),
  };
}

/** The command, or the custom executor that gets the command as its argument and the app as its data. */
function runs(launch: Launch): Pick<TaskInfo, 'command' | 'executor' | 'data'> {
  const { app, taskId } = launch;
  const { executor } = app;
  if (executor === '' || executor === '//cmd') return { command: command(launch) };
  const path = executor.replace(/^\/\//, '');
  const value = `chmod ug+rx '${path}' && exec '${path}' ${app.cmd ?? (app.args ?? []).join(' ')}`;
  return {
    data: Buffer.from(JSON.stringify(app)).toString('base64'),
    executor: {
      executor_id: { value: `marathon-${taskId}` },
      command: { ...command(launch), shell: true, value },
      source: taskId,
    },
  };
}

function command(launch: Launch): CommandInfo {
  const { app, taskId, host, hostPorts, environmentPrefix } = launch;
  const environment = environmentOf({ app, taskId, host, hostPorts, prefix: environmentPrefix });
  const uris = app.fetch.map(({ uri, extract, executable, cache, destPath }) => ({
    value: uri,
    extract,
    executable,
    cache,
    ...(destPath === undefined ? {} : { output_file: destPath }),
  }));
  return {
    ...program(app),
    ...(app.user === null ? {} : { user: app.user }),
    environment: { variables: Object.entries(environment).map(([name, value]) => ({ name, value })) },
    ...(uris.length === 0 ? {} : { uris }),
  };
}

/** Arguments are an image's entry point's where there is an image; else the first of them is the program. */
function program({ cmd, args, container }: App): CommandInfo {
  if (cmd !== null && cmd !== '') return { shell: true, value: cmd };
  const given = args ?? [];
  if (dockerOf(container) !== null) return { shell: false, arguments: given };
  return { shell: false, value: given[0] ?? '', arguments: given };
}

function containerOf({ app, hostPorts }: Launch): Pick<TaskInfo, 'container'> {
  const { container } = app;
  if (container === null) return {};
  const docker = dockerOf(container);
  const volumes = volumesOf(container);
  const networks = networkInfos(app);
  if (container.type === 'MESOS') {
    const image = docker?.image;
    const cached = docker?.forcePullImage !== true;
    const mesos =
      typeof image === 'string' ? { mesos: { image: { type: 'DOCKER', docker: { name: image }, cached } } } : {};
    return { container: { type: 'MESOS', ...mesos, volumes, ...networks } };
  }
  return { container: { type: 'DOCKER', docker: dockerInfo(app, docker ?? {}, hostPorts), volumes, ...networks } };
}

const DOCKER_NETWORKS = { host: 'HOST', 'container/bridge': 'BRIDGE', container: 'USER' } as const;

function dockerInfo(app: App, docker: JsonObject, hostPorts: readonly (number | null)[]): JsonObject {
  const mappings = portNeeds(app).flatMap(({ containerPort, protocol }, at) => {
    const host = hostPorts[at] ?? null;
    if (containerPort === null || host === null) return [];
    const inside = containerPort === 0 ? host : containerPort;
    // `udp,tcp` is one port of two protocols.
    return protocol.split(',').map((each) => ({ host_port: host, container_port: inside, protocol: each }));
  });
  const mode = networkMode(app);
  return {
    image: String(docker.image ?? ''),
    network: docker.network === 'NONE' ? 'NONE' : DOCKER_NETWORKS[mode],
    ...(mappings.length === 0 ? {} : { port_mappings: mappings }),
    privileged: docker.privileged === true,
    parameters: Array.isArray(docker.parameters) ? docker.parameters : [],
    force_pull_image: docker.forcePullImage === true,
  };
}

function networkInfos(app: App): JsonObject {
  if (networkMode(app) !== 'container') return {};
  const name = app.networks[0]?.name ?? app.ipAddress?.networkName;
  return { network_infos: [typeof name === 'string' ? { name } : {}] };
}

function volumesOf(container: JsonObject): Json[] {
  const volumes = Array.isArray(container.volumes) ? container.volumes.filter(isObject) : [];
  return volumes.flatMap(({ containerPath, hostPath, mode }) => {
    if (typeof containerPath !== 'string' || typeof hostPath !== 'string') return [];
    return [{ container_path: containerPath, host_path: hostPath, mode: mode ?? 'RW' }];
  });
}

/** What the agent looks at itself; null for what Marathon does. */
function mesosHealthCheck(check: HealthCheck, launch: Launch): JsonObject | null {
  const common = {
    delay_seconds: check.delaySeconds,
    interval_seconds: check.intervalSeconds,
    timeout_seconds: check.timeoutSeconds,
    grace_period_seconds: check.gracePeriodSeconds,
    consecutive_failures: check.maxConsecutiveFailures,
  };
  const need = portNeeds(launch.app)[check.portIndex ?? 0];
  const port = check.port ?? (need?.containerPort || launch.hostPorts[check.portIndex ?? 0]) ?? 0;
  switch (check.protocol) {
    case 'COMMAND':
      return { ...common, type: 'COMMAND', command: { shell: true, value: check.command?.value ?? '' } };
    case 'MESOS_HTTP':
    case 'MESOS_HTTPS': {
      const scheme = check.protocol === 'MESOS_HTTP' ? 'http' : 'https';
      return { ...common, type: 'HTTP', http: { scheme, port, path: check.path ?? '/' } };
    }
    case 'MESOS_TCP':
      return { ...common, type: 'TCP', tcp: { port } };
    default:
      return null;
  }
}

function discovery({ app, hostPorts }: Launch): JsonObject {
  const ports = portNeeds(app).map(({ containerPort, protocol, name, labels }, at) => ({
    number: hostPorts[at] ?? containerPort ?? 0,
    protocol,
    ...(name === undefined ? {} : { name }),
    labels: { labels: Object.entries(labels).map(([key, value]) => ({ key, value })) },
  }));
  return { visibility: 'FRAMEWORK', name: idAsHostname(app.id), ports: { ports } };
}
