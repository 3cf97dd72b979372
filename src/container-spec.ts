/** What Docker is asked for, for one component. This file imports nothing. */

export interface PortSpec {
  port: number;
  protocol: 'tcp' | 'udp';
  /** Published on the engine's host under this number, or another one where a cluster beside this one has it. */
  hostPort?: number;
  /** Address of the host that it is published on; undefined: `LOOPBACK`. */
  hostIp?: string;
}

/** The address of the engine's host that no other machine reaches. */
export const LOOPBACK = '127.0.0.1';

/** A port of a container that is reached through the engine's host. */
export interface PublishedPort {
  port: number;
  protocol: 'tcp' | 'udp';
  hostPort: number;
  hostIp: string;
}

/** What Docker is asked for. */
export interface ContainerSpec {
  image: string;
  /** In place of the image's own, whose command goes with it. */
  entrypoint?: string[];
  command?: string[];
  env: Record<string, string>;
  ports: PortSpec[];
  /** `host` shares the engine's network and has no address of its own. */
  network: 'cluster' | 'host';
  /** Names beside the component id under which others on the cluster's network find it. */
  aliases: string[];
  binds: { source: string; target: string }[];
  privileged: boolean;
  hostPid: boolean;
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeout: number;
}

export interface VolumeSpec {
  /** Path in the container; undefined: the volume's own mount point on the engine's host. */
  target?: string | undefined;
  /** Its files appear in `.minimesos/sandbox-<cluster id>/<component id>/` beside the minimesosFile. */
  mapped?: boolean;
  /** Whether the process accepts more than it had when the volume was first used (see `ComponentKind.recovery`). */
  extendable: boolean;
  /** What is true when the volume is first used, kept as its labels. */
  labels: Record<string, string>;
}
