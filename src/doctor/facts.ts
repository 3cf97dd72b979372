/** What the checks look at: asked for once, so that they themselves are pure. */

import type { PortSpec } from '../container-spec.js';
import type { ContainerSummary, EngineInfo, ImageSummary, NetworkSummary } from '../docker/docker.js';
import type { MinimesosError } from '../errors.js';
import type { ClusterIdentity, ComponentId } from '../model.js';

export interface Facts {
  engine: EngineInfo;
  /** Whether the networks of the engine are networks of this machine. */
  onThisMachine: boolean;
  /** Of the containers that run, those that were tried from here, and whether somebody answered. */
  tried: { component: ComponentId; address: string; answers: boolean }[];
  /** Of the disk that holds the engine's data, in bytes; undefined where it is not this machine's. */
  freeDisk: number | undefined;
  containers: ContainerSummary[];
  networks: NetworkSummary[];
  /** In use by this machine, in CIDR form. */
  hostSubnets: string[];
  /** Undefined where there is no minimesosFile, and none was asked for. */
  file: { path: string; wanted: Wanted | MinimesosError } | undefined;
  /** The file's cluster, there or not. */
  cluster: string;
  /** Of the images that are wanted, those that the engine has. */
  present: ReadonlySet<string>;
  /** Ports of this machine's loopback on which somebody listens, of those that are wanted. */
  listening: ReadonlySet<number>;
  traces: Trace[];
  simulator: { images: ImageSummary[]; today: string | undefined };
}

/** What the file makes of the engine. */
export interface Wanted {
  distribution: string;
  /** Components by image. */
  images: ReadonlyMap<string, ComponentId[]>;
  /** That mapPortsToHost publishes. */
  ports: { component: ComponentId; port: PortSpec & { hostPort: number } }[];
}

/** All that is left of a cluster on the engine. */
export interface Trace extends ClusterIdentity {
  fileExists: boolean;
  /** Whether it was to go with a process, and that is no more; undefined where it belongs to none. */
  abandoned: boolean | undefined;
  running: number;
  things: number;
}
