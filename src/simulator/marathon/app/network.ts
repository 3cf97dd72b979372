import { isObject, type JsonObject } from '../../json.js';
import type { AppDefinition, PortMapping } from './definition.js';

type NetworkMode = 'host' | 'container' | 'container/bridge';

type Networked = Pick<AppDefinition, 'container' | 'networks' | 'ipAddress'>;

/** How an app's tasks are on the network, said in the newer form (`networks`) or the older one. */
export function networkMode({ container, networks, ipAddress }: Networked): NetworkMode {
  const [network] = networks;
  if (network !== undefined) return network.mode;
  const docker = dockerOf(container);
  if (docker?.network === 'BRIDGE') return 'container/bridge';
  if (docker?.network === 'USER' || ipAddress !== null) return 'container';
  return 'host';
}

export function dockerOf(container: JsonObject | null): JsonObject | null {
  return isObject(container?.docker) ? container.docker : null;
}

/** The mappings of a container with a network of its own, in the newer place or the older one; null where none are given. */
export function portMappingsOf(container: JsonObject | null): PortMapping[] | null {
  const mappings = container?.portMappings ?? dockerOf(container)?.portMappings;
  return Array.isArray(mappings) ? (mappings as unknown as PortMapping[]) : null;
}

/** A port that an app's tasks need of their host, or in a container's own network. */
export interface PortNeed {
  /** A certain one, 0 for any, null for none on the host. */
  hostPort: number | null;
  /** In the container; null on the host's network. */
  containerPort: number | null;
  /** What its environment variable is called by; 0 where it has no number of its own. */
  declared: number;
  protocol: string;
  name: string | undefined;
  labels: { [name: string]: string };
}

/** The ports of each of an app's tasks, in the order of their indices. */
export function portNeeds(app: AppDefinition): PortNeed[] {
  if (networkMode(app) === 'host') {
    return app.portDefinitions.map(({ port, protocol, name, labels }) => {
      const needed = { containerPort: null, declared: port, protocol, name, labels };
      return { ...needed, hostPort: app.requirePorts ? port : 0 };
    });
  }
  return (portMappingsOf(app.container) ?? []).map(({ containerPort, hostPort, protocol, name, labels }) => {
    return { hostPort, containerPort, declared: containerPort, protocol, name, labels };
  });
}
