import { isObject, type Json } from '../../json.js';
import type { AppDefinition } from './definition.js';
import { dockerOf, networkMode, portMappingsOf } from './network.js';

const FIRST_PORT = 10_000;
const LAST_PORT = 20_000;

/** What others call an app's ports by; 0 where nobody chose yet. */
export function servicePorts(app: AppDefinition): number[] {
  if (networkMode(app) === 'host') return app.portDefinitions.map(({ port }) => port);
  return (portMappingsOf(app.container) ?? []).map(({ servicePort }) => servicePort);
}

/** The app with a service port for each that has none: one that it had before, or a free one. */
export function withServicePorts(
  app: AppDefinition,
  before: AppDefinition | undefined,
  taken: ReadonlySet<number>,
): AppDefinition {
  const own = new Set(servicePorts(app));
  const had = before === undefined ? [] : servicePorts(before).filter((port) => port !== 0 && !own.has(port));
  const given = new Set([...taken, ...own, ...had]);
  const choose = (port: number): number => {
    const chosen = port !== 0 ? port : (had.shift() ?? freePort(given));
    given.add(chosen);
    return chosen;
  };
  return chosenBy(choose, app);
}

function freePort(taken: ReadonlySet<number>): number {
  for (let port = FIRST_PORT; port < LAST_PORT; port += 1) if (!taken.has(port)) return port;
  return 0;
}

function chosenBy(choose: (port: number) => number, app: AppDefinition): AppDefinition {
  // Where the very port is required, 0 is for any.
  const isOpen = !app.requirePorts;
  const portDefinitions = app.portDefinitions.map((each) => ({
    ...each,
    port: isOpen ? choose(each.port) : each.port,
  }));
  if (app.container === null) return { ...app, portDefinitions };
  const container = { ...app.container };
  const docker = dockerOf(container);
  if (Array.isArray(container.portMappings)) container.portMappings = mapped(container.portMappings, choose);
  if (docker !== null && Array.isArray(docker.portMappings)) {
    container.docker = { ...docker, portMappings: mapped(docker.portMappings, choose) };
  }
  return { ...app, portDefinitions, container };
}

function mapped(mappings: readonly Json[], choose: (port: number) => number): Json[] {
  return mappings.filter(isObject).map((each) => ({ ...each, servicePort: choose(Number(each.servicePort ?? 0)) }));
}
