import { isObject } from '../../json.js';
import type { App } from '../app/definition.js';
import { dockerOf, type PortNeed, portNeeds } from '../app/network.js';

interface EnvironmentOf {
  app: App;
  taskId: string;
  host: string;
  /** One for each of the app's ports; null where it has none on the host. */
  hostPorts: readonly (number | null)[];
  prefix: string;
}

type Environment = { [name: string]: string };

const LONGEST_LABEL = 512;

/** A task's environment: what Marathon tells it, and what its author says, who has the last word. */
export function environmentOf(task: EnvironmentOf): Environment {
  const ports = { ...portVariables(portNeeds(task.app), task.hostPorts), HOST: task.host };
  const prefixed = Object.entries(ports).map(([name, value]) => [`${task.prefix}${name}`, value] as const);
  // A value that is an object names a secret, and nobody here keeps secrets.
  const own = Object.entries(task.app.env).filter((entry): entry is [string, string] => !isObject(entry[1]));
  return { ...contextVariables(task), ...Object.fromEntries(prefixed), ...Object.fromEntries(own) };
}

function contextVariables({ app, taskId }: EnvironmentOf): Environment {
  const image = dockerOf(app.container)?.image;
  const labels = labelVariables(app.labels);
  return {
    MESOS_TASK_ID: taskId,
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: app.version,
    ...(typeof image === 'string' ? { MARATHON_APP_DOCKER_IMAGE: image } : {}),
    MARATHON_APP_RESOURCE_CPUS: decimal(app.cpus),
    MARATHON_APP_RESOURCE_MEM: decimal(app.mem),
    MARATHON_APP_RESOURCE_DISK: decimal(app.disk),
    MARATHON_APP_RESOURCE_GPUS: String(app.gpus),
    ...labels,
  };
}

/** As Scala writes a number with a fraction. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function labelVariables(labels: { readonly [name: string]: string }): Environment {
  const usable = Object.entries(labels)
    .filter(([name, value]) => /^[A-Za-z0-9_.-]+$/.test(name) && value.length <= LONGEST_LABEL)
    .map(([name, value]) => [asVariable(name), value] as const);
  const values = Object.fromEntries(usable.map(([name, value]) => [`MARATHON_APP_LABEL_${name}`, value]));
  return { MARATHON_APP_LABELS: usable.map(([name]) => name).join(' '), ...values };
}

function asVariable(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}

/** `PORT`, `PORTS`, `PORT0` and on, `PORT_<number>` and `PORT_<NAME>`: what a task has to listen on. */
function portVariables(needs: readonly PortNeed[], hostPorts: readonly (number | null)[]): Environment {
  const ports = needs.map((need, at) => {
    const port = hostPorts[at] ?? need.containerPort ?? 0;
    return { port, declared: need.declared === 0 ? port : need.declared, name: need.name };
  });
  if (ports.length === 0) return {};
  const variables: Environment = { PORT: String(ports[0]?.port), PORTS: ports.map(({ port }) => port).join(',') };
  for (const [at, { port, declared, name }] of ports.entries()) {
    variables[`PORT${at}`] = String(port);
    variables[`PORT_${declared}`] = String(port);
    if (name !== undefined) variables[`PORT_${asVariable(name)}`] = String(port);
  }
  return variables;
}
