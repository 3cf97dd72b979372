import type { ComponentStatus } from '../api/cluster.js';

/** A line for each component whose usual port of the host belongs to another cluster. */
export function movedPorts(components: readonly ComponentStatus[]): string[] {
  return components.flatMap(({ id, ports = [] }) =>
    ports.flatMap(({ port, hostPort, hostIp, takenBy }) =>
      takenBy ? `${id} is published on ${hostIp}:${hostPort}, since ${port} was taken by cluster ${takenBy}` : [],
    ),
  );
}
