/** What the table of distributions says of a component, its block in the file and the engine. */

import {
  type CgroupVersion,
  DISTRIBUTIONS,
  type Distribution,
  type ExtraEnv,
  SIMULATOR_IMAGE,
} from '../distribution-table.js';
import type { Kind } from '../model.js';
import type { BlockSpec, ClusterSpec } from '../spec.js';

export { type Distribution, SIMULATOR_IMAGE };

export interface ImageChoice {
  image: string;
  /** Undefined: the image's own. */
  entrypoint: readonly string[] | undefined;
  program: string[];
  data: string | undefined;
  /** Over what the component is told by itself. */
  extraEnv: ExtraEnv;
  /** Whether another mesosVersion makes another image or program. */
  followsMesos: boolean;
}

/** The distribution of this name, which the schema of the file has checked. */
export function distributionOf(name: string): Distribution {
  const distribution: Distribution | undefined = (DISTRIBUTIONS as Record<string, Distribution>)[name];
  if (!distribution) throw new RangeError(`no distribution "${name}"`);
  return distribution;
}

/** Who reads what a ZooKeeper stored: of a distribution with an image of its own for ensembles, these only each other. */
export function storeOf({ distribution, zookeeper }: ClusterSpec, instances: number): string {
  const apart = distributionOf(distribution).images.zookeeper.ensemble && zookeeper.imageName === undefined;
  return apart && instances > 1 ? `${distribution}, ensemble` : distribution;
}

/** Whether a recovering agent of this version accepts more resources and attributes than it had. */
export function reconfigures({ reconfiguresFrom: [major, minor] }: Distribution, mesosVersion: string): boolean {
  const [have = 0, then = 0] = mesosVersion.split('.').map(Number);
  return have > major || (have === major && then >= minor);
}

export interface Setting {
  /** How many decide together; default one. */
  ensemble?: number | undefined;
  /** The engine's; undefined where nobody has to know. */
  cgroups?: CgroupVersion | undefined;
}

/**
 * The image for a component's block. A tag of the file without a name, and the other way round, completes the row; of
 * an image with another name nothing more is known than its name.
 */
export function imageFor(
  distribution: Distribution,
  kind: Kind,
  block: BlockSpec,
  mesosVersion: string,
  { ensemble = 1, cgroups }: Setting = {},
): ImageChoice {
  const { [kind]: alone } = distribution.images;
  const row = ensemble > 1 ? (alone.ensemble ?? alone) : alone;
  const filled = (text: string) => text.replace('<mesosVersion>', mesosVersion);
  const follows = (text: string) => text.includes('<mesosVersion>');
  const { entrypoint, data } = row;
  const program = row.program ?? [];
  const known = { entrypoint, program: program.map(filled), data };
  const extraEnv = (cgroups && row.onCgroups?.[cgroups]) ?? {};
  if (!distribution.overridable) {
    return { image: row.name, ...known, extraEnv, followsMesos: program.some(follows) };
  }
  const name = block.imageName ?? row.name;
  const image = `${name}:${block.imageTag ?? filled(row.tag)}`;
  const followsMesos = block.imageTag === undefined && follows(row.tag);
  const unknown = { entrypoint: undefined, program: [], data: undefined };
  return { image, ...(name === row.name ? known : unknown), extraEnv, followsMesos };
}

/** Whether its agents are told of the engine's cgroups. */
export function dependsOnCgroups(name: string): boolean {
  return distributionOf(name).cgroups !== undefined;
}

/** What the author of a file should know of agents on an engine with these cgroups; undefined where all is as it should be. */
export function cgroupsFault(name: string, cgroups: CgroupVersion): string | undefined {
  const { cgroups: needed } = distributionOf(name);
  if (needed === undefined || needed === cgroups) return undefined;
  return (
    `the engine has cgroup v${cgroups}, and the agents of distribution ${name} need v${needed}: ` +
    'they run tasks as processes without limits, and no Docker containers'
  );
}
